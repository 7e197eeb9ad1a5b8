// The optimiser over all trainable tensors at once: AdamW, the Euclidean norm of the gradient, clearing.
//
// AdamW as torch.optim.AdamW computes it (Loshchilov and Hutter 2019): with g the clipped gradient,
//     m = beta1 m + (1 - beta1) g,   v = beta2 v + (1 - beta2) g^2,
//     p = p - (rate decay p + rate / (1 - beta1^t) m / (sqrt(v / (1 - beta2^t)) + epsilon)).
// The bracket is found first and p rounded once: rate * decay alone is lost next to 1 in single precision.
//
// Tensors are cut into chunks of kChunk elements, one block each. Tables on the device, the same at every step:
//     tensors [count][kFields] addresses, sizes [count] elements, chunks [grid] {tensor, first element}.
// Every address is 16-byte aligned, so every chunk is. The norm never leaves the device: one block writes it, AdamW reads
// it, finds the clipping factor from it and leaves everything as it is where it is not a finite number.
//
// Launch: blocks of kThreads; grid = number of chunks, but one block for gradient_norm_finish.
#include "common.cuh"

constexpr int kThreads = 256;
constexpr int kChunk = 4096;  // elements of a block: four 16-byte vectors a thread

struct Chunk {
    int tensor;
    int start;
};

// What AdamW needs besides the tensors, found by the host in double precision.
struct AdamWFactors {
    float beta1, one_minus_beta1, beta2, one_minus_beta2;
    float step_size;           // rate / (1 - beta1^t)
    float inverse_correction;  // 1 / sqrt(1 - beta2^t)
    float epsilon;
    float decay;  // rate * weight decay
    float clip_norm, clip_epsilon;
};

// ---------------------------------------------------------------------------------------------------------------------
// Helpers

// Calls vector(i) for every whole 4-element vector of a chunk and element(i) for what is left of the tensor.
template <typename Vector, typename Element>
__device__ __forceinline__ void for_each(Chunk chunk, int size, Vector vector, Element element) {
    const int end = min(size - chunk.start, kChunk) + chunk.start;
    const int whole = end / 4 * 4;
    for (int i = chunk.start + 4 * static_cast<int>(threadIdx.x); i < whole; i += 4 * kThreads) {
        vector(i);
    }
    const int last = whole + static_cast<int>(threadIdx.x);
    if (last < end) {
        element(last);
    }
}

__device__ __forceinline__ double warp_sum(double value) {
#pragma unroll
    for (int offset = kWarpSize / 2; offset > 0; offset /= 2) {
        value += __shfl_xor_sync(kFullMask, value, offset);
    }
    return value;
}

// Sum over the block in the first thread; a fixed tree.
__device__ __forceinline__ double block_sum(double value, double* scratch) {
    value = warp_sum(value);
    if (threadIdx.x % kWarpSize == 0) {
        scratch[threadIdx.x / kWarpSize] = value;
    }
    __syncthreads();
    return warp_sum(threadIdx.x < kThreads / kWarpSize ? scratch[threadIdx.x] : 0.0);
}

// Factor of a gradient of that norm: at most 1.
__device__ __forceinline__ float clipping(const AdamWFactors& f, float norm) {
    return f.clip_norm > 0.0f ? fminf(1.0f, f.clip_norm / (norm + f.clip_epsilon)) : 1.0f;
}

__device__ __forceinline__ void update(const AdamWFactors& f, float scale, float& p, float g, float& m, float& v) {
    g *= scale;
    m = fmaf(f.beta1, m, f.one_minus_beta1 * g);
    v = fmaf(f.beta2, v, f.one_minus_beta2 * g * g);
    const float denominator = fmaf(sqrtf(v), f.inverse_correction, f.epsilon);
    p -= fmaf(f.decay, p, f.step_size * (m / denominator));
}

// ---------------------------------------------------------------------------------------------------------------------
// Exported kernels

