// Products of bf16 with low-rank terms on tensor cores: gemm_low_rank.cuh says what they compute and how to launch them.
//
// Kernels: gemm_{large,small}_{nn,nt}_low_rank_bf16.
#include "gemm_bf16_core.cuh"
#include "gemm_low_rank.cuh"

// ---------------------------------------------------------------------------------------------------------------------
// Helpers

// A warp's 16 rows of P, as two fragments of mma.
template <typename Shape, typename TileA, typename TileR>
struct Bf16Projection {
    using Core = Bf16Core<Shape, TileA, TileR>;
    static constexpr bool kScalesFactor = false;
    static_assert(Shape::kWarpsN == 2 * Shape::kSlabs, "the warps side by side share out 16 rows each");

    float sums[2][4];

    __device__ __forceinline__ Bf16Projection(int, unsigned char*) {}

    // The warp's first row of the block's.
    static __device__ __forceinline__ int first_row() {
        const int warp = thread_index_anew() / kWarpSize;
        return warp / Shape::kWarpsN * Shape::kSlabs * 32 + warp % Shape::kWarpsN * 16;
    }

    __device__ __forceinline__ void multiply(const unsigned char* x, const unsigned char* reducing, bool fresh) {
        const int start_x = Core::template start<TileA>(first_row());
        const int start_r = Core::template start<TileR>(0);
        if (fresh) {
#pragma unroll
            for (int j = 0; j < 2; j++) {
#pragma unroll
                for (int e = 0; e < 4; e++) {
                    sums[j][e] = 0.0f;
                }
            }
        }
#pragma unroll
        for (int k = 0; k < kDepth<__nv_bfloat16>; k += 16) {
            uint32_t left[4];
            uint32_t right[4];
            Core::template load<TileA>(left, x, start_x, 0, k);
            Core::template load<TileR>(right, reducing, start_r, 0, k);
#pragma unroll
            for (int j = 0; j < 2; j++) {
                const uint32_t pair[2] = {right[j], right[j + 2]};
                mma_m16n8k16_bf16(sums[j], left, pair);
            }
        }
    }

    __device__ __forceinline__ const unsigned char* share(unsigned char* tile) {
        const int lane = thread_index_anew() % kWarpSize;
        const int row = first_row();
#pragma unroll
        for (int j = 0; j < 2; j++) {
#pragma unroll
            for (int half = 0; half < 2; half++) {
                unsigned char* chunk = tile + TileA::element_offset(row + 8 * half + lane / 4, 8 * j);
                const uint32_t pair = pack_bf16x2(sums[j][2 * half], sums[j][2 * half + 1]);
                *reinterpret_cast<uint32_t*>(chunk + lane % 4 * 4) = pair;
            }
        }
        return tile;
    }

    // One step of 16 with sums of its own, for they are scaled.
    template <typename TileB>
    static __device__ __forceinline__ void expand(
        Bf16Core<Shape, TileA, TileB>& core, const unsigned char* p, const unsigned char* expanding, float scale) {
#pragma unroll
        for (int pairs = 0; pairs < 2; pairs++) {
            uint32_t right[4];
            core.template load<TileB>(right, expanding, core.start_b, 16 * pairs, 0);
#pragma unroll
            for (int i = 0; i < 2 * Shape::kSlabs; i++) {
                uint32_t left[4];
                core.template load<TileA>(left, p, core.start_a, 16 * i, 0);
#pragma unroll
                for (int j = 0; j < 2; j++) {
                    const uint32_t pair[2] = {right[j], right[j + 2]};
                    float added[4] = {};
                    mma_m16n8k16_bf16(added, left, pair);
#pragma unroll
                    for (int e = 0; e < 4; e++) {
                        float& sum = core.sums[i / 2][i % 2][2 * pairs + j][e];
                        sum = fmaf(scale, added[e], sum);
                    }
                }
            }
        }
    }
};

// ---------------------------------------------------------------------------------------------------------------------
// Kernels

GEMM_LOW_RANK(gemm_large, nn, bf16, Bf16Core, Bf16Projection, LargeBlock, false, __nv_bfloat16)
GEMM_LOW_RANK(gemm_large, nt, bf16, Bf16Core, Bf16Projection, LargeBlock, true, __nv_bfloat16)
GEMM_LOW_RANK(gemm_small, nn, bf16, Bf16Core, Bf16Projection, SmallBlock, false, __nv_bfloat16)
GEMM_LOW_RANK(gemm_small, nt, bf16, Bf16Core, Bf16Projection, SmallBlock, true, __nv_bfloat16)
