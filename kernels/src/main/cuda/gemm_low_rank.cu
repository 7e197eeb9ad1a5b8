// A linear layer with low-rank terms (LoRA, Hu et al. 2021) in one pass over its input:
//
//   C = x W' + bias + residual, and for each of up to two terms on columns [first, first + count):
//   C += scale P B', P = x A'        A [rank][k], B [count][rank], P [m][rank], rank <= 16
//
// A block multiplies its tile of x, in shared memory anyway, by A' as well: 16 more columns, rank padded with zeros. Its
// warps share these out, each taking 16 rows. P is rounded to bf16, as if it had passed through memory, and P B' is added
// to the sums before the rest is done. The block of a term's first column writes P, which the way back needs.
//
// Kernels: gemm_{large,small}_nt_low_rank_bf16.
//   parameters of gemm_block.cuh; alpha is 1, blockIdx.z is 0
//   for each term: a, b, p, rank, lda, ldb, ldp, scale, first, count; count is 0 for a term that is absent
// Launch: as gemm_bf16.cu, with kStages (kM + kN + 16) 64 bytes of dynamic shared memory. A block must meet one term at most.
#include "gemm_bf16_core.cuh"

// ---------------------------------------------------------------------------------------------------------------------
// Helpers

constexpr int kRank = 16;  // padded

struct LowRankTerm {
    const __nv_bfloat16* a;
    const __nv_bfloat16* b;
    __nv_bfloat16* p;
    int rank;
    int lda;
    int ldb;
    int ldp;
    float scale;
    int first;
    int count;

    __device__ __forceinline__ bool meets(int column, int columns) const {
        return first < column + columns && column < first + count;
    }

    // Row `column` of B as b of m16n8k16: elements 2t, 2t + 1 and 2t + 8, 2t + 9, zero where there are none.
    __device__ __forceinline__ void load_b(uint32_t (&r)[2], int column) const {
        const bool exists = column >= first && column < first + count;
        const __nv_bfloat16* row = b + static_cast<ptrdiff_t>(column - first) * ldb;
        const bool paired = reinterpret_cast<uintptr_t>(b) % 4 == 0 && ldb % 2 == 0 && rank % 2 == 0;
#pragma unroll
        for (int half = 0; half < 2; half++) {
            const int k = threadIdx.x % 4 * 2 + 8 * half;
            if (paired) {
                r[half] = exists && k < rank ? *reinterpret_cast<const uint32_t*>(row + k) : 0;
            } else {
                const uint32_t low = exists && k < rank ? __bfloat16_as_ushort(row[k]) : 0;
                const uint32_t high = exists && k + 1 < rank ? __bfloat16_as_ushort(row[k + 1]) : 0;
                r[half] = low | high << 16;
            }
        }
    }
};

// A warp's 16 rows of P, as two fragments of mma, and their way through shared memory, where P has rows of 48 bytes: eight
// of them fall into different banks.
template <typename Shape, typename TileA>
struct Projection {
    using TileR = OperandTile<__nv_bfloat16, kRank, true>;
    using Core = Bf16Core<Shape, TileA, TileR>;
    static constexpr int kRowBytes = 48;
    static_assert(Shape::kWarpsN == 2 * Shape::kSlabs, "the warps side by side share out 16 rows each");
    static_assert(Shape::kM * kRowBytes <= Shape::kSharedBytes, "P takes the place of the stages");

    float sums[2][4] = {};
    int row;  // of the block's rows
    int start_x;
    int start_a;

    __device__ __forceinline__ explicit Projection(int first)
        : row(first), start_x(Core::template start<TileA>(first)), start_a(Core::template start<TileR>(0)) {}

    __device__ __forceinline__ void multiply(const unsigned char* x, const unsigned char* a) {
#pragma unroll
        for (int k = 0; k < kDepth<__nv_bfloat16>; k += 16) {
            uint32_t left[4];
            uint32_t right[4];
            Core::template load<TileA>(left, x, start_x, 0, k);
            Core::template load<TileR>(right, a, start_a, 0, k);
#pragma unroll
            for (int j = 0; j < 2; j++) {
                const uint32_t pair[2] = {right[j], right[j + 2]};
                mma_m16n8k16_bf16(sums[j], left, pair);
            }
        }
    }

    __device__ __forceinline__ void share(unsigned char* shared) const {
        const int lane = threadIdx.x % kWarpSize;
#pragma unroll
        for (int j = 0; j < 2; j++) {
#pragma unroll
            for (int half = 0; half < 2; half++) {
                unsigned char* target = shared + (row + 8 * half + lane / 4) * kRowBytes + 16 * j + lane % 4 * 4;
                *reinterpret_cast<uint32_t*>(target) = pack_bf16x2(sums[j][2 * half], sums[j][2 * half + 1]);
            }
        }
    }

    // Writes the block's rows of P, one thread an element.
    static __device__ __forceinline__ void write(
        const unsigned char* shared, const LowRankTerm& term, int first_row, int m) {
#pragma unroll 1
        for (int i = threadIdx.x; i < Shape::kM * kRank; i += Shape::kThreads) {
            const int r = i / kRank;
            const int c = i % kRank;
            if (first_row + r < m && c < term.rank) {
                term.p[static_cast<size_t>(first_row + r) * term.ldp + c] =
                    *reinterpret_cast<const __nv_bfloat16*>(shared + r * kRowBytes + c * 2);
            }
        }
    }
};

