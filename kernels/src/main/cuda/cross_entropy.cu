// Softmax cross-entropy of rows, and its gradients in the same pass.
//
//   z = exp(log_scale) x,  loss = weight (log sum_j exp(z_j) - z_target)
//   dx_j = weight exp(log_scale) (p_j - [j = target]),  p = softmax(z)
//   dlog_scale = weight sum_j p_j (z_j - z_target)
//
// Exponents are of z - max z, so that nothing overflows. Every z is rounded before it is subtracted, so that equal ones
// differ by nothing whichever products a compiler joins with sums. A row is read three times: it has as many elements as a batch
// has samples, which the caches hold.
//
// Launch: kThreads threads, any grid, at least one class.

#include "vectors.cuh"

struct CrossEntropy {
    const float* x;          // [rows, classes]
    const float* log_scale;  // one element
    const int* targets;      // [rows]
    float weight;
    float* losses;      // [rows]
    float* dx;          // [rows, classes]; null if not wanted
    float* dlog_scale;  // [rows]; null if not wanted
    int rows;
    int classes;

    // A row by LANES neighbouring lanes, of which this is number `lane`.
    template <int LANES>
    __device__ __forceinline__ void row(int row, int lane) const {
        const float scale = expf(*log_scale);
        const size_t start = (size_t)row * classes;
        const int target = targets[row];
        float largest = -INFINITY;
#pragma unroll 1
        for (int j = lane; j < classes; j += LANES) {
            largest = fmaxf(largest, __fmul_rn(scale, x[start + j]));
        }
        largest = warp_max<LANES>(largest);
        const float at_target = __fmul_rn(scale, x[start + target]);
        float sum = 0;
        float mean = 0;
#pragma unroll 1
        for (int j = lane; j < classes; j += LANES) {
            const float z = __fmul_rn(scale, x[start + j]);
            const float e = expf(z - largest);
            sum += e;
            mean += e * (z - at_target);
        }
        sum = warp_sum<LANES>(sum);
        mean = warp_sum<LANES>(mean);
        if (lane == 0) {
            losses[row] = weight * (logf(sum) + (largest - at_target));
            if (dlog_scale != nullptr) {
                dlog_scale[row] = weight * (mean / sum);
            }
        }
        if (dx != nullptr) {
#pragma unroll 1
            for (int j = lane; j < classes; j += LANES) {
                const float p = expf(__fmul_rn(scale, x[start + j]) - largest) / sum;
                dx[start + j] = weight * scale * (p - (j == target ? 1.0f : 0.0f));
            }
        }
    }
};

extern "C" __global__ void __launch_bounds__(kThreads) softmax_cross_entropy_f32(
    const float* x, const float* log_scale, const int* targets, float weight, float* losses, float* dx,
    float* dlog_scale, int rows, int classes) {
    const CrossEntropy operation{x, log_scale, targets, weight, losses, dx, dlog_scale, rows, classes};
    const int warps = gridDim.x * (kThreads / kWarpSize);
    for (int row = (blockIdx.x * kThreads + threadIdx.x) / kWarpSize; row < rows; row += warps) {
        operation.row<kWarpSize>(row, threadIdx.x % kWarpSize);
    }
}

extern "C" __global__ void __launch_bounds__(kThreads) softmax_cross_entropy_plain(
    const float* x, const float* log_scale, const int* targets, float weight, float* losses, float* dx,
    float* dlog_scale, int rows, int classes) {
    const CrossEntropy operation{x, log_scale, targets, weight, losses, dx, dlog_scale, rows, classes};
    for (int row = blockIdx.x * kThreads + threadIdx.x; row < rows; row += gridDim.x * kThreads) {
        operation.row<1>(row, 0);
    }
}
