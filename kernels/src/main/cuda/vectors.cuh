// Elements of either activation type moved between memory and float registers, up to 16 bytes an access. Included by the
// memory-bound families.
#pragma once

#include "common.cuh"

using bf16 = __nv_bfloat16;

// Threads of a block in every kernel of these families.
constexpr int kThreads = 256;

// Elements that a thread moves at a time: 16 bytes of the larger type.
template <typename A, typename B = A>
constexpr int kLaneElements = 16 / static_cast<int>(sizeof(A) > sizeof(B) ? sizeof(A) : sizeof(B));

// N elements from memory; for N > 1 the address is a multiple of min(16, N * sizeof element).
template <int N>
__device__ __forceinline__ void load(const float* from, float (&values)[N]) {
    if constexpr (N == 1) {
        values[0] = *from;
    } else {
#pragma unroll
        for (int i = 0; i < N; i += 4) {
            const float4 four = *reinterpret_cast<const float4*>(from + i);
            values[i] = four.x;
            values[i + 1] = four.y;
            values[i + 2] = four.z;
            values[i + 3] = four.w;
        }
    }
}

template <int N>
__device__ __forceinline__ void load(const bf16* from, float (&values)[N]) {
    if constexpr (N == 1) {
        values[0] = to_float(*from);
    } else if constexpr (N == 4) {
        const uint2 raw = *reinterpret_cast<const uint2*>(from);
        values[0] = bf16x2_low(raw.x);
        values[1] = bf16x2_high(raw.x);
        values[2] = bf16x2_low(raw.y);
        values[3] = bf16x2_high(raw.y);
    } else {
        load_vector(values, from);
    }
}

// N elements to memory, rounded to its type; alignment as for load.
template <int N>
__device__ __forceinline__ void store(float* to, const float (&values)[N]) {
    if constexpr (N == 1) {
        *to = values[0];
    } else {
#pragma unroll
        for (int i = 0; i < N; i += 4) {
            *reinterpret_cast<float4*>(to + i) =
                make_float4(values[i], values[i + 1], values[i + 2], values[i + 3]);
        }
    }
}

template <int N>
__device__ __forceinline__ void store(bf16* to, const float (&values)[N]) {
    if constexpr (N == 1) {
        *to = from_float<bf16>(values[0]);
    } else if constexpr (N == 4) {
        *reinterpret_cast<uint2*>(to) =
            make_uint2(pack_bf16x2(values[0], values[1]), pack_bf16x2(values[2], values[3]));
    } else {
        store_vector(to, values);
    }
}

// What a value becomes by being stored as T.
template <typename T>
__device__ __forceinline__ float rounded(float value) {
    return to_float(from_float<T>(value));
}

// Whether every address is a multiple of 16; null is.
template <typename... P>
__device__ __forceinline__ bool aligned(const P*... addresses) {
    return ((... | reinterpret_cast<uintptr_t>(addresses)) & 15) == 0;
}

// One element, for plain kernels.
template <typename T>
__device__ __forceinline__ float read(const T* from) { return to_float(*from); }
template <typename T>
__device__ __forceinline__ void write(T* to, float value) { *to = from_float<T>(value); }
