// The end of a matrix product whose sums were computed in parts (tiny C, long sums: gradients of low-rank factors): adds
// the parts in their order, then does what a product kernel does with a sum.
//
// Kernels: gemm_parts_{f32,bf16}, named after C.
//   parts             [count][m][ldp] fp32, written by a product kernel with ldc = ldp, batch_c = m ldp
//   m, n, ldp         rows, columns, elements from a row to the next, a multiple of 4
//   the rest          see Epilogue
// Launch: one thread for four elements of a row: blocks of 128 threads, grid (ceil(m ceil(n / 4) / 128)).
#include "gemm_epilogue.cuh"

// ---------------------------------------------------------------------------------------------------------------------
// Kernels

template <typename Out>
__device__ __forceinline__ void add_parts(
    const float* parts, int count, int m, int n, int ldp, const Epilogue<Out>& epilogue) {
    const int id = blockIdx.x * blockDim.x + threadIdx.x;
    const int row = id / ceil_div(n, 4);
    const int column = id % ceil_div(n, 4) * 4;
    if (row >= m) {
        return;
    }
    const int exist = min(n - column, 4);
    float sum[4] = {};
    for (int part = 0; part < count; part++) {
        float term[4];
        load_four(term, parts + (static_cast<size_t>(part) * m + row) * ldp + column, true, exist);
#pragma unroll
        for (int e = 0; e < 4; e++) {
            sum[e] += term[e];
        }
    }
    epilogue.finish(row, column, sum, epilogue.is_vectorizable(), exist);
}

// ---------------------------------------------------------------------------------------------------------------------
// Entry points

#define GEMM_PARTS(suffix, Out)                                                                                       \
    extern "C" __global__ __launch_bounds__(128) void gemm_parts_##suffix(                                            \
        const float* parts, int count, int m, int n, int ldp, Out* c, int ldc, float alpha, int accumulate,           \
        const float* bias, int activation, Out* pre, int ldpre, const Out* residual, int ldr) {                      \
        const Epilogue<Out> epilogue = {c, ldc, alpha, accumulate, bias, activation, pre, ldpre, residual, ldr};      \
        add_parts(parts, count, m, n, ldp, epilogue);                                                                 \
    }

GEMM_PARTS(f32, float)
GEMM_PARTS(bf16, __nv_bfloat16)
