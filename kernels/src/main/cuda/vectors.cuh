// Values of either activation type as floats in registers, moved by accesses of up to 16 bytes, and sums over the threads
// that share a row. Included by the memory-bound families (norms, rows, elements, image).
#pragma once

#include <cuda_bf16.h>

using bf16 = __nv_bfloat16;

// Threads of a block in every kernel of these families.
constexpr int THREADS = 256;
constexpr int WARP = 32;
constexpr unsigned ALL_LANES = 0xffffffffu;

// Elements of the larger of two types in 16 bytes: what one thread moves at a time.
template <typename A, typename B = A>
constexpr int LANE_ELEMENTS = 16 / (sizeof(A) > sizeof(B) ? sizeof(A) : sizeof(B));

__device__ __forceinline__ float bf16_low(unsigned pair) { return __uint_as_float(pair << 16); }
__device__ __forceinline__ float bf16_high(unsigned pair) { return __uint_as_float(pair & 0xffff0000u); }

// Two floats rounded to nearest even, the first in the low half.
__device__ __forceinline__ unsigned bf16_pair(float low, float high) {
    const __nv_bfloat162 pair = __floats2bfloat162_rn(low, high);
    return *reinterpret_cast<const unsigned*>(&pair);
}

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
        values[0] = __bfloat162float(*from);
    } else if constexpr (N == 4) {
        const uint2 raw = *reinterpret_cast<const uint2*>(from);
        values[0] = bf16_low(raw.x);
        values[1] = bf16_high(raw.x);
        values[2] = bf16_low(raw.y);
        values[3] = bf16_high(raw.y);
    } else {
        static_assert(N == 8, "accesses of 2, 8 or 16 bytes");
        const uint4 raw = *reinterpret_cast<const uint4*>(from);
        const unsigned pairs[4] = {raw.x, raw.y, raw.z, raw.w};
#pragma unroll
        for (int i = 0; i < 4; i++) {
            values[2 * i] = bf16_low(pairs[i]);
            values[2 * i + 1] = bf16_high(pairs[i]);
        }
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
        *to = __float2bfloat16_rn(values[0]);
    } else if constexpr (N == 4) {
        *reinterpret_cast<uint2*>(to) =
            make_uint2(bf16_pair(values[0], values[1]), bf16_pair(values[2], values[3]));
    } else {
        static_assert(N == 8, "accesses of 2, 8 or 16 bytes");
        *reinterpret_cast<uint4*>(to) =
            make_uint4(bf16_pair(values[0], values[1]), bf16_pair(values[2], values[3]),
                       bf16_pair(values[4], values[5]), bf16_pair(values[6], values[7]));
    }
}

// What a value becomes by being stored as T.
template <typename T>
__device__ __forceinline__ float rounded(float value) {
    if constexpr (sizeof(T) == sizeof(float)) {
        return value;
    } else {
        return __bfloat162float(__float2bfloat16_rn(value));
    }
}

// One element, for plain kernels.
__device__ __forceinline__ float read(const float* from) { return *from; }
__device__ __forceinline__ float read(const bf16* from) { return __bfloat162float(*from); }
__device__ __forceinline__ void write(float* to, float value) { *to = value; }
__device__ __forceinline__ void write(bf16* to, float value) { *to = __float2bfloat16_rn(value); }

// Whether every address is a multiple of 16; null is.
template <typename... P>
__device__ __forceinline__ bool aligned(const P*... addresses) {
    return ((... | reinterpret_cast<size_t>(addresses)) & 15) == 0;
}

// Sum over the GROUP consecutive threads that share a row, in a fixed order, known to all of them. GROUP is a warp or the
// whole block; every thread of it must call.
template <int GROUP>
__device__ __forceinline__ float group_sum(float value) {
#pragma unroll
    for (int offset = WARP / 2; offset > 0; offset /= 2) {
        value += __shfl_xor_sync(ALL_LANES, value, offset);
    }
    if constexpr (GROUP == WARP) {
        return value;
    } else {
        static_assert(GROUP == THREADS, "a warp or a block");
        __shared__ float warp_sums[THREADS / WARP];
        __syncthreads();  // the sums of the previous call have been read
        if (threadIdx.x % WARP == 0) {
            warp_sums[threadIdx.x / WARP] = value;
        }
        __syncthreads();
        float sum = 0;
#pragma unroll
        for (int warp = 0; warp < THREADS / WARP; warp++) {
            sum += warp_sums[warp];
        }
        return sum;
    }
}
