// Matrices as a whole: copies between element types and row strides, sums of columns.
//
//   matrix_copy_{f32,bf16}_{f32,bf16}   out[i][j] = in[i][j], named after in and out; rounds to nearest even
//       Launch: one thread for 8 elements of a row: blocks of 256, grid (ceil(rows ceil(columns / 8) / 256)).
//
//   column_sums_parts_{f32,bf16}        parts[p][j] = sum of x[i][j] over the p-th kRowsPerPart rows
//       Launch: blocks of 256, grid (ceil(columns / (32 * kVector)), ceil(rows / kRowsPerPart)); kVector: 4 fp32, 8 bf16.
//   column_sums_add                     sums[j] += parts[0][j] + parts[1][j] + ...
//       Launch: one thread a column: blocks of 128.
#include "common.cuh"

// ---------------------------------------------------------------------------------------------------------------------
// Helpers

constexpr int kCopied = 8;  // elements per thread
constexpr int kSumThreads = 256;
constexpr int kSumWarps = kSumThreads / kWarpSize;
constexpr int kRowsPerPart = 256;

template <typename T>
__device__ __forceinline__ bool has_aligned_rows(const T* p, int stride) {
    return reinterpret_cast<uintptr_t>(p) % 16 == 0 && stride % kVector<T> == 0;
}

__device__ __forceinline__ void load_eight(float (&out)[8], const float* p) {
    const float4 low = reinterpret_cast<const float4*>(p)[0];
    const float4 high = reinterpret_cast<const float4*>(p)[1];
    out[0] = low.x, out[1] = low.y, out[2] = low.z, out[3] = low.w;
    out[4] = high.x, out[5] = high.y, out[6] = high.z, out[7] = high.w;
}
__device__ __forceinline__ void load_eight(float (&out)[8], const __nv_bfloat16* p) { load_vector(out, p); }

__device__ __forceinline__ void store_eight(float* p, const float (&in)[8]) {
    reinterpret_cast<float4*>(p)[0] = make_float4(in[0], in[1], in[2], in[3]);
    reinterpret_cast<float4*>(p)[1] = make_float4(in[4], in[5], in[6], in[7]);
}
__device__ __forceinline__ void store_eight(__nv_bfloat16* p, const float (&in)[8]) { store_vector(p, in); }

// ---------------------------------------------------------------------------------------------------------------------
// Kernels

template <typename In, typename Out>
__device__ __forceinline__ void copy_matrix(
    const In* in, Out* out, int rows, int columns, int in_stride, int out_stride) {
    const int chunks = ceil_div(columns, kCopied);
    const size_t id = static_cast<size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
    const size_t row = id / chunks;
    const int column = static_cast<int>(id % chunks) * kCopied;
    if (row >= rows) {
        return;
    }
    const In* source = in + row * in_stride + column;
    Out* target = out + row * out_stride + column;
    const bool vector = has_aligned_rows(in, in_stride) && has_aligned_rows(out, out_stride);
    if (vector && column + kCopied <= columns) {
        float v[kCopied];
        load_eight(v, source);
        store_eight(target, v);
    } else {
        for (int e = 0; e < min(columns - column, kCopied); e++) {
            target[e] = from_float<Out>(to_float(source[e]));
        }
    }
}

// Warps take the part's rows in turn, lanes neighbouring vectors of columns; the warps' sums are added in order.
template <typename T>
__device__ __forceinline__ void sum_part(const T* x, int rows, int columns, int stride, float* parts) {
    constexpr int kWidth = kVector<T>;
    __shared__ float shared[kSumWarps][kWidth][kWarpSize];
    const int lane = threadIdx.x % kWarpSize;
    const int warp = threadIdx.x / kWarpSize;
    const int first = blockIdx.x * kWarpSize * kWidth;
    const int column = first + lane * kWidth;
    const int exist = min(max(columns - column, 0), kWidth);
    const bool vector = has_aligned_rows(x, stride) && exist == kWidth;
    const int begin = blockIdx.y * kRowsPerPart;
    const int end = min(rows, begin + kRowsPerPart);
    float sum[kWidth] = {};
    for (int row = begin + warp; row < end; row += kSumWarps) {
        const T* source = x + static_cast<size_t>(row) * stride + column;
        float v[kWidth];
        if (vector) {
            load_vector(v, source);
        } else {
#pragma unroll
            for (int e = 0; e < kWidth; e++) {
                v[e] = e < exist ? to_float(source[e]) : 0.0f;
            }
        }
#pragma unroll
        for (int e = 0; e < kWidth; e++) {
            sum[e] += v[e];
        }
    }
#pragma unroll
    for (int e = 0; e < kWidth; e++) {
        shared[warp][e][lane] = sum[e];
    }
    __syncthreads();
    for (int c = threadIdx.x; c < kWarpSize * kWidth; c += kSumThreads) {
        // column e * 32 + l of this order is the block's column l * kWidth + e: conflicts are avoided on both sides
        const int e = c / kWarpSize;
        const int l = c % kWarpSize;
        float total = 0.0f;
#pragma unroll
        for (int w = 0; w < kSumWarps; w++) {
            total += shared[w][e][l];
        }
        if (first + l * kWidth + e < columns) {
            parts[static_cast<size_t>(blockIdx.y) * columns + first + l * kWidth + e] = total;
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Entry points

#define MATRIX_COPY(suffix, In, Out)                                                       \
    extern "C" __global__ __launch_bounds__(256) void matrix_copy_##suffix(                \
        const In* in, Out* out, int rows, int columns, int in_stride, int out_stride) {    \
        copy_matrix(in, out, rows, columns, in_stride, out_stride);                        \
    }

MATRIX_COPY(f32_f32, float, float)
MATRIX_COPY(f32_bf16, float, __nv_bfloat16)
MATRIX_COPY(bf16_f32, __nv_bfloat16, float)
MATRIX_COPY(bf16_bf16, __nv_bfloat16, __nv_bfloat16)

extern "C" __global__ __launch_bounds__(kSumThreads) void column_sums_parts_f32(
    const float* x, int rows, int columns, int stride, float* parts) {
    sum_part(x, rows, columns, stride, parts);
}

extern "C" __global__ __launch_bounds__(kSumThreads) void column_sums_parts_bf16(
    const __nv_bfloat16* x, int rows, int columns, int stride, float* parts) {
    sum_part(x, rows, columns, stride, parts);
}

extern "C" __global__ __launch_bounds__(128) void column_sums_add(
    const float* parts, int count, int columns, float* sums) {
    const int column = blockIdx.x * blockDim.x + threadIdx.x;
    if (column >= columns) {
        return;
    }
    float total = 0.0f;
    for (int p = 0; p < count; p++) {
        total += parts[static_cast<size_t>(p) * columns + column];
    }
    sums[column] += total;
}
