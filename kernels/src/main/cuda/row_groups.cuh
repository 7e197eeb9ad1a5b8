// Operations on rows [rows, width] that keep a row in the registers of the warp or block that works on it, so that it is
// read once. Where width is a multiple of 16 bytes and the tensors are aligned a row travels in 16-byte accesses, a warp a
// row up to 1024 columns; elsewhere element by element, a warp a row up to 256 columns. Beyond that a block takes a row, of
// at most 2048 columns.
//
// An operation is a struct with rows, width, vectors() and run<GROUP, N>(), where GROUP threads share a row and N elements
// are an access. Launch kThreads threads and any grid: the rows are dealt out in turn.
#pragma once

#include "vectors.cuh"

// Accesses of N elements by which one thread of GROUP holds its share of a row: 32 floats of it where a warp takes a row in
// vectors, else 8.
template <int GROUP, int N>
constexpr int kSteps = (GROUP == kWarpSize && N > 1 ? 32 : 8) / N;

// Widest row that GROUP threads hold.
template <int GROUP, int N>
constexpr int kCapacity = GROUP * kSteps<GROUP, N> * N;

// First of the N columns that the calling thread holds in step s.
template <int GROUP, int N>
__device__ __forceinline__ int column_of(int s) {
    return (s * GROUP + threadIdx.x % GROUP) * N;
}

// load and store of global memory that stay one access each: nvcc takes some 16-byte accesses apart where a row may or may
// not have been read before, and every part then touches all the sectors of the whole.
template <int N, typename T>
__device__ __forceinline__ void load_global(const T* from, float (&values)[N]) {
#ifndef CUDA_ON_CPU
    if constexpr (N > 1) {
        constexpr int kWords = N * sizeof(T) / 4;
        __align__(16) uint32_t words[kWords];
        if constexpr (kWords == 2) {
            asm volatile("ld.global.v2.b32 {%0, %1}, [%2];\n" : "=r"(words[0]), "=r"(words[1]) : "l"(from) : "memory");
        } else {
#pragma unroll
            for (int i = 0; i < kWords; i += 4) {
                asm volatile("ld.global.v4.b32 {%0, %1, %2, %3}, [%4];\n"
                             : "=r"(words[i]), "=r"(words[i + 1]), "=r"(words[i + 2]), "=r"(words[i + 3])
                             : "l"(from + i * 4 / sizeof(T)) : "memory");
            }
        }
        load<N>(reinterpret_cast<const T*>(words), values);
        return;
    }
#endif
    load<N>(from, values);
}

template <int N, typename T>
__device__ __forceinline__ void store_global(T* to, const float (&values)[N]) {
#ifndef CUDA_ON_CPU
    if constexpr (N > 1) {
        constexpr int kWords = N * sizeof(T) / 4;
        __align__(16) uint32_t words[kWords];
        store<N>(reinterpret_cast<T*>(words), values);
        if constexpr (kWords == 2) {
            asm volatile("st.global.v2.b32 [%0], {%1, %2};\n" ::"l"(to), "r"(words[0]), "r"(words[1]) : "memory");
        } else {
#pragma unroll
            for (int i = 0; i < kWords; i += 4) {
                asm volatile("st.global.v4.b32 [%0], {%1, %2, %3, %4};\n" ::"l"(to + i * 4 / sizeof(T)), "r"(words[i]),
                             "r"(words[i + 1]), "r"(words[i + 2]), "r"(words[i + 3]) : "memory");
            }
        }
        return;
    }
#endif
    store<N>(to, values);
}

// The calling thread's share of a row in global memory; zeros beyond its end.
template <int GROUP, int N, typename T>
__device__ __forceinline__ void load_row(const T* row, int width, float (&values)[kSteps<GROUP, N>][N]) {
#pragma unroll
    for (int s = 0; s < kSteps<GROUP, N>; s++) {
        const int column = column_of<GROUP, N>(s);
        if (column < width) {
            load_global<N>(row + column, values[s]);
        } else {
#pragma unroll
            for (int i = 0; i < N; i++) {
                values[s][i] = 0;
            }
        }
    }
}

