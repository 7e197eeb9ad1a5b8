// Multi-head attention softmax(Q K' / sqrt(head size)) V and its gradient for any head size from 1 to 128, fp32 and bf16 (fp32
// arithmetic): the readable kernels that the fast ones are compared with, and what runs for every head size but 32 and 64.
//
//   P = softmax(scale Q K')    O = P V                          (Vaswani et al. 2017, equation 1)
//   P = exp(scale Q K' - lse)  dV = P' dO  dS = P * (dO V' - delta)  dQ = scale dS K  dK = scale dS' Q
//                                                               (Dao 2023, FlashAttention-2, algorithm 2)
//
// Preconditions of a launch
//   - grid: (tokens*heads)/4 blocks, rounded up, of 128 threads; shared memory is static
//   - offsets holds the first token of each sequence and behind the last one the number of tokens; scale = 1/sqrt(head size)
//   - delta by attention_delta_* before dq and dkdv, which together write all of dqkv
//
// One warp works on one token of one head: 32 partners (keys, or queries in dkdv) at a time, a lane computing the score with one
// of them, then the lanes turn to the channels (lane, lane+32, ...) and add up the partners' rows one after the other.

#include "attention.cuh"

// ---------------------------------------------------------------------------------------------------------------------
// helpers

constexpr int kLargestHead = 128;
constexpr int kWarps = kThreads / kWarpSize;
constexpr int kChannels = kLargestHead / kWarpSize;  // of a lane

// The token and head of a warp, and the sequence it is in.
struct Own {
    int token;
    int head;
    int first;  // first token of the sequence
    int end;    // behind its last one

    // The sequence of a token is the last one that starts at or before it, found by bisection.
    __device__ Own(const int* offsets, int sequences, int heads) {
        int item = blockIdx.x * kWarps + threadIdx.x / kWarpSize;
        token = item / heads;
        head = item % heads;
        int low = 0;
        int high = sequences;
        while (high - low > 1) {
            int middle = (low + high) / 2;
            if (offsets[middle] <= token) {
                low = middle;
            } else {
                high = middle;
            }
        }
        first = offsets[low];
        end = offsets[low + 1];
    }
};

// One row of a head, as floats in shared memory for all lanes of the warp to read.
template <typename T>
__device__ __forceinline__ void share_row(float* shared, const T* row, int headSize, int lane) {
    for (int c = lane; c < headSize; c += kWarpSize) {
        shared[c] = to_float(row[c]);
    }
    __syncwarp();
}

template <typename T>
__device__ __forceinline__ float dot_row(const float* shared, const T* row, int headSize) {
    float sum = 0;
#pragma unroll 1
    for (int c = 0; c < headSize; c++) {
        sum = fmaf(shared[c], to_float(row[c]), sum);
    }
    return sum;
}

// sum[i] += weight of lane j times channel lane+32*i of row j, for the first `count` lanes j in their order.
template <typename T>
__device__ __forceinline__ void add_rows(
        float (&sum)[kChannels], float weight, const T* rows, size_t stride, int count, int headSize, int lane) {
#pragma unroll 1
    for (int j = 0; j < count; j++) {
        float w = __shfl_sync(kFullMask, weight, j);
#pragma unroll
        for (int i = 0; i < kChannels; i++) {
            int c = lane + kWarpSize * i;
            if (c < headSize) {
                sum[i] = fmaf(w, to_float(rows[j * stride + c]), sum[i]);
            }
        }
    }
}

