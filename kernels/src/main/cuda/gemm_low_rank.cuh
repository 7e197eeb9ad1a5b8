// A matrix product whose right operand W has low-rank additions (LoRA, Hu et al. 2021), in one pass over the left one:
//
//   nt, a layer:       C = epilogue(x (W + sum of scale b a)')   P = x a',            C += scale P b' on columns of b
//   nn, its gradient:  C = epilogue(x (W + sum of scale b a))    P = columns of x b,  C += scale P a
//
// Each of up to two terms has factors a [rank][columns of W] and b [count][rank], rank <= 16, and belongs to rows
// [first, first + count) of W. Multiplying x by the term comes down to two narrow products: x by the factor that reduces
// it to P [m][rank], P by the factor that expands it again. A block has its tile of x in shared memory anyway and
// multiplies it by the reducing factor too: 16 more columns, rank padded with zeros. Its warps share these out, each
// taking 16 rows. Once P is complete and rounded, as if it had passed through memory, the expanding factor takes the
// place of W's tile and they are multiplied like one more step. The first blocks that have P write it: gradients of the
// factors need it.
//
// Parameters: those of gemm_block.cuh; alpha is 1, blockIdx.z is 0; then for each term
//   a, b, p, rank, lda, ldb, ldp, scale, first, count; count is 0 for a term that is absent
// Launch: as gemm_{f32,bf16}.cu, k at least 1, with kStages (kM + kN + 16) 64 bytes of dynamic shared memory,
//   for fp32 kM 64 bytes more.
//   nt: a block of columns must meet one term at most
//   nn: terms do not overlap, and first is a multiple of a step, 16 floats or 32 bf16
#pragma once

#include "gemm_block.cuh"

// ---------------------------------------------------------------------------------------------------------------------
// Helpers

constexpr int kRank = 16;  // padded

// Indices by instructions that stay where they are: what is computed from them occupies no register elsewhere.
#ifdef CUDA_ON_CPU
__device__ __forceinline__ int thread_index_anew() { return threadIdx.x; }
__device__ __forceinline__ int block_index_anew() { return blockIdx.x; }
__device__ __forceinline__ int block_row_anew() { return blockIdx.y; }
#else
__device__ __forceinline__ int thread_index_anew() {
    int index;
    asm volatile("mov.u32 %0, %%tid.x;\n" : "=r"(index));
    return index;
}

__device__ __forceinline__ int block_index_anew() {
    int index;
    asm volatile("mov.u32 %0, %%ctaid.x;\n" : "=r"(index));
    return index;
}

__device__ __forceinline__ int block_row_anew() {
    int index;
    asm volatile("mov.u32 %0, %%ctaid.y;\n" : "=r"(index));
    return index;
}
#endif

template <typename T>
struct LowRankTerm {
    const T* a;
    const T* b;
    T* p;
    int rank;
    int lda;
    int ldb;
    int ldp;
    float scale;
    int first;
    int count;

    // Whether rows [row, row + rows) of W have a part in the term.
    __device__ __forceinline__ bool meets(int row, int rows) const { return first < row + rows && row < first + count; }

    // Begins to copy the step at k of the reducing factor: a along k, or the rows of b.
    template <typename Tile>
    __device__ __forceinline__ void copy_reducing(unsigned char* tile, int k, int length) const {
        constexpr int kCopiers = Tile::kBytes / kChunkBytes;
        if (thread_index_anew() < kCopiers) {
            const int done = Tile::kAlongK ? k : k - first;
            const Operand<T> rest = Tile::kAlongK
                                        ? Operand<T>{a + done, rank, length - done, lda}
                                        : Operand<T>{b + static_cast<ptrdiff_t>(done) * ldb, count - done, rank, ldb};
            TileCopy<Tile, kCopiers>(rest, 0).next(tile);
        }
    }

    // Puts the expanding factor for columns of C from `column` on in place: rows of b, or columns of a; n is C's width.
    template <typename Tile, int kThreads>
    __device__ __forceinline__ void load_expanding(unsigned char* tile, int column, int n, float factor) const {
        const int start = Tile::kAlongK ? column - first : column;
        const int end = Tile::kAlongK ? count : n;
#pragma unroll 1
        for (int i = thread_index_anew(); i < Tile::kSpan * kRank; i += kThreads) {
            const int r = Tile::kAlongK ? i % kRank : i / Tile::kSpan;
            const int span = Tile::kAlongK ? i / kRank : i % Tile::kSpan;
            const int c = start + span;
            T value = from_float<T>(0.0f);
            if (r < rank && c >= 0 && c < end) {
                value = Tile::kAlongK ? b[static_cast<ptrdiff_t>(c) * ldb + r] : a[static_cast<ptrdiff_t>(r) * lda + c];
            }
            T* target = reinterpret_cast<T*>(tile + Tile::element_offset(span, r));
            target[(Tile::kAlongK ? r : span) % kVector<T>] = from_float<T>(factor * to_float(value));
        }
    }

    // Writes a block's rows of P, which lie as a tile of x does.
    template <typename Tile, int kThreads>
    __device__ __forceinline__ void write(const unsigned char* tile, int row, int m) const {
#pragma unroll 1
        for (int i = thread_index_anew(); i < Tile::kSpan * kRank; i += kThreads) {
            const int r = i / kRank;
            const int c = i % kRank;
            if (row + r < m && c < rank) {
                const T* source = reinterpret_cast<const T*>(tile + Tile::element_offset(r, c));
                p[static_cast<size_t>(row + r) * ldp + c] = source[c % kVector<T>];
            }
        }
    }
};

