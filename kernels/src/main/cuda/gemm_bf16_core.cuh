// A warp's part of a bf16 product on tensor cores (mma.sync m16n8k16): sums in fp32, fragments by ldmatrix.
#pragma once

#include "gemm_block.cuh"

template <typename Shape, typename TileA, typename TileB>
struct Bf16Core {
    float sums[Shape::kSlabs][2][4][4] = {};  // [slab][16 rows][8 columns][fragment of mma]
    int start_a;
    int start_b;

    __device__ __forceinline__ Bf16Core(int warp_row, int warp_column)
        : start_a(start<TileA>(warp_row)), start_b(start<TileB>(warp_column)) {}

    // Where a lane's row of the fragment at (span, 0) is.
    template <typename Tile>
    static __device__ __forceinline__ int start(int span) {
        const int lane = threadIdx.x % kWarpSize;
        return Tile::kAlongK ? Tile::element_offset(span + lane % 16, lane / 16 * 8)
                             : Tile::element_offset(span + lane / 8 % 2 * 8, lane % 8 + lane / 16 * 8);
    }

    // 16 elements along the span times 16 along k, as four 8x8 matrices: (span 0, k 0), (span 8, k 0), (span 0, k 8),
    // (span 8, k 8). This is a of m16n8k16; its even and its odd registers are two b's.
    template <typename Tile>
    static __device__ __forceinline__ void load(
        uint32_t (&r)[4], const unsigned char* tile, int start, int span, int k) {
        const uint32_t row = shared_address(tile + Tile::moved(start, span, k));
        if (Tile::kAlongK) {
            ldmatrix_x4(r, row);
        } else {
            ldmatrix_x4_trans(r, row);
        }
    }

    __device__ __forceinline__ void multiply(const unsigned char* a, const unsigned char* b) {
#pragma unroll
        for (int k = 0; k < kDepth<__nv_bfloat16>; k += 16) {
            uint32_t right[2][4];
#pragma unroll
            for (int j = 0; j < 2; j++) {
                load<TileB>(right[j], b, start_b, 16 * j, k);
            }
#pragma unroll
            for (int i = 0; i < 2 * Shape::kSlabs; i++) {
                uint32_t left[4];
                load<TileA>(left, a, start_a, 16 * i, k);
#pragma unroll
                for (int j = 0; j < 4; j++) {
                    const uint32_t pair[2] = {right[j / 2][j % 2], right[j / 2][j % 2 + 2]};
                    mma_m16n8k16_bf16(sums[i / 2][i % 2][j], left, pair);
                }
            }
        }
    }

    __device__ __forceinline__ void store(int s, float* slab) const { store_fragments(sums, s, slab); }
};
