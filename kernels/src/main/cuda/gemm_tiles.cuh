// Tiles of the operands of a matrix product: how they come from global memory and how they lie in shared memory.
//
// A block computes kM x kN elements of C. It walks along k in steps of kDepth elements, 64 bytes of a row, and keeps
// kStages steps in flight with cp.async. Whatever the transposition, an operand's tile is kSpan x kDepth elements
// (span: along m for A, along n for B) and lies in shared memory as it lies in global memory, in chunks of 16 bytes:
//
//   along k   (A row-major, B transposed):  kSpan rows of 4 chunks, chunk c of row r at c ^ (r / 2) % 4
//   across k  (A transposed, B row-major):  kDepth rows of kSpan elements, chunk c of row r at c ^ f(r),
//                                           f(r) = r % 8 for bf16, 2 (r % 4) for fp32; with a span of 16, where rows
//                                           are short, r / 4 % 2 for bf16, 0 for fp32
//
// With these permutations the eight 16-byte rows that ldmatrix reads at a time, the 4-byte fragments of tf32, the
// 16-byte reads of the fp32 product and the copies all fall into different banks.
#pragma once

#include "common.cuh"

constexpr int kStages = 3;
constexpr int kStepBytes = 64;
constexpr int kChunkBytes = 16;

template <typename T>
constexpr int kDepth = kStepBytes / static_cast<int>(sizeof(T));  // 16 floats or 32 bf16

// kWarpsM x kWarpsN warps, each with kSlabs slabs of 32 x 32 elements of C, one above the other.
template <int kWarpsM_, int kWarpsN_, int kSlabs_>
struct BlockShape {
    static constexpr int kWarpsM = kWarpsM_;
    static constexpr int kWarpsN = kWarpsN_;
    static constexpr int kSlabs = kSlabs_;
    static constexpr int kM = kWarpsM * kSlabs * 32;
    static constexpr int kN = kWarpsN * 32;
    static constexpr int kThreads = kWarpsM * kWarpsN * kWarpSize;
    static constexpr int kSharedBytes = kStages * (kM + kN) * kStepBytes;  // also holds a slab per warp: 4 KiB each
    static constexpr int kBlocksPerSm = 2;
};

using LargeBlock = BlockShape<2, 4, 2>;  // 128 x 128, 256 threads, 48 KiB
using SmallBlock = BlockShape<2, 2, 1>;  // 64 x 64, 128 threads, 24 KiB

// An operand as it lies in global memory: rows of `columns` elements, `stride` elements apart.
template <typename T>
struct Operand {
    const T* data;
    int rows;
    int columns;
    int stride;

    // Whether every row starts at a multiple of 16 bytes.
    __device__ __forceinline__ bool is_aligned() const {
        return reinterpret_cast<uintptr_t>(data) % kChunkBytes == 0 && stride % kVector<T> == 0;
    }
};

// Four elements, zero from `valid` on, for rows that are not aligned.
__device__ __forceinline__ void copy_chunk_by_element(unsigned char* shared, const float* global, int valid) {
#pragma unroll
    for (int e = 0; e < 4; e++) {
        cp_async_4(shared_address(shared + 4 * e), e < valid ? global + e : global, e < valid);
    }
}

// Eight elements, zero from `valid` on: cp.async copies no less than 4 bytes, so they pass through registers.
__device__ __forceinline__ void copy_chunk_by_element(
    unsigned char* shared, const __nv_bfloat16* global, int valid) {
    uint32_t pair[4];
#pragma unroll
    for (int e = 0; e < 4; e++) {
        const uint32_t low = 2 * e < valid ? __bfloat16_as_ushort(global[2 * e]) : 0;
        const uint32_t high = 2 * e + 1 < valid ? __bfloat16_as_ushort(global[2 * e + 1]) : 0;
        pair[e] = low | high << 16;
    }
    *reinterpret_cast<uint4*>(shared) = make_uint4(pair[0], pair[1], pair[2], pair[3]);
}

// The place of an operand's tile in shared memory.
template <typename T, int kSpan_, bool kAlongK_>
struct OperandTile {
    using Element = T;
    static constexpr int kSpan = kSpan_;
    static constexpr bool kAlongK = kAlongK_;
    static constexpr int kBytes = kSpan * kStepBytes;
    static constexpr int kRowBytes = kAlongK ? kStepBytes : kSpan * static_cast<int>(sizeof(T));
    static constexpr int kRowChunks = kRowBytes / kChunkBytes;

    // By how much the chunks of a row of memory are permuted.
    static __device__ __forceinline__ int permutation(int row) {
        if (kAlongK) {
            return row >> 1 & 3;
        }
        if (kSpan == 16) {
            return sizeof(T) == 2 ? row >> 2 & 1 : 0;
        }
        return sizeof(T) == 2 ? row & 7 : (row & 3) << 1;
    }

