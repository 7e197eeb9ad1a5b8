// Matrix products as their definition reads, one thread an element of C: what the fast kernels are compared with on the
// device. Sums are chains of fp32 fma over l = 0, 1, ..., k - 1.
//
// Kernels: gemm_plain_{nn,nt,tn,tt}_{f32,bf16,bf16_f32}; t stands for an operand that lies transposed in memory.
// Launch: blocks of 128 threads, grid (ceil(n / 128), m, batches or parts of k), parameters as in gemm_block.cuh.
#include "gemm_block.cuh"

// ---------------------------------------------------------------------------------------------------------------------
// Kernels

template <bool kTransA, bool kTransB, typename T, typename Out>
__device__ __forceinline__ void multiply_plainly(const Product<T, Out>& p) {
    const int i = blockIdx.y;
    const int j = blockIdx.x * blockDim.x + threadIdx.x;
    if (j >= p.n) {
        return;
    }
    float sum = 0.0f;
    for (int l = 0; l < p.k; l++) {
        const T a = kTransA ? p.a.data[static_cast<size_t>(l) * p.a.stride + i]
                            : p.a.data[static_cast<size_t>(i) * p.a.stride + l];
        const T b = kTransB ? p.b.data[static_cast<size_t>(j) * p.b.stride + l]
                            : p.b.data[static_cast<size_t>(l) * p.b.stride + j];
        sum = fmaf(to_float(a), to_float(b), sum);
    }
    float v[4] = {sum};
    p.epilogue.finish(i, j, v, false, 1);
}

// ---------------------------------------------------------------------------------------------------------------------
// Entry points

#define GEMM_PLAIN(layout, suffix, kTransA, kTransB, T, Out)                                                   \
    extern "C" __global__ __launch_bounds__(128) void gemm_plain_##layout##_##suffix(GEMM_PARAMETERS(T, Out)) { \
        multiply_plainly<kTransA, kTransB>(product<kTransA, kTransB>(GEMM_ARGUMENTS));                         \
    }

#define GEMM_PLAINS(suffix, T, Out)              \
    GEMM_PLAIN(nn, suffix, false, false, T, Out) \
    GEMM_PLAIN(nt, suffix, false, true, T, Out)  \
    GEMM_PLAIN(tn, suffix, true, false, T, Out)  \
    GEMM_PLAIN(tt, suffix, true, true, T, Out)

GEMM_PLAINS(f32, float, float)
GEMM_PLAINS(bf16, __nv_bfloat16, __nv_bfloat16)
GEMM_PLAINS(bf16_f32, __nv_bfloat16, float)
