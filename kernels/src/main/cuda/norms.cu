// Layer normalisation (Ba et al. 2016) and L2 normalisation of rows, forward and backward.
//
//   layer norm:   y = (x - mean) rstd gamma + beta,  rstd = 1 / sqrt(var + epsilon),  var biased
//   its gradient: dx = rstd (g - mean(g) - n mean(g n)) with g = dy gamma and n = (x - mean) rstd,
//                 dgamma += sum over rows of dy n,  dbeta += sum over rows of dy
//   L2:           y = x / max(|x|, epsilon);  dx = (dy - y (y . dy)) / norm, the second term only where norm > epsilon
//
// Rows are [rows, width], width <= 2048 for the fast kernels (the plain ones take any). A row lives in the registers of a
// warp or of a block and is read once. Where width is a multiple of 16 bytes and the tensors are aligned it travels in
// 16-byte accesses, a warp a row up to 1024 columns; elsewhere element by element, a warp a row up to 256 columns.
// Statistics, gamma, beta and their gradients are float.
//
// Launch: THREADS threads; any grid, rows are dealt out in turn (eight at a time to the blocks, or one). For
// layer_norm_backward_weights the grid is also the number of partial sums, so it must not depend on the device if results
// are not to; its `partial` is [gridDim.x, 2, width], fully written, summed by layer_norm_weight_sums. Zero rows: no launch.

#include "vectors.cuh"

// ---------------------------------------------------------------------------------------------------------- helpers

// Accesses of N elements by which one thread of GROUP holds its share of a row: 32 floats of it where a warp takes a row in
// vectors, else 8.
template <int GROUP, int N>
constexpr int STEPS = (GROUP == WARP && N > 1 ? 32 : 8) / N;

// Widest row that GROUP threads hold.
template <int GROUP, int N>
constexpr int CAPACITY = GROUP * STEPS<GROUP, N> * N;

// First of the N columns that the calling thread holds in step s.
template <int GROUP, int N>
__device__ __forceinline__ int column_of(int s) {
    return (s * GROUP + threadIdx.x % GROUP) * N;
}

// The calling thread's share of a row; zeros beyond its end.
template <int GROUP, int N, typename T>
__device__ __forceinline__ void load_row(const T* row, int width, float (&values)[STEPS<GROUP, N>][N]) {
#pragma unroll
    for (int s = 0; s < STEPS<GROUP, N>; s++) {
        const int column = column_of<GROUP, N>(s);
        if (column < width) {
            load<N>(row + column, values[s]);
        } else {
#pragma unroll
            for (int i = 0; i < N; i++) {
                values[s][i] = 0;
            }
        }
    }
}

template <int GROUP, int N, typename T>
__device__ __forceinline__ void store_row(T* row, int width, const float (&values)[STEPS<GROUP, N>][N]) {
#pragma unroll
    for (int s = 0; s < STEPS<GROUP, N>; s++) {
        const int column = column_of<GROUP, N>(s);
        if (column < width) {
            store<N>(row + column, values[s]);
        }
    }
}

// Row of the calling thread's group at first, and the distance to its next row.
template <int GROUP>
__device__ __forceinline__ int first_row() {
    return blockIdx.x * (THREADS / GROUP) + threadIdx.x / GROUP;
}

template <int GROUP>
__device__ __forceinline__ int row_stride() {
    return gridDim.x * (THREADS / GROUP);
}