// Adds scale P B' to a warp's sums; P lies in shared memory.
template <typename Shape, typename Core>
__device__ __forceinline__ void add_term(
    Core& core, const unsigned char* shared, const LowRankTerm& term, int warp_row, int column) {
    constexpr int kRowBytes = Projection<Shape, OperandTile<__nv_bfloat16, Shape::kM, true>>::kRowBytes;
    const int lane = threadIdx.x % kWarpSize;
    const unsigned char* p = shared + (warp_row + lane % 16) * kRowBytes + lane / 16 * 16;
#pragma unroll
    for (int j = 0; j < 4; j++) {
        uint32_t right[2];
        term.load_b(right, column + 8 * j + lane / 4);
#pragma unroll
        for (int i = 0; i < 2 * Shape::kSlabs; i++) {
            uint32_t left[4];
            ldmatrix_x4(left, shared_address(p + 16 * i * kRowBytes));
            float added[4] = {};
            mma_m16n8k16_bf16(added, left, right);
#pragma unroll
            for (int e = 0; e < 4; e++) {
                float& sum = core.sums[i / 2][i % 2][j][e];
                sum = fmaf(term.scale, added[e], sum);
            }
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Kernels

// Block (x, y) computes columns [x kN, (x + 1) kN) of rows [y kM, (y + 1) kM).
template <typename Shape>
__device__ __forceinline__ void multiply_low_rank(
    const Product<__nv_bfloat16, __nv_bfloat16>& p, const LowRankTerm& one, const LowRankTerm& two) {
    using TileA = OperandTile<__nv_bfloat16, Shape::kM, true>;
    using TileB = OperandTile<__nv_bfloat16, Shape::kN, true>;
    using Low = Projection<Shape, TileA>;
    constexpr int kStageBytes = TileA::kBytes + TileB::kBytes + Low::TileR::kBytes;
    constexpr int kCopiers = Low::TileR::kBytes / kChunkBytes;
    extern __shared__ __align__(128) unsigned char shared[];

    const int warp = threadIdx.x / kWarpSize;
    const int warp_row = warp / Shape::kWarpsN * Shape::kSlabs * 32;
    const int warp_column = warp % Shape::kWarpsN * 32;
    const int first_row = blockIdx.y * Shape::kM;
    const int first_column = blockIdx.x * Shape::kN;
    const LowRankTerm term = two.meets(first_column, Shape::kN) ? two : one;
    const bool meets = term.meets(first_column, Shape::kN);

    TileCopy<TileA, Shape::kThreads> copy_a(p.a, first_row);
    TileCopy<TileB, Shape::kThreads> copy_b(p.b, first_column);
    TileCopy<typename Low::TileR, kCopiers> copy_r({term.a, term.rank, p.k, term.lda}, 0);
    Bf16Core<Shape, TileA, TileB> core(warp_row, warp_column);
    Low low(warp_row + warp % Shape::kWarpsN * 16);
    pipeline(
        ceil_div(p.k, kDepth<__nv_bfloat16>),
        [&](int stage) {
            unsigned char* tile = shared + stage * kStageBytes;
            copy_a.next(tile);
            copy_b.next(tile + TileA::kBytes);
            if (meets && threadIdx.x < kCopiers) {
                copy_r.next(tile + TileA::kBytes + TileB::kBytes);
            }
        },
        [&](int stage) {
            const unsigned char* tile = shared + stage * kStageBytes;
            core.multiply(tile, tile + TileA::kBytes);
            if (meets) {
                low.multiply(tile, tile + TileA::kBytes + TileB::kBytes);
            }
        });

    if (meets) {
        low.share(shared);
        __syncthreads();
        if (term.first >= first_column) {
            Low::write(shared, term, first_row, p.m);
        }
        add_term<Shape>(core, shared, term, warp_row, first_column + warp_column);
        __syncthreads();
    }
    write_block<Shape>(core, shared, p, first_row + warp_row, first_column + warp_column);
}

#define LOW_RANK_PARAMETERS(n)                                                                                     \
    const __nv_bfloat16 *a##n, const __nv_bfloat16 *b##n, __nv_bfloat16 *p##n, int rank##n, int lda##n, int ldb##n, \
        int ldp##n, float scale##n, int first##n, int count##n

#define LOW_RANK_TERM(n) {a##n, b##n, p##n, rank##n, lda##n, ldb##n, ldp##n, scale##n, first##n, count##n}

#define GEMM_LOW_RANK(name, Shape)                                                                                \
    extern "C" __global__ __launch_bounds__(Shape::kThreads, Shape::kBlocksPerSm) void name##_nt_low_rank_bf16(   \
        GEMM_PARAMETERS(__nv_bfloat16, __nv_bfloat16), LOW_RANK_PARAMETERS(1), LOW_RANK_PARAMETERS(2)) {         \
        const LowRankTerm one = LOW_RANK_TERM(1);                                                                 \
        const LowRankTerm two = LOW_RANK_TERM(2);                                                                 \
        multiply_low_rank<Shape>(product<false, true>(GEMM_ARGUMENTS), one, two);                                 \
    }

GEMM_LOW_RANK(gemm_large, LargeBlock)
GEMM_LOW_RANK(gemm_small, SmallBlock)