template <int GROUP, int N, typename T>
__device__ __forceinline__ void store_row(T* row, int width, const float (&values)[kSteps<GROUP, N>][N]) {
#pragma unroll
    for (int s = 0; s < kSteps<GROUP, N>; s++) {
        const int column = column_of<GROUP, N>(s);
        if (column < width) {
            store_global<N>(row + column, values[s]);
        }
    }
}

// A row of floats in shared memory that lanes access N columns at a time: with eight, the two halves lie apart, so that
// neighbouring lanes access neighbouring 16 bytes; the 16 floats between them keep accesses by four columns free of bank
// conflicts too.
template <int GROUP, int N>
struct SharedRow {
    static constexpr int kFloats = kCapacity<GROUP, N> + 16;
    static constexpr int kPiece = N > 1 ? 4 : 1;

    float* floats;  // [kFloats], a multiple of 16 bytes

    __device__ __forceinline__ float* at(int c) const {
        return floats + (N == 8 ? c / 4 % 2 * (kCapacity<GROUP, N> / 2 + 16) + c / 8 * 4 + c % 4 : c);
    }

    __device__ __forceinline__ void load_columns(int first, float (&values)[N]) const {
#pragma unroll
        for (int i = 0; i < N; i += kPiece) {
            float piece[kPiece];
            load<kPiece>(at(first + i), piece);
#pragma unroll
            for (int j = 0; j < kPiece; j++) {
                values[i + j] = piece[j];
            }
        }
    }

    __device__ __forceinline__ void store_columns(int first, const float (&values)[N]) const {
#pragma unroll
        for (int i = 0; i < N; i += kPiece) {
            float piece[kPiece];
#pragma unroll
            for (int j = 0; j < kPiece; j++) {
                piece[j] = values[i + j];
            }
            store<kPiece>(at(first + i), piece);
        }
    }
};

// load_row for a row of floats that all groups of the block want, by way of shared memory, so that the block reads it from
// global memory once. All threads of the block must call.
template <int GROUP, int N>
__device__ __forceinline__ void load_shared_row(const float* row, int width, float (&values)[kSteps<GROUP, N>][N]) {
    if constexpr (GROUP == kThreads) {
        load_row<GROUP, N>(row, width, values);
    } else {
        using Row = SharedRow<GROUP, N>;
        __shared__ __align__(16) float floats[Row::kFloats];
        const Row shared{floats};
        __syncthreads();  // what an earlier call left there has been read
        for (int column = threadIdx.x * Row::kPiece; column < width; column += kThreads * Row::kPiece) {
            float piece[Row::kPiece];
            load<Row::kPiece>(row + column, piece);
            store<Row::kPiece>(shared.at(column), piece);
        }
        __syncthreads();
#pragma unroll
        for (int s = 0; s < kSteps<GROUP, N>; s++) {
            const int column = column_of<GROUP, N>(s);
            if (column < width) {
                shared.load_columns(column, values[s]);
            } else {
#pragma unroll
                for (int i = 0; i < N; i++) {
                    values[s][i] = 0;
                }
            }
        }
    }
}

// Row of the calling thread's group at first, and the distance to its next row.
template <int GROUP>
__device__ __forceinline__ int first_row() {
    return blockIdx.x * (kThreads / GROUP) + threadIdx.x / GROUP;
}

template <int GROUP>
__device__ __forceinline__ int row_stride() {
    return gridDim.x * (kThreads / GROUP);
}

// Sum over the GROUP threads that share a row, in a fixed order, known to all of them; all of them must call.
template <int GROUP>
__device__ __forceinline__ float group_sum(float value) {
    if constexpr (GROUP == kWarpSize) {
        return warp_sum(value);
    } else {
        __shared__ float scratch[kThreads / kWarpSize];
        return block_sum<kThreads>(value, scratch);
    }
}

// Runs a row operation with N elements an access.
template <int N, typename Operation>
__device__ __forceinline__ void run_rows_by(const Operation& operation) {
    if (operation.width <= kCapacity<kWarpSize, N>) {
        operation.template run<kWarpSize, N>();
    } else {
        operation.template run<kThreads, N>();
    }
}

// Runs a row operation with vectors of N elements if it can, a warp or a block per row.
template <int N, typename Operation>
__device__ __forceinline__ void run_rows(const Operation& operation) {
    if (operation.vectors()) {
        run_rows_by<N>(operation);
    } else {
        run_rows_by<1>(operation);
    }
}