template <typename T>
__device__ __forceinline__ void store_row(T* row, const float (&sum)[kChannels], float factor, int headSize, int lane) {
#pragma unroll
    for (int i = 0; i < kChannels; i++) {
        int c = lane + kWarpSize * i;
        if (c < headSize) {
            row[c] = from_float<T>(factor * sum[i]);
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// kernels

template <typename T>
__device__ __forceinline__ void forward(
        const T* qkv, T* out, float* lse, const int* offsets, int sequences, int tokens, int heads, int headSize, float scale,
        int causal) {
    __shared__ float query[kWarps][kLargestHead];
    const Own own(offsets, sequences, heads);
    if (own.token >= tokens) {
        return;
    }
    const int lane = threadIdx.x % kWarpSize;
    float* q = query[threadIdx.x / kWarpSize];
    const size_t width = static_cast<size_t>(heads) * headSize;
    const T* channels = qkv + own.head * headSize;  // of token 0
    share_row(q, channels + own.token * 3 * width, headSize, lane);

    float sum[kChannels] = {};
    float largest = -INFINITY;
    float total = 0;
    const int end = causal ? own.token + 1 : own.end;
    for (int key = own.first; key < end; key += kWarpSize) {
        const T* k = channels + width + key * 3 * width;
        float score = key + lane < end ? dot_row(q, k + lane * 3 * width, headSize) * scale : -INFINITY;
        float best = fmaxf(largest, warp_max(score));
        float shrink = expf(largest - best);
        float p = expf(score - best);
        largest = best;
        total = fmaf(total, shrink, warp_sum(p));
#pragma unroll
        for (int i = 0; i < kChannels; i++) {
            sum[i] *= shrink;
        }
        add_rows(sum, p, k + width, 3 * width, min(kWarpSize, end - key), headSize, lane);
    }
    store_row(out + own.token * width + own.head * headSize, sum, 1 / total, headSize, lane);
    if (lane == 0) {
        lse[static_cast<size_t>(own.head) * tokens + own.token] = largest + logf(total);
    }
}

// delta = sum over the channels of a head of dout*out; a warp for each token and head.
template <typename T>
__device__ __forceinline__ void row_products(const T* dout, const T* out, float* delta, int tokens, int heads, int headSize) {
    const int item = blockIdx.x * kWarps + threadIdx.x / kWarpSize;
    const int lane = threadIdx.x % kWarpSize;
    const int token = item / heads;
    const int head = item % heads;
    if (token >= tokens) {
        return;
    }
    const size_t row = (static_cast<size_t>(token) * heads + head) * headSize;
    float sum = 0;
    for (int c = lane; c < headSize; c += kWarpSize) {
        sum = fmaf(to_float(dout[row + c]), to_float(out[row + c]), sum);
    }
    sum = warp_sum(sum);
    if (lane == 0) {
        delta[static_cast<size_t>(head) * tokens + token] = sum;
    }
}

// dQ of one query.
template <typename T>
__device__ __forceinline__ void backward_query(
        const T* qkv, const float* lse, const float* delta, const T* dout, T* dqkv, const int* offsets, int sequences, int tokens,
        int heads, int headSize, float scale, int causal) {
    __shared__ float rows[kWarps][2][kLargestHead];
    const Own own(offsets, sequences, heads);
    if (own.token >= tokens) {
        return;
    }
    const int lane = threadIdx.x % kWarpSize;
    float* q = rows[threadIdx.x / kWarpSize][0];
    float* g = rows[threadIdx.x / kWarpSize][1];
    const size_t width = static_cast<size_t>(heads) * headSize;
    const T* channels = qkv + own.head * headSize;
    share_row(q, channels + own.token * 3 * width, headSize, lane);
    share_row(g, dout + own.token * width + own.head * headSize, headSize, lane);
    const float norm = lse[static_cast<size_t>(own.head) * tokens + own.token];
    const float expected = delta[static_cast<size_t>(own.head) * tokens + own.token];

    float sum[kChannels] = {};
    const int end = causal ? own.token + 1 : own.end;
    for (int key = own.first; key < end; key += kWarpSize) {
        const T* k = channels + width + key * 3 * width;
        float ds = 0;
        if (key + lane < end) {
            float p = expf(dot_row(q, k + lane * 3 * width, headSize) * scale - norm);
            ds = p * (dot_row(g, k + width + lane * 3 * width, headSize) - expected);
        }
        add_rows(sum, ds, k, 3 * width, min(kWarpSize, end - key), headSize, lane);
    }
    store_row(dqkv + own.token * 3 * width + own.head * headSize, sum, scale, headSize, lane);
}

// dK and dV of one key.
template <typename T>
__device__ __forceinline__ void backward_key(
        const T* qkv, const float* lse, const float* delta, const T* dout, T* dqkv, const int* offsets, int sequences, int tokens,
        int heads, int headSize, float scale, int causal) {
    __shared__ float rows[kWarps][2][kLargestHead];
    const Own own(offsets, sequences, heads);
    if (own.token >= tokens) {
        return;
    }
    const int lane = threadIdx.x % kWarpSize;
    float* k = rows[threadIdx.x / kWarpSize][0];
    float* v = rows[threadIdx.x / kWarpSize][1];
    const size_t width = static_cast<size_t>(heads) * headSize;
    const T* channels = qkv + own.head * headSize;
    share_row(k, channels + own.token * 3 * width + width, headSize, lane);
    share_row(v, channels + own.token * 3 * width + 2 * width, headSize, lane);

    float dk[kChannels] = {};
    float dv[kChannels] = {};
    for (int query = causal ? own.token : own.first; query < own.end; query += kWarpSize) {
        const T* q = channels + query * 3 * width;
        const T* g = dout + query * width + own.head * headSize;
        float p = 0;
        float ds = 0;
        if (query + lane < own.end) {
            size_t cell = static_cast<size_t>(own.head) * tokens + query + lane;
            p = expf(dot_row(k, q + lane * 3 * width, headSize) * scale - lse[cell]);
            ds = p * (dot_row(v, g + lane * width, headSize) - delta[cell]);
        }
        const int count = min(kWarpSize, own.end - query);
        add_rows(dv, p, g, width, count, headSize, lane);
        add_rows(dk, ds, q, 3 * width, count, headSize, lane);
    }
    T* to = dqkv + own.token * 3 * width + own.head * headSize;
    store_row(to + width, dk, scale, headSize, lane);
    store_row(to + 2 * width, dv, 1, headSize, lane);
}

// ---------------------------------------------------------------------------------------------------------------------
// exported entry points

#define ATTENTION_PLAIN(T, dtype)                                                                                      \
    extern "C" __global__ void __launch_bounds__(kThreads, 6) attention_forward_##dtype##_plain(                          \
            const T* __restrict__ qkv, T* __restrict__ out, float* __restrict__ lse, const int* __restrict__ offsets,  \
            int sequences, int tokens, int heads, int headSize, float scale, int causal) {                             \
        forward(qkv, out, lse, offsets, sequences, tokens, heads, headSize, scale, causal);                            \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(kThreads) attention_delta_##dtype##_plain(                            \
            const T* __restrict__ dout, const T* __restrict__ out, float* __restrict__ delta, int tokens, int heads,   \
            int headSize) {                                                                                            \
        row_products(dout, out, delta, tokens, heads, headSize);                                                       \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(kThreads, 6) attention_dq_##dtype##_plain(                               \
            const T* __restrict__ qkv, const float* __restrict__ lse, const float* __restrict__ delta,                 \
            const T* __restrict__ dout, T* __restrict__ dqkv, const int* __restrict__ offsets, int sequences,          \
            int tokens, int heads, int headSize, float scale, int causal) {                                            \
        backward_query(                                                                                                \
                qkv, lse, delta, dout, dqkv, offsets, sequences, tokens, heads, headSize, scale, causal);              \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(kThreads, 6) attention_dkdv_##dtype##_plain(                             \
            const T* __restrict__ qkv, const float* __restrict__ lse, const float* __restrict__ delta,                 \
            const T* __restrict__ dout, T* __restrict__ dqkv, const int* __restrict__ offsets, int sequences,          \
            int tokens, int heads, int headSize, float scale, int causal) {                                            \
        backward_key(                                                                                                  \
                qkv, lse, delta, dout, dqkv, offsets, sequences, tokens, heads, headSize, scale, causal);              \
    }

ATTENTION_PLAIN(float, f32)
ATTENTION_PLAIN(__nv_bfloat16, bf16)
