// Layer normalisation of rows (Ba et al. 2016), forward with an optional residual addition before it, and backward.
//
//   y = (x - mean) rstd gamma + beta,  rstd = 1 / sqrt(var + epsilon),  var biased
//   dx = rstd (g - mean(g) - n mean(g n))  with g = dy gamma and n = (x - mean) rstd
//   dgamma += sum over rows of dy n,  dbeta += sum over rows of dy
//
// x, y and their gradients are float or bf16; statistics, gamma, beta and their gradients float. Each row is read once.
//
// Launch: kThreads threads; any grid, at least one row and at most 2048 columns (the plain kernels take any width, a
// thread per row or, for the weights, per column). For layer_norm_backward_weights the grid is also the number of partial
// sums, so it must follow from the shape alone; layer_norm_weight_sums adds them up with ceil(2 width / 32) blocks.

#include "row_groups.cuh"

// ---------------------------------------------------------------------------------------------------------------------
// Kernels

template <typename T>
struct LayerNormForward {
    const T* x;         // [rows, width]
    const T* residual;  // [rows, width] added to x first; null: none
    T* sum;             // [rows, width] x + residual, rounded to T, written if there is a residual; may be x or residual
    const float* gamma; // [width]
    const float* beta;  // [width]
    float epsilon;
    T* y;               // [rows, width]
    float* mean;        // [rows]
    float* rstd;        // [rows]
    int rows;
    int width;

    // The row that is normalised: x, or x + residual as it is stored.
    template <int GROUP, int N>
    __device__ __forceinline__ void input(size_t start, float (&values)[kSteps<GROUP, N>][N]) const {
        load_row<GROUP, N>(x + start, width, values);
        if (residual == nullptr) {
            return;
        }
#pragma unroll
        for (int s = 0; s < kSteps<GROUP, N>; s++) {
            const int column = column_of<GROUP, N>(s);
            if (column < width) {
                float added[N];
                load<N>(residual + start + column, added);
#pragma unroll
                for (int i = 0; i < N; i++) {
                    values[s][i] = rounded<T>(values[s][i] + added[i]);
                }
                store<N>(sum + start + column, values[s]);
            }
        }
    }

    template <int GROUP, int N>
    __device__ __forceinline__ void run() const {
        float scale[kSteps<GROUP, N>][N];
        float shift[kSteps<GROUP, N>][N];
        load_shared_row<GROUP, N>(gamma, width, scale);
        load_shared_row<GROUP, N>(beta, width, shift);
        for (int row = first_row<GROUP>(); row < rows; row += row_stride<GROUP>()) {
            const size_t start = (size_t)row * width;
            float values[kSteps<GROUP, N>][N];
            input<GROUP, N>(start, values);
            float total = 0;
#pragma unroll
            for (int s = 0; s < kSteps<GROUP, N>; s++) {
#pragma unroll
                for (int i = 0; i < N; i++) {
                    total += values[s][i];
                }
            }
            const float m = group_sum<GROUP>(total) / width;
            float squares = 0;
#pragma unroll
            for (int s = 0; s < kSteps<GROUP, N>; s++) {
                if (column_of<GROUP, N>(s) < width) {
#pragma unroll
                    for (int i = 0; i < N; i++) {
                        values[s][i] -= m;
                        squares += values[s][i] * values[s][i];
                    }
                }
            }
            const float r = 1.0f / sqrtf(group_sum<GROUP>(squares) / width + epsilon);
#pragma unroll
            for (int s = 0; s < kSteps<GROUP, N>; s++) {
#pragma unroll
                for (int i = 0; i < N; i++) {
                    values[s][i] = values[s][i] * r * scale[s][i] + shift[s][i];
                }
            }
            store_row<GROUP, N>(y + start, width, values);
            if (threadIdx.x % GROUP == 0) {
                mean[row] = m;
                rstd[row] = r;
            }
        }
    }

    __device__ __forceinline__ bool vectors() const {
        return width % kLaneElements<T> == 0 && aligned(x, residual, sum, gamma, beta, y);
    }
};

