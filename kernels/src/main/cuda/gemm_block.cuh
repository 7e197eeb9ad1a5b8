// A matrix product C = epilogue(op(A) op(B)) by blocks: what the kernels of all element types share. A Core holds a
// warp's sums and multiplies one step; it is the only part that differs between tensor cores and CUDA cores.
#pragma once

#include "gemm_epilogue.cuh"
#include "gemm_tiles.cuh"

// The part of a product that blocks of one blockIdx.z compute.
template <typename T, typename Out>
struct Product {
    Operand<T> a;
    Operand<T> b;
    int m;
    int n;
    int k;
    Epilogue<Out> epilogue;
};

// Parameters of every product kernel, in this order:
//   a, b, c           operands as they lie in memory, and C
//   m, n, k           op(A) is m x k, op(B) is k x n
//   k_last            k of the last blockIdx.z: differs from k where blockIdx.z numbers parts of the sums, not products
//   lda, ldb, ldc     elements from a row to the next
//   batch_a, _b, _c   elements from one blockIdx.z to the next
//   the rest          see Epilogue; bias, pre and residual are the same for every blockIdx.z
#define GEMM_PARAMETERS(T, Out)                                                                                      \
    const T *a, const T *b, Out *c, int m, int n, int k, int k_last, int lda, int ldb, int ldc, long long batch_a,  \
        long long batch_b, long long batch_c, float alpha, int accumulate, const float *bias, int activation,       \
        Out *pre, int ldpre, const Out *residual, int ldr

#define GEMM_ARGUMENTS                                                                                               \
    a, b, c, m, n, k, k_last, lda, ldb, ldc, batch_a, batch_b, batch_c, alpha, accumulate, bias, activation, pre,    \
        ldpre, residual, ldr

template <bool kTransA, bool kTransB, typename T, typename Out>
__device__ __forceinline__ Product<T, Out> product(GEMM_PARAMETERS(T, Out)) {
    const long long z = blockIdx.z;
    const int depth = z == gridDim.z - 1 ? k_last : k;
    return {{a + z * batch_a, kTransA ? depth : m, kTransA ? m : depth, lda},
            {b + z * batch_b, kTransB ? n : depth, kTransB ? depth : n, ldb},
            m,
            n,
            depth,
            {c + z * batch_c, ldc, alpha, accumulate, bias, activation, pre, ldpre, residual, ldr}};
}

// 8 and 16 bytes in one store. Spelt out, because the compiler splits some of them, and parts conflict where wholes do not.
__device__ __forceinline__ void store_pair(float* shared, float x, float y) {
#ifdef CUDA_ON_CPU
    shared[0] = x, shared[1] = y;
#else
    asm volatile("st.shared.v2.f32 [%0], {%1, %2};\n" ::"r"(shared_address(shared)), "f"(x), "f"(y) : "memory");
#endif
}

__device__ __forceinline__ void store_quad(float* shared, const float (&v)[4]) {
#ifdef CUDA_ON_CPU
    store_vector(shared, v);
#else
    asm volatile("st.shared.v4.f32 [%0], {%1, %2, %3, %4};\n" ::"r"(shared_address(shared)), "f"(v[0]), "f"(v[1]),
                 "f"(v[2]), "f"(v[3]) : "memory");
#endif
}

// A warp's sums, [slab][16 rows][8 columns][fragment of mma], as slab s: with g = lane / 4, t = lane % 4 a fragment is
// (g, 2t), (g, 2t + 1), (g + 8, 2t), (g + 8, 2t + 1).
template <int kSlabs>
__device__ __forceinline__ void store_fragments(const float (&sums)[kSlabs][2][4][4], int s, float* slab) {
    const int lane = threadIdx.x % kWarpSize;
#pragma unroll
    for (int i = 0; i < 2; i++) {
#pragma unroll
        for (int j = 0; j < 4; j++) {
#pragma unroll
            for (int half = 0; half < 2; half++) {
                // selected, not indexed: an indexed array would not stay in registers
                const float x = s == 0 ? sums[0][i][j][2 * half] : sums[kSlabs - 1][i][j][2 * half];
                const float y = s == 0 ? sums[0][i][j][2 * half + 1] : sums[kSlabs - 1][i][j][2 * half + 1];
                const int index = Slab::index(16 * i + 8 * half + lane / 4, 8 * j + lane % 4 * 2);
                store_pair(slab + index, x, y);
            }
        }
    }
}