// ---------------------------------------------------------------------------------------------------------------------
// Kernels

// Block (x, y) computes columns [x kN, (x + 1) kN) of rows [y kM, (y + 1) kM). A Core is a warp's part of C as in
// multiply_block, a Projection its part of P:
//
//   multiply(x, reducing, fresh)  adds a step, or begins with one
//   share(tile)                   the block's rows of P laid out as a tile of x, here or elsewhere in shared memory
//   expand(core, p, expanding)    adds scale P times the expanding factor to the core's sums
//   kScalesFactor                 whether the expanding factor is scaled beforehand
template <template <typename, typename, typename> class Core, template <typename, typename, typename> class Projection,
          typename Shape, bool kTransB, typename T>
__device__ __forceinline__ void multiply_low_rank(
    const Product<T, T>& p, const LowRankTerm<T>& one, const LowRankTerm<T>& two) {
    using TileA = OperandTile<T, Shape::kM, true>;
    using TileB = OperandTile<T, Shape::kN, kTransB>;
    using TileR = OperandTile<T, kRank, kTransB>;
    using Low = Projection<Shape, TileA, TileR>;
    constexpr int kStageBytes = TileA::kBytes + TileB::kBytes + TileR::kBytes;
    extern __shared__ __align__(128) unsigned char shared[];

    const int warp = threadIdx.x / kWarpSize;
    const int warp_row = warp / Shape::kWarpsN * Shape::kSlabs * 32;
    const int warp_column = warp % Shape::kWarpsN * 32;
    // rows of W at a step: the block's columns, or the step's
    const auto meets = [&](const LowRankTerm<T>& term, int k) {
        return kTransB ? term.meets(block_index_anew() * Shape::kN, Shape::kN) : term.meets(k, 1);
    };
    const auto at = [&](int k) { return meets(two, k) ? two : one; };

    TileCopy<TileA, Shape::kThreads> copy_a(p.a, blockIdx.y * Shape::kM);
    TileCopy<TileB, Shape::kThreads> copy_b(p.b, blockIdx.x * Shape::kN);
    Core<Shape, TileA, TileB> core(warp_row, warp_column);
    Low low(warp_row + warp % Shape::kWarpsN * 16, shared + kStages * kStageBytes);
    pipeline(
        ceil_div(p.k, kDepth<T>),
        [&](int stage, int step) {
            unsigned char* tile = shared + stage * kStageBytes;
            copy_a.next(tile);
            copy_b.next(tile + TileA::kBytes);
            const int k = step * kDepth<T>;
            const LowRankTerm<T> term = at(k);
            if (meets(term, k)) {
                term.template copy_reducing<TileR>(tile + TileA::kBytes + TileB::kBytes, k, p.k);
            }
        },
        [&](int stage, int step) {
            unsigned char* tile = shared + stage * kStageBytes;
            unsigned char* right = tile + TileA::kBytes;
            core.multiply(tile, right);
            const int k = step * kDepth<T>;
            const LowRankTerm<T> term = at(k);
            if (!meets(term, k)) {
                return;
            }
            low.multiply(tile, right + TileB::kBytes, k == (kTransB ? 0 : term.first));
            if (k + kDepth<T> >= (kTransB ? p.k : term.first + term.count)) {
                __syncthreads();
                const unsigned char* reduced = low.share(tile);
                const int column = block_index_anew() * Shape::kN;
                term.template load_expanding<TileB, Shape::kThreads>(
                    right, column, p.n, Low::kScalesFactor ? term.scale : 1.0f);
                __syncthreads();
                if (kTransB ? term.first >= column : column == 0) {
                    term.template write<TileA, Shape::kThreads>(reduced, block_row_anew() * Shape::kM, p.m);
                }
                Low::expand(core, reduced, right, term.scale);
            }
        });

    const int last = thread_index_anew() / kWarpSize;
    write_block<Shape>(core, shared, p, block_row_anew() * Shape::kM + last / Shape::kWarpsN * Shape::kSlabs * 32,
                       block_index_anew() * Shape::kN + last % Shape::kWarpsN * 32);
}

#define LOW_RANK_PARAMETERS(T, n)                                                                                 \
    const T *a##n, const T *b##n, T *p##n, int rank##n, int lda##n, int ldb##n, int ldp##n, float scale##n,        \
        int first##n, int count##n

#define LOW_RANK_TERM(n) {a##n, b##n, p##n, rank##n, lda##n, ldb##n, ldp##n, scale##n, first##n, count##n}

#define GEMM_LOW_RANK(name, layout, suffix, Core, Projection, Shape, kTransB, T)                                   \
    extern "C" __global__ __launch_bounds__(Shape::kThreads, 512 / Shape::kThreads) void                            \
        name##_##layout##_low_rank_##suffix(                                                                      \
            GEMM_PARAMETERS(T, T), LOW_RANK_PARAMETERS(T, 1), LOW_RANK_PARAMETERS(T, 2)) {                        \
        const LowRankTerm<T> one = LOW_RANK_TERM(1);                                                              \
        const LowRankTerm<T> two = LOW_RANK_TERM(2);                                                              \
        multiply_low_rank<Core, Projection, Shape, kTransB>(product<false, kTransB>(GEMM_ARGUMENTS), one, two);   \
    }