template <typename T, bool WEIGHTS>
struct LayerNormBackward {
    const T* dy;         // [rows, width]
    const T* x;          // [rows, width]
    const float* gamma;  // [width]
    const float* mean;   // [rows]
    const float* rstd;   // [rows]
    const T* added;      // [rows, width] another gradient of x, added to dx: dx itself, the residual's, or null
    T* dx;               // [rows, width]; null only with WEIGHTS
    float* partial;      // [gridDim.x, 2, width] sums of dgamma and dbeta; used with WEIGHTS
    int rows;
    int width;

    template <int GROUP, int N>
    __device__ __forceinline__ void run() const {
        float scale[kSteps<GROUP, N>][N];
        load_shared_row<GROUP, N>(gamma, width, scale);
        float dgamma[kSteps<GROUP, N>][N] = {};
        float dbeta[kSteps<GROUP, N>][N] = {};
        for (int row = first_row<GROUP>(); row < rows; row += row_stride<GROUP>()) {
            const size_t start = (size_t)row * width;
            const float m = mean[row];
            const float r = rstd[row];
            float normalised[kSteps<GROUP, N>][N];
            float gradient[kSteps<GROUP, N>][N];
            load_row<GROUP, N>(x + start, width, normalised);
            load_row<GROUP, N>(dy + start, width, gradient);
            float sum_g = 0;
            float sum_gn = 0;
#pragma unroll
            for (int s = 0; s < kSteps<GROUP, N>; s++) {
#pragma unroll
                for (int i = 0; i < N; i++) {
                    normalised[s][i] = (normalised[s][i] - m) * r;
                    if constexpr (WEIGHTS) {
                        dgamma[s][i] += gradient[s][i] * normalised[s][i];
                        dbeta[s][i] += gradient[s][i];
                    }
                    gradient[s][i] *= scale[s][i];
                    sum_g += gradient[s][i];
                    sum_gn += gradient[s][i] * normalised[s][i];
                }
            }
            if (dx != nullptr) {
                const float mean_g = group_sum<GROUP>(sum_g) / width;
                const float mean_gn = group_sum<GROUP>(sum_gn) / width;
                input_gradient<GROUP, N>(start, r, mean_g, mean_gn, normalised, gradient);
            }
        }
        if constexpr (WEIGHTS) {
            write_partial<GROUP, N>(partial + (size_t)blockIdx.x * 2 * width, dgamma);
            write_partial<GROUP, N>(partial + ((size_t)blockIdx.x * 2 + 1) * width, dbeta);
        }
    }

    template <int GROUP, int N>
    __device__ __forceinline__ void input_gradient(size_t start, float r, float mean_g, float mean_gn,
                                                   const float (&normalised)[kSteps<GROUP, N>][N],
                                                   const float (&gradient)[kSteps<GROUP, N>][N]) const {
#pragma unroll
        for (int s = 0; s < kSteps<GROUP, N>; s++) {
            const int column = column_of<GROUP, N>(s);
            if (column < width) {
                float result[N] = {};
                if (added != nullptr) {
                    load<N>(added + start + column, result);
                }
#pragma unroll
                for (int i = 0; i < N; i++) {
                    result[i] += r * (gradient[s][i] - mean_g - normalised[s][i] * mean_gn);
                }
                store<N>(dx + start + column, result);
            }
        }
    }

    // The block's sum per column: of its warps in order, or of its only row group.
    template <int GROUP, int N>
    __device__ __forceinline__ void write_partial(float* to, const float (&sums)[kSteps<GROUP, N>][N]) const {
        if constexpr (GROUP == kWarpSize) {
            __shared__ __align__(16) float floats[SharedRow<GROUP, N>::kFloats];
            const SharedRow<GROUP, N> block_sums{floats};
#pragma unroll 1
            for (int warp = 0; warp < kThreads / kWarpSize; warp++) {
                __syncthreads();
                if (threadIdx.x / kWarpSize == warp) {
#pragma unroll
                    for (int s = 0; s < kSteps<GROUP, N>; s++) {
                        const int column = column_of<GROUP, N>(s);
                        if (column < width) {
                            float total[N] = {};
                            if (warp > 0) {
                                block_sums.load_columns(column, total);
                            }
#pragma unroll
                            for (int i = 0; i < N; i++) {
                                total[i] += sums[s][i];
                            }
                            block_sums.store_columns(column, total);
                        }
                    }
                }
            }
            __syncthreads();
            for (int column = threadIdx.x; column < width; column += kThreads) {
                to[column] = *block_sums.at(column);
            }
        } else {
            store_row<GROUP, N>(to, width, sums);
        }
    }