// tensors [count][4]: parameter, gradient, first and second moment.
extern "C" __global__ __launch_bounds__(kThreads) void adamw_update_f32(
    const long long* __restrict__ tensors, const int* __restrict__ sizes, const Chunk* __restrict__ chunks,
    const float* __restrict__ norm, float beta1, float one_minus_beta1, float beta2, float one_minus_beta2,
    float step_size, float inverse_correction, float epsilon, float decay, float clip_norm, float clip_epsilon) {
    const AdamWFactors f = {beta1, one_minus_beta1, beta2, one_minus_beta2, step_size, inverse_correction,
                            epsilon, decay, clip_norm, clip_epsilon};
    const float length = *norm;
    if (!isfinite(length)) {
        return;
    }
    const float scale = clipping(f, length);
    const Chunk chunk = chunks[blockIdx.x];
    float* const p = reinterpret_cast<float*>(tensors[4 * chunk.tensor]);
    const float* const g = reinterpret_cast<const float*>(tensors[4 * chunk.tensor + 1]);
    float* const m = reinterpret_cast<float*>(tensors[4 * chunk.tensor + 2]);
    float* const v = reinterpret_cast<float*>(tensors[4 * chunk.tensor + 3]);
    for_each(
        chunk, sizes[chunk.tensor],
        [&](int i) {
            float pi[4], gi[4], mi[4], vi[4];
            load_vector(pi, p + i);
            load_vector(gi, g + i);
            load_vector(mi, m + i);
            load_vector(vi, v + i);
#pragma unroll
            for (int j = 0; j < 4; j++) {
                update(f, scale, pi[j], gi[j], mi[j], vi[j]);
            }
            store_vector(p + i, pi);
            store_vector(m + i, mi);
            store_vector(v + i, vi);
        },
        [&](int i) { update(f, scale, p[i], g[i], m[i], v[i]); });
}

// The same for one tensor with a thread an element; grid * kThreads >= size.
extern "C" __global__ __launch_bounds__(kThreads) void adamw_update_plain(
    float* p, const float* g, float* m, float* v, int size, const float* norm, float beta1, float one_minus_beta1,
    float beta2, float one_minus_beta2, float step_size, float inverse_correction, float epsilon, float decay,
    float clip_norm, float clip_epsilon) {
    const AdamWFactors f = {beta1, one_minus_beta1, beta2, one_minus_beta2, step_size, inverse_correction,
                            epsilon, decay, clip_norm, clip_epsilon};
    const int i = blockIdx.x * kThreads + threadIdx.x;
    if (i < size && isfinite(*norm)) {
        update(f, clipping(f, *norm), p[i], g[i], m[i], v[i]);
    }
}

// gradients [count]. sums [chunks]: sum of squares of each chunk.
extern "C" __global__ __launch_bounds__(kThreads) void gradient_norm_chunks_f32(
    const long long* __restrict__ gradients, const int* __restrict__ sizes, const Chunk* __restrict__ chunks,
    double* __restrict__ sums) {
    __shared__ double scratch[kThreads / kWarpSize];
    const Chunk chunk = chunks[blockIdx.x];
    const float* const g = reinterpret_cast<const float*>(gradients[chunk.tensor]);
    double sum = 0.0;
    const auto add = [&](float x) { sum = fma(static_cast<double>(x), static_cast<double>(x), sum); };
    for_each(
        chunk, sizes[chunk.tensor],
        [&](int i) {
            float x[4];
            load_vector(x, g + i);
#pragma unroll
            for (int j = 0; j < 4; j++) {
                add(x[j]);
            }
        },
        [&](int i) { add(g[i]); });
    sum = block_sum(sum, scratch);
    if (threadIdx.x == 0) {
        sums[blockIdx.x] = sum;
    }
}

// norm [1] = sqrt of the sum of sums [count]; one block.
extern "C" __global__ __launch_bounds__(kThreads) void gradient_norm_finish(
    const double* __restrict__ sums, int count, float* __restrict__ norm) {
    __shared__ double scratch[kThreads / kWarpSize];
    double sum = 0.0;
    for (int i = threadIdx.x; i < count; i += kThreads) {
        sum += sums[i];
    }
    sum = block_sum(sum, scratch);
    if (threadIdx.x == 0) {
        *norm = static_cast<float>(sqrt(sum));
    }
}

// norm [1] of one tensor, found by one thread of one block.
extern "C" __global__ __launch_bounds__(kThreads) void gradient_norm_plain(const float* g, int size, float* norm) {
    if (threadIdx.x == 0) {
        double sum = 0.0;
        for (int i = 0; i < size; i++) {
            sum += static_cast<double>(g[i]) * static_cast<double>(g[i]);
        }
        *norm = static_cast<float>(sqrt(sum));
    }
}

// tensors [count]: all their elements become zero.
extern "C" __global__ __launch_bounds__(kThreads) void tensors_clear_f32(
    const long long* __restrict__ tensors, const int* __restrict__ sizes, const Chunk* __restrict__ chunks) {
    const Chunk chunk = chunks[blockIdx.x];
    float* const x = reinterpret_cast<float*>(tensors[chunk.tensor]);
    for_each(
        chunk, sizes[chunk.tensor],
        [&](int i) {
            const float zeros[4] = {};
            store_vector(x + i, zeros);
        },
        [&](int i) { x[i] = 0.0f; });
}