    // Bytes from the tile's start to a chunk of a row of memory.
    static __device__ __forceinline__ int offset(int row, int chunk) {
        return row * kRowBytes + (chunk ^ permutation(row)) * kChunkBytes;
    }

    // Bytes from the tile's start to the chunk that starts at an element.
    static __device__ __forceinline__ int element_offset(int span, int k) {
        return kAlongK ? offset(span, k / kVector<T>) : offset(k, span / kVector<T>);
    }

    // The same, moved by `span` and `k` elements, whole chunks within a row of memory. Cheaper than anew: since no bit that
    // is set in `span` or `k` may be set in the start's own, a move only flips bits and adds a constant.
    static __device__ __forceinline__ int moved(int start, int span, int k) {
        const int rows = kAlongK ? span : k;
        const int columns = kAlongK ? k : span;
        return (start ^ columns * static_cast<int>(sizeof(T)) ^ permutation(rows) * kChunkBytes) + rows * kRowBytes;
    }
};

// A thread's part in copying an operand's tiles, step after step along k: chunks `kThreads` apart. Past the operand's
// edges a tile is zero.
template <typename Tile, int kThreads>
struct TileCopy {
    using T = typename Tile::Element;
    static constexpr int kChunks = Tile::kBytes / kChunkBytes / kThreads;
    static constexpr int kRows = kThreads / Tile::kRowChunks;  // of memory, between two chunks of a thread
    static_assert(kRows % 8 == 0, "all chunks of a thread are permuted alike");
    static_assert(Tile::kAlongK || kDepth<T> % kRows == 0, "a step is some chunks");

    const T* source;  // of the first chunk
    int apart;        // elements of memory from a chunk to the next
    int left;         // elements along k from the first chunk to the operand's end
    int width;        // elements of a chunk that exist across k, or rows of memory from the first chunk's to the end
    int target;       // bytes from a tile's start to the first chunk
    bool aligned;

    // The copy of tiles that start at an element along the span.
    __device__ __forceinline__ TileCopy(const Operand<T>& from, int span) {
        const int chunk = threadIdx.x % Tile::kRowChunks * kVector<T>;
        const int row = threadIdx.x / Tile::kRowChunks;
        const int first_row = Tile::kAlongK ? span + row : row;
        const int first_column = Tile::kAlongK ? chunk : span + chunk;
        source = from.data + static_cast<size_t>(first_row) * from.stride + first_column;
        apart = kRows * from.stride;
        left = Tile::kAlongK ? from.columns - first_column : from.rows - first_row;
        width = Tile::kAlongK ? from.rows - first_row : min(max(from.columns - first_column, 0), kVector<T>);
        target = Tile::offset(row, chunk / kVector<T>);
        aligned = from.is_aligned();
    }

    // Elements of chunk i that exist.
    __device__ __forceinline__ int valid(int i) const {
        if (Tile::kAlongK) {
            return i * kRows < width ? min(max(left, 0), kVector<T>) : 0;
        }
        return i * kRows < left ? width : 0;
    }

    // Begins to copy the next tile.
    __device__ __forceinline__ void next(unsigned char* tile) {
#pragma unroll
        for (int i = 0; i < kChunks; i++) {
            const T* chunk = source + static_cast<ptrdiff_t>(i) * apart;
            unsigned char* shared = tile + target + i * kRows * Tile::kRowBytes;
            if (aligned) {
                cp_async_16_partial(shared_address(shared), chunk, valid(i) * static_cast<int>(sizeof(T)));
            } else {
                copy_chunk_by_element(shared, chunk, valid(i));
            }
        }
        source += Tile::kAlongK ? kDepth<T> : kDepth<T> / kRows * apart;
        left -= kDepth<T>;
    }
};

// Walks along k: `load(stage, step)` begins to fill a stage with the next step, `multiply(stage, step)` uses one that is
// full. One barrier a step: it shows step s to all warps, and tells that all are done with step s - 1, whose stage is
// filled next. Afterwards the stages are free.
template <typename Load, typename Multiply>
__device__ __forceinline__ void pipeline(int steps, Load load, Multiply multiply) {
#pragma unroll 1
    for (int s = 0; s < kStages - 1; s++) {
        if (s < steps) {
            load(s, s);
        }
        cp_async_commit();
    }
    int stage = 0;
#pragma unroll 1
    for (int s = 0; s < steps; s++) {
        cp_async_wait<kStages - 2>();
        __syncthreads();
        if (s + kStages - 1 < steps) {
            load(stage == 0 ? kStages - 1 : stage - 1, s + kStages - 1);
        }
        cp_async_commit();
        multiply(stage, s);
        stage = stage == kStages - 1 ? 0 : stage + 1;
    }
    cp_async_wait<0>();
    __syncthreads();
}
