// Matrix products of fp32 on tensor cores: operands rounded to tf32 (10 bits of mantissa, ties away from zero), summed in
// fp32 along k in steps of 8 (mma.sync m16n8k8). Relative error of a product about 2^-11; for exact fp32 see gemm_f32.cu.
//
// Kernels: gemm_{large,small}_{nn,nt,tn}_tf32 and gemm_small_tt_tf32; t stands for an operand that lies transposed in memory.
// Launch: grid (ceil(n / kN), ceil(m / kM), batches or parts of k), parameters as in gemm_block.cuh. No alignment is
// required; operands whose rows start at multiples of 16 bytes are copied in chunks of 16, others in chunks of 4.
#include "gemm_block.cuh"

// ---------------------------------------------------------------------------------------------------------------------
// Helpers

template <typename Shape, typename TileA, typename TileB>
struct Tf32Core {
    float sums[Shape::kSlabs][2][4][4] = {};  // [slab][16 rows][8 columns][fragment of mma]
    int start_a;
    int start_b;

    __device__ __forceinline__ Tf32Core(int warp_row, int warp_column)
        : start_a(start<TileA>(warp_row)), start_b(start<TileB>(warp_column)) {}

    // Along k: where a lane's row of the fragment at (span, 0) is, for ldmatrix. Across k: where its first element is.
    template <typename Tile>
    static __device__ __forceinline__ int start(int span) {
        const int lane = threadIdx.x % kWarpSize;
        return Tile::kAlongK ? Tile::element_offset(span + lane % 16, lane / 16 * 4)
                             : Tile::element_offset(span + lane / 4, lane % 4) + lane / 4 % 4 * 4;
    }

    // 16 elements along the span times 8 along k as a of m16n8k8: with g = lane / 4, t = lane % 4 elements (g, t),
    // (g + 8, t), (g, t + 4), (g + 8, t + 4). Its even and its odd registers are two b's. A row of 4 floats is one of 8
    // 16-bit elements to ldmatrix, and the lane that receives elements 2t, 2t + 1 of it receives float t.
    template <typename Tile>
    static __device__ __forceinline__ void load(
        uint32_t (&r)[4], const unsigned char* tile, int start, int span, int k) {
        if (Tile::kAlongK) {
            ldmatrix_x4(r, shared_address(tile + Tile::moved(start, span, k)));
        } else {
#pragma unroll
            for (int e = 0; e < 4; e++) {
                const int offset = Tile::moved(start, span + e % 2 * 8, k + e / 2 * 4);
                r[e] = *reinterpret_cast<const uint32_t*>(tile + offset);
            }
        }
#pragma unroll
        for (int e = 0; e < 4; e++) {
            r[e] = to_tf32(__uint_as_float(r[e]));
        }
    }

    __device__ __forceinline__ void multiply(const unsigned char* a, const unsigned char* b) {
#pragma unroll
        for (int k = 0; k < kDepth<float>; k += 8) {
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
                    mma_m16n8k8_tf32(sums[i / 2][i % 2][j], left, pair);
                }
            }
        }
    }

    __device__ __forceinline__ void store(int s, float* slab) const { store_fragments(sums, s, slab); }
};

// ---------------------------------------------------------------------------------------------------------------------
// Kernels

GEMM_KERNELS(tf32, Tf32Core, float, float)