    __device__ __forceinline__ bool vectors() const {
        return width % kLaneElements<T> == 0 && aligned(dy, x, gamma, added, dx, partial);
    }
};

// Adds the partial sums [blocks, 2, width] of layer_norm_backward_weights to dgamma and dbeta, either of which may be
// null: 32 columns a block, its warps take every eighth partial, then their sums are added in order.
__device__ __forceinline__ void weight_sums(const float* partial, int blocks, int width, float* dgamma, float* dbeta) {
    constexpr int kWarps = kThreads / kWarpSize;
    __shared__ float warp_sums[kWarps][kWarpSize];
    const int lane = threadIdx.x % kWarpSize;
    const int warp = threadIdx.x / kWarpSize;
    const int column = blockIdx.x * kWarpSize + lane;  // of the 2 * width columns
    float sum = 0;
    if (column < 2 * width) {
        for (int block = warp; block < blocks; block += kWarps) {
            sum += partial[(size_t)block * 2 * width + column];
        }
    }
    warp_sums[warp][lane] = sum;
    __syncthreads();
    float* to = column < width ? dgamma : dbeta;
    if (warp == 0 && column < 2 * width && to != nullptr) {
        float total = 0;
        for (int w = 0; w < kWarps; w++) {
            total += warp_sums[w][lane];
        }
        to[column < width ? column : column - width] += total;
    }
}

// A thread per row.
template <typename T>
__device__ void layer_norm_forward_plain(const LayerNormForward<T>& p) {
    const int row = blockIdx.x * blockDim.x + threadIdx.x;
    if (row >= p.rows) {
        return;
    }
    const size_t start = (size_t)row * p.width;
    const T* input = p.residual == nullptr ? p.x : p.sum;
    float total = 0;
#pragma unroll 1
    for (int c = 0; c < p.width; c++) {
        if (p.residual != nullptr) {
            write(p.sum + start + c, read(p.x + start + c) + read(p.residual + start + c));
        }
        total += read(input + start + c);
    }
    const float m = total / p.width;
    float squares = 0;
#pragma unroll 1
    for (int c = 0; c < p.width; c++) {
        const float centred = read(input + start + c) - m;
        squares += centred * centred;
    }
    const float r = 1.0f / sqrtf(squares / p.width + p.epsilon);
#pragma unroll 1
    for (int c = 0; c < p.width; c++) {
        write(p.y + start + c, (read(input + start + c) - m) * r * p.gamma[c] + p.beta[c]);
    }
    p.mean[row] = m;
    p.rstd[row] = r;
}

// A thread per row for dx.
template <typename T>
__device__ void layer_norm_backward_plain(const LayerNormBackward<T, false>& p) {
    const int row = blockIdx.x * blockDim.x + threadIdx.x;
    if (row >= p.rows) {
        return;
    }
    const size_t start = (size_t)row * p.width;
    const float m = p.mean[row];
    const float r = p.rstd[row];
    float sum_g = 0;
    float sum_gn = 0;
#pragma unroll 1
    for (int c = 0; c < p.width; c++) {
        const float g = read(p.dy + start + c) * p.gamma[c];
        sum_g += g;
        sum_gn += g * (read(p.x + start + c) - m) * r;
    }
#pragma unroll 1
    for (int c = 0; c < p.width; c++) {
        const float g = read(p.dy + start + c) * p.gamma[c];
        const float n = (read(p.x + start + c) - m) * r;
        const float old = p.added == nullptr ? 0 : read(p.added + start + c);
        write(p.dx + start + c, old + r * (g - sum_g / p.width - n * (sum_gn / p.width)));
    }
}

