// Products of fp32 with low-rank terms on CUDA cores: gemm_low_rank.cuh says what they compute and how to launch them.
//
// Kernels: gemm_{large,small}_nn_low_rank_f32 and gemm_small_nt_low_rank_f32: a large nt one does not fit into registers.
#include "gemm_f32_core.cuh"
#include "gemm_low_rank.cuh"

// ---------------------------------------------------------------------------------------------------------------------
// Helpers

// Slab by slab, and finding its places at every step, for registers that low-rank terms take.
template <typename Shape, typename TileA, typename TileB>
struct F32SlabCore : F32Core<Shape, TileA, TileB> {
    using F32Core<Shape, TileA, TileB>::F32Core;

    __device__ __forceinline__ void multiply(const unsigned char* a, const unsigned char* b) {
        static_assert(TileA::kAlongK, "rows of x");
        const int thread = thread_index_anew();
        const int warp = thread / kWarpSize;
        const int x = thread % kWarpSize / 8;
        const int row = warp / Shape::kWarpsN * Shape::kSlabs * 32 + thread % 8;
        const int column = warp % Shape::kWarpsN * 32 + (TileB::kAlongK ? x : 4 * x);
        this->start_a = TileA::element_offset(row, 0);
        this->start_b = TileB::element_offset(column, 0);
        this->template multiply_slabs<1>(a, b);
    }
};

// A warp's 16 rows of P: lane (lane % 8, lane / 8) sums up every 8th row, and every 4th column or four neighbours, as the
// reducing factor lies along or across k. Between steps the sums are in shared memory: registers are full of those of C.
template <typename Shape, typename TileA, typename TileR>
struct F32Projection {
    using Core = F32Core<Shape, TileA, TileR>;
    static constexpr bool kScalesFactor = true;
    static_assert(Shape::kWarpsN == 2 * Shape::kSlabs, "the warps side by side share out 16 rows each");
    static_assert(kRank == kDepth<float>, "P is one more step");

    unsigned char* reduced;  // the block's P

    __device__ __forceinline__ F32Projection(int, unsigned char* place) : reduced(place) {}

    // The sum in row i, column j of the lane's, `start` being where its first row of a tile of x is.
    __device__ __forceinline__ float* sum(int start, int x, int i, int j) const {
        const int chunk = TileR::kAlongK ? j : x;
        const int element = TileR::kAlongK ? x : j;
        return reinterpret_cast<float*>(reduced + TileA::moved(start, 8 * i, 4 * chunk)) + element;
    }

    __device__ __forceinline__ void multiply(const unsigned char* tile, const unsigned char* reducing, bool fresh) const {
        const int thread = thread_index_anew();
        const int warp = thread / kWarpSize;
        const int lane = thread % kWarpSize;
        const int first = warp / Shape::kWarpsN * Shape::kSlabs * 32 + warp % Shape::kWarpsN * 16;
        const int x = lane / 8;
        const int start = TileA::element_offset(first + lane % 8, 0);
        const int start_r = TileR::element_offset(TileR::kAlongK ? x : 4 * x, 0);
        float sums[2][4];
#pragma unroll
        for (int i = 0; i < 2; i++) {
#pragma unroll
            for (int j = 0; j < 4; j++) {
                sums[i][j] = fresh ? 0.0f : *sum(start, x, i, j);
            }
        }
#pragma unroll 1
        for (int k = 0; k < kDepth<float>; k += 4) {
            float left[2][4];
            float right[4][4];
#pragma unroll
            for (int i = 0; i < 2; i++) {
                Core::read(left[i], tile + TileA::moved(start, 8 * i, k));
            }
            Core::template load<TileR>(right, reducing, start_r, 0, 4, k);
#pragma unroll
            for (int l = 0; l < 4; l++) {
#pragma unroll
                for (int i = 0; i < 2; i++) {
#pragma unroll
                    for (int j = 0; j < 4; j++) {
                        sums[i][j] = fmaf(left[i][l], right[j][l], sums[i][j]);
                    }
                }
            }
        }
#pragma unroll
        for (int i = 0; i < 2; i++) {
            if (TileR::kAlongK) {
#pragma unroll
                for (int j = 0; j < 4; j++) {
                    *sum(start, x, i, j) = sums[i][j];
                }
            } else {
                store_quad(sum(start, x, i, 0), sums[i]);
            }
        }
    }

    __device__ __forceinline__ const unsigned char* share(unsigned char*) const { return reduced; }

    template <typename TileB>
    static __device__ __forceinline__ void expand(
        F32SlabCore<Shape, TileA, TileB>& core, const unsigned char* p, const unsigned char* expanding, float) {
        core.multiply(p, expanding);
    }
};

// ---------------------------------------------------------------------------------------------------------------------
// Kernels

GEMM_LOW_RANK(gemm_large, nn, f32, F32SlabCore, F32Projection, LargeBlock, false, float)
GEMM_LOW_RANK(gemm_small, nn, f32, F32SlabCore, F32Projection, SmallBlock, false, float)
GEMM_LOW_RANK(gemm_small, nt, f32, F32SlabCore, F32Projection, SmallBlock, true, float)
