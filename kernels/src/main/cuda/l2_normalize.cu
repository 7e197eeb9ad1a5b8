// Rows scaled to unit length, and the gradient.
//
//   y = x / norm,  norm = max(|x|, epsilon)
//   dx = (dy - y (y . dy)) / norm, without the second term where the norm was clamped (norm <= epsilon)
//
// Each tensor is read or written once. Entry points are named after the type of x and dx, then that of y and dy.
//
// Launch: kThreads threads; any grid, at least one row and at most 2048 columns (the plain kernels take any width, a
// thread per row).

#include "row_groups.cuh"

// ---------------------------------------------------------------------------------------------------------------------
// Kernels

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
            float values[kSteps<GROUP, N>][N];
            load_row<GROUP, N>(x + start, width, values);
            float squares = 0;
#pragma unroll
            for (int s = 0; s < kSteps<GROUP, N>; s++) {
#pragma unroll
                for (int i = 0; i < N; i++) {
                    squares += values[s][i] * values[s][i];
                }
            }
            const float norm = fmaxf(sqrtf(group_sum<GROUP>(squares)), epsilon);
#pragma unroll
            for (int s = 0; s < kSteps<GROUP, N>; s++) {
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
        return width % kLaneElements<X, Y> == 0 && aligned(x, y);
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
            float gradient[kSteps<GROUP, N>][N];
            float unit[kSteps<GROUP, N>][N];
            load_row<GROUP, N>(dy + start, width, gradient);
            load_row<GROUP, N>(y + start, width, unit);
            float product = 0;
#pragma unroll
            for (int s = 0; s < kSteps<GROUP, N>; s++) {
#pragma unroll
                for (int i = 0; i < N; i++) {
                    product += gradient[s][i] * unit[s][i];
                }
            }
            const float norm = norms[row];
            const float sum = group_sum<GROUP>(product);
            const float along = norm > epsilon ? sum : 0;
#pragma unroll
            for (int s = 0; s < kSteps<GROUP, N>; s++) {
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
        return width % kLaneElements<X, Y> == 0 && aligned(dy, y, dx);
    }
};

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

// ---------------------------------------------------------------------------------------------------------------------
// Entry points

// NAME is x's type, then y's.
#define L2_KERNELS(X, Y, NAME)                                                                                         \
    extern "C" __global__ void __launch_bounds__(kThreads) l2_normalize_forward_##NAME(                                 \
        const X* x, float epsilon, Y* y, float* norms, int rows, int width) {                                          \
        run_rows<kLaneElements<X, Y>>(L2Forward<X, Y>{x, epsilon, y, norms, rows, width});                             \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(kThreads) l2_normalize_forward_plain_##NAME(                           \
        const X* x, float epsilon, Y* y, float* norms, int rows, int width) {                                          \
        l2_normalize_forward_plain(L2Forward<X, Y>{x, epsilon, y, norms, rows, width});                                \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(kThreads) l2_normalize_backward_##NAME(                                \
        const Y* dy, const Y* y, const float* norms, float epsilon, X* dx, int accumulate, int rows, int width) {      \
        run_rows<kLaneElements<X, Y>>(L2Backward<X, Y>{dy, y, norms, epsilon, dx, accumulate, rows, width});           \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(kThreads) l2_normalize_backward_plain_##NAME(                          \
        const Y* dy, const Y* y, const float* norms, float epsilon, X* dx, int accumulate, int rows, int width) {      \
        l2_normalize_backward_plain(L2Backward<X, Y>{dy, y, norms, epsilon, dx, accumulate, rows, width});             \
    }

L2_KERNELS(float, float, f32_f32)
L2_KERNELS(bf16, bf16, bf16_bf16)
L2_KERNELS(bf16, float, bf16_f32)