// Writes a warp's sums, whose first is at (row, column) of C; shared memory is free.
template <typename Shape, typename Core, typename T, typename Out>
__device__ __forceinline__ void write_block(
    const Core& core, unsigned char* shared, const Product<T, Out>& p, int row, int column) {
    float* slab = reinterpret_cast<float*>(shared + threadIdx.x / kWarpSize * Slab::kBytes);
    const bool vector = p.epilogue.is_vectorizable();
#pragma unroll 1
    for (int s = 0; s < Shape::kSlabs; s++) {
        core.store(s, slab);
        __syncwarp();
        Slab::write(slab, p.epilogue, vector, row + s * 32, column, p.m, p.n);
        __syncwarp();
    }
}

// Block (x, y) computes columns [x kN, (x + 1) kN) of rows [y kM, (y + 1) kM).
template <template <typename, typename, typename> class Core, typename Shape, bool kTransA, bool kTransB, typename T,
          typename Out>
__device__ __forceinline__ void multiply_block(const Product<T, Out>& p) {
    using TileA = OperandTile<T, Shape::kM, !kTransA>;
    using TileB = OperandTile<T, Shape::kN, kTransB>;
    constexpr int kStageBytes = TileA::kBytes + TileB::kBytes;
    __shared__ __align__(128) unsigned char shared[Shape::kSharedBytes];

    const int warp = threadIdx.x / kWarpSize;
    const int warp_row = warp / Shape::kWarpsN * Shape::kSlabs * 32;
    const int warp_column = warp % Shape::kWarpsN * 32;
    const int first_row = blockIdx.y * Shape::kM;
    const int first_column = blockIdx.x * Shape::kN;

    TileCopy<TileA, Shape::kThreads> copy_a(p.a, first_row);
    TileCopy<TileB, Shape::kThreads> copy_b(p.b, first_column);
    Core<Shape, TileA, TileB> core(warp_row, warp_column);
    pipeline(
        ceil_div(p.k, kDepth<T>),
        [&](int stage, int) {
            unsigned char* tile = shared + stage * kStageBytes;
            copy_a.next(tile);
            copy_b.next(tile + TileA::kBytes);
        },
        [&](int stage, int) {
            const unsigned char* tile = shared + stage * kStageBytes;
            core.multiply(tile, tile + TileA::kBytes);
        });

    write_block<Shape>(core, shared, p, first_row + warp_row, first_column + warp_column);
}

// The kernels of a block's size. Products of two transposed operands do not occur in training: small blocks only.
#define GEMM_KERNEL(name, layout, suffix, Core, Shape, kTransA, kTransB, T, Out)                                      \
    extern "C" __global__ __launch_bounds__(Shape::kThreads, Shape::kBlocksPerSm) void name##_##layout##_##suffix(   \
        GEMM_PARAMETERS(T, Out)) {                                                                                   \
        multiply_block<Core, Shape, kTransA, kTransB>(product<kTransA, kTransB>(GEMM_ARGUMENTS));                    \
    }

#define GEMM_KERNELS(suffix, Core, T, Out)                                       \
    GEMM_KERNEL(gemm_large, nn, suffix, Core, LargeBlock, false, false, T, Out)  \
    GEMM_KERNEL(gemm_large, nt, suffix, Core, LargeBlock, false, true, T, Out)   \
    GEMM_KERNEL(gemm_large, tn, suffix, Core, LargeBlock, true, false, T, Out)   \
    GEMM_KERNEL(gemm_small, nn, suffix, Core, SmallBlock, false, false, T, Out)  \
    GEMM_KERNEL(gemm_small, nt, suffix, Core, SmallBlock, false, true, T, Out)   \
    GEMM_KERNEL(gemm_small, tn, suffix, Core, SmallBlock, true, false, T, Out)   \
    GEMM_KERNEL(gemm_small, tt, suffix, Core, SmallBlock, true, true, T, Out)
