// Rows pooled with their own softmax, y = sum_c p_c x_c with p = softmax(sharpness x), and the way back:
//
//   dx_c (+)= dy p_c (1 + sharpness (x_c - y))
//
// A row is a similarity map: some hundred cells, which the first of its two or three readings leaves in the caches.
//
// Launch: kThreads threads, any grid, at least one cell.

#include "vectors.cuh"

struct SoftmaxPool {
    const float* x;  // [rows, cells]
    float sharpness;
    int cells;

    // The largest element of a row and the sum of exp(sharpness (x - largest)), by LANES neighbouring lanes; where
    // weighted is wanted it becomes the sum of the same times x.
    template <int LANES>
    __device__ __forceinline__ float sum(size_t start, int lane, float& largest, float* weighted) const {
        largest = -INFINITY;
#pragma unroll 1
        for (int c = lane; c < cells; c += LANES) {
            largest = fmaxf(largest, x[start + c]);
        }
        largest = warp_max<LANES>(largest);
        float total = 0;
        float product = 0;
#pragma unroll 1
        for (int c = lane; c < cells; c += LANES) {
            const float value = x[start + c];
            const float e = expf(sharpness * (value - largest));
            total += e;
            product += e * value;
        }
        if (weighted != nullptr) {
            *weighted = warp_sum<LANES>(product);
        }
        return warp_sum<LANES>(total);
    }

    template <int LANES>
    __device__ __forceinline__ void forward(int row, int lane, float* y) const {
        float largest;
        float weighted;
        const float total = sum<LANES>((size_t)row * cells, lane, largest, &weighted);
        if (lane == 0) {
            y[row] = weighted / total;
        }
    }

    template <int LANES>
    __device__ __forceinline__ void backward(
        int row, int lane, const float* dy, const float* y, float* dx, int accumulate) const {
        const size_t start = (size_t)row * cells;
        float largest;
        const float total = sum<LANES>(start, lane, largest, nullptr);
        const float factor = dy[row] / total;
        const float pooled = y[row];
#pragma unroll 1
        for (int c = lane; c < cells; c += LANES) {
            const float value = x[start + c];
            const float e = expf(sharpness * (value - largest));
            const float slope = factor * e * (1.0f + sharpness * (value - pooled));
            dx[start + c] = accumulate ? dx[start + c] + slope : slope;
        }
    }
};

extern "C" __global__ void __launch_bounds__(kThreads)
    softmax_pool_forward_f32(const float* x, float sharpness, float* y, int rows, int cells) {
    const SoftmaxPool operation{x, sharpness, cells};
    const int warps = gridDim.x * (kThreads / kWarpSize);
    for (int row = (blockIdx.x * kThreads + threadIdx.x) / kWarpSize; row < rows; row += warps) {
        operation.forward<kWarpSize>(row, threadIdx.x % kWarpSize, y);
    }
}

extern "C" __global__ void __launch_bounds__(kThreads) softmax_pool_backward_f32(
    const float* dy, const float* x, const float* y, float sharpness, float* dx, int accumulate, int rows, int cells) {
    const SoftmaxPool operation{x, sharpness, cells};
    const int warps = gridDim.x * (kThreads / kWarpSize);
    for (int row = (blockIdx.x * kThreads + threadIdx.x) / kWarpSize; row < rows; row += warps) {
        operation.backward<kWarpSize>(row, threadIdx.x % kWarpSize, dy, y, dx, accumulate);
    }
}

extern "C" __global__ void __launch_bounds__(kThreads)
    softmax_pool_forward_plain(const float* x, float sharpness, float* y, int rows, int cells) {
    const SoftmaxPool operation{x, sharpness, cells};
    for (int row = blockIdx.x * kThreads + threadIdx.x; row < rows; row += gridDim.x * kThreads) {
        operation.forward<1>(row, 0, y);
    }
}

extern "C" __global__ void __launch_bounds__(kThreads) softmax_pool_backward_plain(
    const float* dy, const float* x, const float* y, float sharpness, float* dx, int accumulate, int rows, int cells) {
    const SoftmaxPool operation{x, sharpness, cells};
    for (int row = blockIdx.x * kThreads + threadIdx.x; row < rows; row += gridDim.x * kThreads) {
        operation.backward<1>(row, 0, dy, y, dx, accumulate);
    }
}
