// Products of fp32 with low-rank terms on CUDA cores: gemm_low_rank.cuh says what they compute and how to launch them.
//
// Kernels: gemm_{large,small}_{nn,nt}_low_rank_f32.
#include "gemm_f32_core.cuh"
#include "gemm_low_rank.cuh"

// ---------------------------------------------------------------------------------------------------------------------
// Helpers

// A warp's 16 rows of P: lane (lane % 8, lane / 8) sums up every 8th row, and every 4th column or four neighbours, as the
// reducing factor lies along or across k. Between steps the sums are in shared memory: registers are full of those of C.
template <typename Shape, typename TileA, typename TileR>
struct F32Projection {
    using Core = F32Core<Shape, TileA, TileR>;
    static constexpr bool kScalesFactor = true;
    static_assert(Shape::kWarpsN == 2 * Shape::kSlabs, "the warps side by side share out 16 rows each");
    static_assert(kRank == kDepth<float>, "P is one more step");

    unsigned char* reduced;  // the block's P
    int first;               // of the warp's rows

    __device__ __forceinline__ F32Projection(int row, unsigned char* place) : reduced(place), first(row) {}

    // The sum in row i, column j of the lane's, `start` being where its first row of a tile of x is.
    __device__ __forceinline__ float* sum(int start, int x, int i, int j) const {
        const int chunk = TileR::kAlongK ? j : x;
        const int element = TileR::kAlongK ? x : j;
        return reinterpret_cast<float*>(reduced + TileA::moved(start, 8 * i, 4 * chunk)) + element;
    }

    __device__ __forceinline__ void multiply(const unsigned char* tile, const unsigned char* reducing, bool fresh) const {
        const int lane = thread_index_anew() % kWarpSize;
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
        F32Core<Shape, TileA, TileB>& core, const unsigned char* p, const unsigned char* expanding, float) {
#pragma unroll
        for (int s = 0; s < Shape::kSlabs; s++) {
#pragma unroll 1
            for (int k = 0; k < kRank; k += 4) {
                float left[4][4];
                Core::template load<TileA>(left, p, core.start_a, 32 * s, 8, k);
#pragma unroll
                for (int half = 0; half < 2; half++) {
                    float right[4][4];
                    Core::template load<TileB>(right, expanding, core.start_b, 16 * half, 4, k);
#pragma unroll
                    for (int l = 0; l < 4; l++) {
#pragma unroll
                        for (int i = 0; i < 4; i++) {
#pragma unroll
                            for (int j = 0; j < 4; j++) {
                                float& sum = core.sums[s][i][4 * half + j];
                                sum = fmaf(left[i][l], right[j][l], sum);
                            }
                        }
                    }
                }
            }
        }
    }
};

// ---------------------------------------------------------------------------------------------------------------------
// Kernels

GEMM_LOW_RANK_KERNELS(f32, F32Core, F32Projection, float)