// A thread per column for dgamma and dbeta, which are added to and may each be null.
template <typename T>
__device__ void layer_norm_weights_plain(const T* dy, const T* x, const float* mean, const float* rstd, int rows,
                                         int width, float* dgamma, float* dbeta) {
    const int column = blockIdx.x * blockDim.x + threadIdx.x;
    if (column >= width) {
        return;
    }
    float sum_gamma = 0;
    float sum_beta = 0;
#pragma unroll 1
    for (int row = 0; row < rows; row++) {
        const size_t at = (size_t)row * width + column;
        sum_gamma += read(dy + at) * (read(x + at) - mean[row]) * rstd[row];
        sum_beta += read(dy + at);
    }
    if (dgamma != nullptr) {
        dgamma[column] += sum_gamma;
    }
    if (dbeta != nullptr) {
        dbeta[column] += sum_beta;
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Entry points

#define LAYER_NORM_KERNELS(T, NAME)                                                                                    \
    extern "C" __global__ void __launch_bounds__(kThreads) layer_norm_forward_##NAME(                                   \
        const T* x, const T* residual, T* sum, const float* gamma, const float* beta, float epsilon, T* y,             \
        float* mean, float* rstd, int rows, int width) {                                                               \
        run_rows<kLaneElements<T>>(                                                                                    \
            LayerNormForward<T>{x, residual, sum, gamma, beta, epsilon, y, mean, rstd, rows, width});                  \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(kThreads) layer_norm_forward_plain_##NAME(                             \
        const T* x, const T* residual, T* sum, const float* gamma, const float* beta, float epsilon, T* y,             \
        float* mean, float* rstd, int rows, int width) {                                                               \
        layer_norm_forward_plain(                                                                                      \
            LayerNormForward<T>{x, residual, sum, gamma, beta, epsilon, y, mean, rstd, rows, width});                  \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(kThreads) layer_norm_backward_##NAME(                                  \
        const T* dy, const T* x, const float* gamma, const float* mean, const float* rstd, const T* added, T* dx,      \
        int rows, int width) {                                                                                         \
        run_rows<kLaneElements<T>>(                                                                                    \
            LayerNormBackward<T, false>{dy, x, gamma, mean, rstd, added, dx, nullptr, rows, width});                   \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(kThreads) layer_norm_backward_weights_##NAME(                          \
        const T* dy, const T* x, const float* gamma, const float* mean, const float* rstd, const T* added, T* dx,      \
        float* partial, int rows, int width) {                                                                         \
        run_rows<kLaneElements<T>>(                                                                                    \
            LayerNormBackward<T, true>{dy, x, gamma, mean, rstd, added, dx, partial, rows, width});                    \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(kThreads) layer_norm_backward_plain_##NAME(                            \
        const T* dy, const T* x, const float* gamma, const float* mean, const float* rstd, const T* added, T* dx,      \
        int rows, int width) {                                                                                         \
        layer_norm_backward_plain(                                                                                     \
            LayerNormBackward<T, false>{dy, x, gamma, mean, rstd, added, dx, nullptr, rows, width});                   \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(kThreads) layer_norm_weights_plain_##NAME(                             \
        const T* dy, const T* x, const float* mean, const float* rstd, int rows, int width, float* dgamma,             \
        float* dbeta) {                                                                                                \
        layer_norm_weights_plain(dy, x, mean, rstd, rows, width, dgamma, dbeta);                                       \
    }

LAYER_NORM_KERNELS(float, f32)
LAYER_NORM_KERNELS(bf16, bf16)

extern "C" __global__ void __launch_bounds__(kThreads) layer_norm_weight_sums(const float* partial, int blocks, int width,
                                                                             float* dgamma, float* dbeta) {
    weight_sums(partial, blocks, width, dgamma, dbeta);
}
