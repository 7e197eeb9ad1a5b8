// A warp's part of an fp32 product on CUDA cores: every sum is a chain of fma along k.
#pragma once

#include "gemm_block.cuh"

// Lane (lane % 8, lane / 8) of a warp holds, in every slab, 4 of 8 x 4 rows and 8 of 4 x 8 columns. Which ones follows
// from how operands lie: along k a lane takes every 8th row (every 4th column), across k four neighbours, so that it
// always reads 16 bytes and eight lanes read 128.
template <typename Shape, typename TileA, typename TileB>
struct F32Core {
    float sums[Shape::kSlabs][4][8] = {};
    int start_a;
    int start_b;

    __device__ __forceinline__ F32Core(int warp_row, int warp_column)
        : start_a(TileA::element_offset(warp_row + slab_row(0), 0)),
          start_b(TileB::element_offset(warp_column + slab_column(0), 0)) {}

    static __device__ __forceinline__ int slab_row(int i) {
        const int y = threadIdx.x % 8;
        return TileA::kAlongK ? y + 8 * i : 4 * y + i;
    }

    static __device__ __forceinline__ int slab_column(int j) {
        const int x = threadIdx.x % kWarpSize / 8;
        return TileB::kAlongK ? x + 4 * j : 4 * x + j % 4 + j / 4 * 16;
    }

    static __device__ __forceinline__ void read(float (&out)[4], const unsigned char* p) {
        load_vector(out, reinterpret_cast<const float*>(p));
    }

    // Elements `span`, `span` + stride, ... along the span of k ... k + 3; across k the four neighbours from `span` on.
    template <typename Tile>
    static __device__ __forceinline__ void load(
        float (&out)[4][4], const unsigned char* tile, int start, int span, int stride, int k) {
        if (Tile::kAlongK) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                read(out[i], tile + Tile::moved(start, span + i * stride, k));
            }
        } else {
#pragma unroll
            for (int l = 0; l < 4; l++) {
                float across[4];
                read(across, tile + Tile::moved(start, span, k + l));
#pragma unroll
                for (int i = 0; i < 4; i++) {
                    out[i][l] = across[i];
                }
            }
        }
    }

    __device__ __forceinline__ void multiply(const unsigned char* a, const unsigned char* b) {
        multiply_slabs<Shape::kSlabs>(a, b);
    }

    // Reads b once for `kTogether` slabs: fewer of them leave more registers.
    template <int kTogether>
    __device__ __forceinline__ void multiply_slabs(const unsigned char* a, const unsigned char* b) {
#pragma unroll
        for (int first = 0; first < Shape::kSlabs; first += kTogether) {
#pragma unroll 1
            for (int k = 0; k < kDepth<float>; k += 4) {
                float left[kTogether][4][4];
#pragma unroll
                for (int s = 0; s < kTogether; s++) {
                    load<TileA>(left[s], a, start_a, 32 * (first + s), 8, k);
                }
#pragma unroll
                for (int half = 0; half < 2; half++) {
                    float right[4][4];
                    load<TileB>(right, b, start_b, 16 * half, 4, k);
#pragma unroll
                    for (int l = 0; l < 4; l++) {
#pragma unroll
                        for (int i = 0; i < 4 * kTogether; i++) {
#pragma unroll
                            for (int j = 0; j < 4; j++) {
                                float& sum = sums[first + i / 4][i % 4][4 * half + j];
                                sum = fmaf(left[i / 4][i % 4][l], right[j][l], sum);
                            }
                        }
                    }
                }
            }
        }
    }

    __device__ __forceinline__ void store(int s, float* slab) const {
#pragma unroll
        for (int i = 0; i < 4; i++) {
#pragma unroll
            for (int half = 0; half < 2; half++) {
                float four[4];
#pragma unroll
                for (int j = 0; j < 4; j++) {
                    // selected, not indexed: an indexed array would not stay in registers
                    four[j] = s == 0 ? sums[0][i][4 * half + j] : sums[Shape::kSlabs - 1][i][4 * half + j];
                }
                store_four_columns(slab, slab_row(i), 4 * half, four);
            }
        }
    }

    // A lane's columns j ... j + 3 of a row: neighbours if B lies across k.
    static __device__ __forceinline__ void store_four_columns(float* slab, int row, int j, const float (&four)[4]) {
        if (TileB::kAlongK) {
#pragma unroll
            for (int e = 0; e < 4; e++) {
                slab[Slab::index(row, slab_column(j + e))] = four[e];
            }
        } else {
            store_quad(slab + Slab::index(row, slab_column(j)), four);
        }
    }
};