// ---------------------------------------------------------------------------------------------------------- kernels

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
    __device__ __forceinline__ void input(size_t start, float (&values)[STEPS<GROUP, N>][N]) const {
        load_row<GROUP, N>(x + start, width, values);
        if (residual == nullptr) {
            return;
        }
#pragma unroll
        for (int s = 0; s < STEPS<GROUP, N>; s++) {
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
        float scale[STEPS<GROUP, N>][N];
        float shift[STEPS<GROUP, N>][N];
        load_row<GROUP, N>(gamma, width, scale);
        load_row<GROUP, N>(beta, width, shift);
        for (int row = first_row<GROUP>(); row < rows; row += row_stride<GROUP>()) {
            const size_t start = (size_t)row * width;
            float values[STEPS<GROUP, N>][N];
            input<GROUP, N>(start, values);
            float total = 0;
#pragma unroll
            for (int s = 0; s < STEPS<GROUP, N>; s++) {
#pragma unroll
                for (int i = 0; i < N; i++) {
                    total += values[s][i];
                }
            }
            const float m = group_sum<GROUP>(total) / width;
            float squares = 0;
#pragma unroll
            for (int s = 0; s < STEPS<GROUP, N>; s++) {
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
            for (int s = 0; s < STEPS<GROUP, N>; s++) {
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
        return width % LANE_ELEMENTS<T> == 0 && aligned(x, residual, sum, gamma, beta, y);
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
        float scale[STEPS<GROUP, N>][N];
        load_row<GROUP, N>(gamma, width, scale);
        float dgamma[STEPS<GROUP, N>][N] = {};
        float dbeta[STEPS<GROUP, N>][N] = {};
        for (int row = first_row<GROUP>(); row < rows; row += row_stride<GROUP>()) {
            const size_t start = (size_t)row * width;
            const float m = mean[row];
            const float r = rstd[row];
            float normalised[STEPS<GROUP, N>][N];
            float gradient[STEPS<GROUP, N>][N];
            load_row<GROUP, N>(x + start, width, normalised);
            load_row<GROUP, N>(dy + start, width, gradient);
            float sum_g = 0;
            float sum_gn = 0;
#pragma unroll
            for (int s = 0; s < STEPS<GROUP, N>; s++) {
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
                                                   const float (&normalised)[STEPS<GROUP, N>][N],
                                                   const float (&gradient)[STEPS<GROUP, N>][N]) const {
#pragma unroll
        for (int s = 0; s < STEPS<GROUP, N>; s++) {
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
    __device__ __forceinline__ void write_partial(float* to, const float (&sums)[STEPS<GROUP, N>][N]) const {
        if constexpr (GROUP == WARP) {
            __shared__ __align__(16) float block_sums[CAPACITY<GROUP, N>];
#pragma unroll 1
            for (int warp = 0; warp < THREADS / WARP; warp++) {
                __syncthreads();
                if (threadIdx.x / WARP == warp) {
#pragma unroll
                    for (int s = 0; s < STEPS<GROUP, N>; s++) {
                        const int column = column_of<GROUP, N>(s);
                        if (column < width) {
                            float total[N] = {};
                            if (warp > 0) {
                                load<N>(block_sums + column, total);
                            }
#pragma unroll
                            for (int i = 0; i < N; i++) {
                                total[i] += sums[s][i];
                            }
                            store<N>(block_sums + column, total);
                        }
                    }
                }
            }
            __syncthreads();
            for (int column = threadIdx.x; column < width; column += THREADS) {
                to[column] = block_sums[column];
            }
        } else {
            store_row<GROUP, N>(to, width, sums);
        }
    }

    __device__ __forceinline__ bool vectors() const {
        return width % LANE_ELEMENTS<T> == 0 && aligned(dy, x, gamma, added, dx, partial);
    }
};

// X: type of x and dx; Y: type of y and dy.
template <typename X, typename Y>
struct L2Forward {
    const X* x;  // [rows, width]
    float epsilon;
    Y* y;          // [rows, width]
    float* norms;  // [rows] max(|x|, epsilon)
    int rows;
    int width;

    template <int GROUP, int N>
    __device__ __forceinline__ void run() const {
        for (int row = first_row<GROUP>(); row < rows; row += row_stride<GROUP>()) {
            const size_t start = (size_t)row * width;
            float values[STEPS<GROUP, N>][N];
            load_row<GROUP, N>(x + start, width, values);
            float squares = 0;
#pragma unroll
            for (int s = 0; s < STEPS<GROUP, N>; s++) {
#pragma unroll
                for (int i = 0; i < N; i++) {
                    squares += values[s][i] * values[s][i];
                }
            }
            const float norm = fmaxf(sqrtf(group_sum<GROUP>(squares)), epsilon);
#pragma unroll
            for (int s = 0; s < STEPS<GROUP, N>; s++) {
#pragma unroll
                for (int i = 0; i < N; i++) {
                    values[s][i] /= norm;  // a quotient: a row of one element becomes exactly 1
                }
            }
            store_row<GROUP, N>(y + start, width, values);
            if (threadIdx.x % GROUP == 0) {
                norms[row] = norm;
            }
        }
    }

    __device__ __forceinline__ bool vectors() const {
        return width % LANE_ELEMENTS<X, Y> == 0 && aligned(x, y);
    }
};

template <typename X, typename Y>
struct L2Backward {
    const Y* dy;         // [rows, width]
    const Y* y;          // [rows, width]
    const float* norms;  // [rows]
    float epsilon;
    X* dx;  // [rows, width]
    int accumulate;
    int rows;
    int width;

    template <int GROUP, int N>
    __device__ __forceinline__ void run() const {
        for (int row = first_row<GROUP>(); row < rows; row += row_stride<GROUP>()) {
            const size_t start = (size_t)row * width;
            float gradient[STEPS<GROUP, N>][N];
            float unit[STEPS<GROUP, N>][N];
            load_row<GROUP, N>(dy + start, width, gradient);
            load_row<GROUP, N>(y + start, width, unit);
            float product = 0;
#pragma unroll
            for (int s = 0; s < STEPS<GROUP, N>; s++) {
#pragma unroll
                for (int i = 0; i < N; i++) {
                    product += gradient[s][i] * unit[s][i];
                }
            }
            const float norm = norms[row];
            const float sum = group_sum<GROUP>(product);
            const float along = norm > epsilon ? sum : 0;
#pragma unroll
            for (int s = 0; s < STEPS<GROUP, N>; s++) {
                const int column = column_of<GROUP, N>(s);
                if (column < width) {
                    float result[N] = {};
                    if (accumulate) {
                        load<N>(dx + start + column, result);
                    }
#pragma unroll
                    for (int i = 0; i < N; i++) {
                        result[i] += (gradient[s][i] - unit[s][i] * along) / norm;
                    }
                    store<N>(dx + start + column, result);
                }
            }
        }
    }

    __device__ __forceinline__ bool vectors() const {
        return width % LANE_ELEMENTS<X, Y> == 0 && aligned(dy, y, dx);
    }
};

// Runs a row operation with N elements an access.
template <int N, typename Operation>
__device__ __forceinline__ void run_rows_by(const Operation& operation) {
    if (operation.width <= CAPACITY<WARP, N>) {
        operation.template run<WARP, N>();
    } else {
        operation.template run<THREADS, N>();
    }
}

// Runs a row operation with vectors of N elements if it can, a warp or a block per row.
template <int N, typename Operation>
__device__ __forceinline__ void run_rows(const Operation& operation) {
    if (operation.vectors()) {
        run_rows_by<N>(operation);
    } else {
        run_rows_by<1>(operation);
    }
}

// Adds the partial sums [blocks, 2, width] of layer_norm_backward_weights to dgamma and dbeta, either of which may be
// null: 32 columns a block, its warps take every eighth partial, then their sums are added in order.
__device__ __forceinline__ void weight_sums(const float* partial, int blocks, int width, float* dgamma, float* dbeta) {
    constexpr int WARPS = THREADS / WARP;
    __shared__ float warp_sums[WARPS][WARP];
    const int lane = threadIdx.x % WARP;
    const int warp = threadIdx.x / WARP;
    const int column = blockIdx.x * WARP + lane;  // of the 2 * width columns
    float sum = 0;
    if (column < 2 * width) {
        for (int block = warp; block < blocks; block += WARPS) {
            sum += partial[(size_t)block * 2 * width + column];
        }
    }
    warp_sums[warp][lane] = sum;
    __syncthreads();
    float* to = column < width ? dgamma : dbeta;
    if (warp == 0 && column < 2 * width && to != nullptr) {
        float total = 0;
        for (int w = 0; w < WARPS; w++) {
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

// A thread per row.
template <typename X, typename Y>
__device__ void l2_normalize_forward_plain(const L2Forward<X, Y>& p) {
    const int row = blockIdx.x * blockDim.x + threadIdx.x;
    if (row >= p.rows) {
        return;
    }
    const size_t start = (size_t)row * p.width;
    float squares = 0;
#pragma unroll 1
    for (int c = 0; c < p.width; c++) {
        squares += read(p.x + start + c) * read(p.x + start + c);
    }
    const float norm = fmaxf(sqrtf(squares), p.epsilon);
#pragma unroll 1
    for (int c = 0; c < p.width; c++) {
        write(p.y + start + c, read(p.x + start + c) / norm);
    }
    p.norms[row] = norm;
}

// A thread per row.
template <typename X, typename Y>
__device__ void l2_normalize_backward_plain(const L2Backward<X, Y>& p) {
    const int row = blockIdx.x * blockDim.x + threadIdx.x;
    if (row >= p.rows) {
        return;
    }
    const size_t start = (size_t)row * p.width;
    const float norm = p.norms[row];
    float along = 0;
#pragma unroll 1
    for (int c = 0; norm > p.epsilon && c < p.width; c++) {
        along += read(p.dy + start + c) * read(p.y + start + c);
    }
#pragma unroll 1
    for (int c = 0; c < p.width; c++) {
        const float old = p.accumulate ? read(p.dx + start + c) : 0;
        write(p.dx + start + c, old + (read(p.dy + start + c) - read(p.y + start + c) * along) / norm);
    }
}

// ------------------------------------------------------------------------------------------------------ entry points

#define LAYER_NORM_KERNELS(T, NAME)                                                                                    \
    extern "C" __global__ void __launch_bounds__(THREADS) layer_norm_forward_##NAME(                                   \
        const T* x, const T* residual, T* sum, const float* gamma, const float* beta, float epsilon, T* y,             \
        float* mean, float* rstd, int rows, int width) {                                                               \
        run_rows<LANE_ELEMENTS<T>>(                                                                                    \
            LayerNormForward<T>{x, residual, sum, gamma, beta, epsilon, y, mean, rstd, rows, width});                  \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(THREADS) layer_norm_forward_plain_##NAME(                             \
        const T* x, const T* residual, T* sum, const float* gamma, const float* beta, float epsilon, T* y,             \
        float* mean, float* rstd, int rows, int width) {                                                               \
        layer_norm_forward_plain(                                                                                      \
            LayerNormForward<T>{x, residual, sum, gamma, beta, epsilon, y, mean, rstd, rows, width});                  \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(THREADS) layer_norm_backward_##NAME(                                  \
        const T* dy, const T* x, const float* gamma, const float* mean, const float* rstd, const T* added, T* dx,      \
        int rows, int width) {                                                                                         \
        run_rows<LANE_ELEMENTS<T>>(                                                                                    \
            LayerNormBackward<T, false>{dy, x, gamma, mean, rstd, added, dx, nullptr, rows, width});                   \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(THREADS) layer_norm_backward_weights_##NAME(                          \
        const T* dy, const T* x, const float* gamma, const float* mean, const float* rstd, const T* added, T* dx,      \
        float* partial, int rows, int width) {                                                                         \
        run_rows<LANE_ELEMENTS<T>>(                                                                                    \
            LayerNormBackward<T, true>{dy, x, gamma, mean, rstd, added, dx, partial, rows, width});                    \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(THREADS) layer_norm_backward_plain_##NAME(                            \
        const T* dy, const T* x, const float* gamma, const float* mean, const float* rstd, const T* added, T* dx,      \
        int rows, int width) {                                                                                         \
        layer_norm_backward_plain(                                                                                     \
            LayerNormBackward<T, false>{dy, x, gamma, mean, rstd, added, dx, nullptr, rows, width});                   \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(THREADS) layer_norm_weights_plain_##NAME(                             \
        const T* dy, const T* x, const float* mean, const float* rstd, int rows, int width, float* dgamma,             \
        float* dbeta) {                                                                                                \
        layer_norm_weights_plain(dy, x, mean, rstd, rows, width, dgamma, dbeta);                                       \
    }

LAYER_NORM_KERNELS(float, f32)
LAYER_NORM_KERNELS(bf16, bf16)

extern "C" __global__ void __launch_bounds__(THREADS) layer_norm_weight_sums(const float* partial, int blocks, int width,
                                                                             float* dgamma, float* dbeta) {
    weight_sums(partial, blocks, width, dgamma, dbeta);
}

// NAME is x's type, then y's.
#define L2_KERNELS(X, Y, NAME)                                                                                         \
    extern "C" __global__ void __launch_bounds__(THREADS) l2_normalize_forward_##NAME(                                 \
        const X* x, float epsilon, Y* y, float* norms, int rows, int width) {                                          \
        run_rows<LANE_ELEMENTS<X, Y>>(L2Forward<X, Y>{x, epsilon, y, norms, rows, width});                             \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(THREADS) l2_normalize_forward_plain_##NAME(                           \
        const X* x, float epsilon, Y* y, float* norms, int rows, int width) {                                          \
        l2_normalize_forward_plain(L2Forward<X, Y>{x, epsilon, y, norms, rows, width});                                \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(THREADS) l2_normalize_backward_##NAME(                                \
        const Y* dy, const Y* y, const float* norms, float epsilon, X* dx, int accumulate, int rows, int width) {      \
        run_rows<LANE_ELEMENTS<X, Y>>(L2Backward<X, Y>{dy, y, norms, epsilon, dx, accumulate, rows, width});           \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(THREADS) l2_normalize_backward_plain_##NAME(                          \
        const Y* dy, const Y* y, const float* norms, float epsilon, X* dx, int accumulate, int rows, int width) {      \
        l2_normalize_backward_plain(L2Backward<X, Y>{dy, y, norms, epsilon, dx, accumulate, rows, width});             \
    }

L2_KERNELS(float, float, f32_f32)
L2_KERNELS(bf16, bf16, bf16_bf16)
L2_KERNELS(bf16, float, bf16_f32)
