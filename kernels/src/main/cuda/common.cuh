// What every kernel family needs: types read and written as float, 16-byte vectors, reductions in a fixed order,
// and the sm_80 instructions of the tensor-core pipeline under their PTX names.
//
// Nothing here uses floating-point atomics, so a kernel built from these helpers gives the same bits on every run.
// A host build of the kernels (the g++ twin) defines CUDA_ON_CPU and supplies the section "PTX instructions" itself.
#pragma once

#include <cstdint>

#ifndef CUDA_ON_CPU
#include <cuda_bf16.h>
#endif

// ---------------------------------------------------------------------------------------------------------------------
// Sizes

constexpr int kWarpSize = 32;
constexpr unsigned kFullMask = 0xffffffffu;

__host__ __device__ constexpr int ceil_div(int a, int b) { return (a + b - 1) / b; }

__host__ __device__ constexpr int round_up(int a, int multiple) { return ceil_div(a, multiple) * multiple; }

// ---------------------------------------------------------------------------------------------------------------------
// Elements: T is float or __nv_bfloat16 in memory, always float in registers

__device__ __forceinline__ float to_float(float x) { return x; }
__device__ __forceinline__ float to_float(__nv_bfloat16 x) { return __bfloat162float(x); }

template <typename T>
__device__ __forceinline__ T from_float(float x);
template <>
__device__ __forceinline__ float from_float<float>(float x) { return x; }
template <>
__device__ __forceinline__ __nv_bfloat16 from_float<__nv_bfloat16>(float x) { return __float2bfloat16_rn(x); }

// Two floats as the two halves of a 32-bit register, low half first (the operand order of mma).
__device__ __forceinline__ uint32_t pack_bf16x2(float low, float high) {
    const __nv_bfloat162 pair = __floats2bfloat162_rn(low, high);
    return *reinterpret_cast<const uint32_t*>(&pair);
}

__device__ __forceinline__ float bf16x2_low(uint32_t pair) { return __uint_as_float(pair << 16); }
__device__ __forceinline__ float bf16x2_high(uint32_t pair) { return __uint_as_float(pair & 0xffff0000u); }

// ---------------------------------------------------------------------------------------------------------------------
// 16-byte vectors: kVector<T> elements of T, one memory transaction of a thread

template <typename T>
constexpr int kVector = 16 / static_cast<int>(sizeof(T));  // 4 floats or 8 bf16

// Whether rows of n elements starting at p can be read in 16-byte vectors (p 16-byte aligned, n a multiple).
template <typename T>
__device__ __forceinline__ bool is_vectorizable(const T* p, int n) {
    return n % kVector<T> == 0 && reinterpret_cast<uintptr_t>(p) % 16 == 0;
}

__device__ __forceinline__ void load_vector(float (&out)[4], const float* p) {
    const float4 v = *reinterpret_cast<const float4*>(p);
    out[0] = v.x, out[1] = v.y, out[2] = v.z, out[3] = v.w;
}

__device__ __forceinline__ void load_vector(float (&out)[8], const __nv_bfloat16* p) {
    const uint4 v = *reinterpret_cast<const uint4*>(p);
    out[0] = bf16x2_low(v.x), out[1] = bf16x2_high(v.x), out[2] = bf16x2_low(v.y), out[3] = bf16x2_high(v.y);
    out[4] = bf16x2_low(v.z), out[5] = bf16x2_high(v.z), out[6] = bf16x2_low(v.w), out[7] = bf16x2_high(v.w);
}

__device__ __forceinline__ void store_vector(float* p, const float (&in)[4]) {
    *reinterpret_cast<float4*>(p) = make_float4(in[0], in[1], in[2], in[3]);
}

__device__ __forceinline__ void store_vector(__nv_bfloat16* p, const float (&in)[8]) {
    *reinterpret_cast<uint4*>(p) = make_uint4(
        pack_bf16x2(in[0], in[1]), pack_bf16x2(in[2], in[3]), pack_bf16x2(in[4], in[5]), pack_bf16x2(in[6], in[7]));
}

// ---------------------------------------------------------------------------------------------------------------------
// Reductions. All lanes or threads of the group must take part; every one of them receives the result.

struct Sum {
    static __device__ __forceinline__ float identity() { return 0.0f; }
    static __device__ __forceinline__ float combine(float a, float b) { return a + b; }
};

struct Max {
    static __device__ __forceinline__ float identity() { return -INFINITY; }
    static __device__ __forceinline__ float combine(float a, float b) { return fmaxf(a, b); }
};

struct Min {
    static __device__ __forceinline__ float identity() { return INFINITY; }
    static __device__ __forceinline__ float combine(float a, float b) { return fminf(a, b); }
};

// Butterfly over groups of kLanes neighbouring lanes (a power of two): the same tree in every lane.
template <typename Op, int kLanes = kWarpSize>
__device__ __forceinline__ float warp_reduce(float value) {
#pragma unroll
    for (int offset = kLanes / 2; offset > 0; offset /= 2) {
        value = Op::combine(value, __shfl_xor_sync(kFullMask, value, offset));
    }
    return value;
}

template <int kLanes = kWarpSize>
__device__ __forceinline__ float warp_sum(float value) { return warp_reduce<Sum, kLanes>(value); }
template <int kLanes = kWarpSize>
__device__ __forceinline__ float warp_max(float value) { return warp_reduce<Max, kLanes>(value); }
template <int kLanes = kWarpSize>
__device__ __forceinline__ float warp_min(float value) { return warp_reduce<Min, kLanes>(value); }

// Over a block of kThreads threads (a multiple of 32, at most 1024, numbered along x): warps first, then the warps'
// results in one warp. scratch holds kThreads / 32 floats of shared memory and may be used again right afterwards.
template <typename Op, int kThreads>
__device__ __forceinline__ float block_reduce(float value, float* scratch) {
    static_assert(kThreads % kWarpSize == 0 && kThreads <= 1024, "whole warps");
    constexpr int kWarps = kThreads / kWarpSize;
    const int lane = threadIdx.x % kWarpSize;
    const int warp = threadIdx.x / kWarpSize;
    value = warp_reduce<Op>(value);
    if (kWarps == 1) {
        return value;
    }
    __syncthreads();  // the readers of an earlier reduction are done with scratch
    if (lane == 0) {
        scratch[warp] = value;
    }
    __syncthreads();
    return warp_reduce<Op>(lane < kWarps ? scratch[lane] : Op::identity());
}

template <int kThreads>
__device__ __forceinline__ float block_sum(float value, float* scratch) { return block_reduce<Sum, kThreads>(value, scratch); }
template <int kThreads>
__device__ __forceinline__ float block_max(float value, float* scratch) { return block_reduce<Max, kThreads>(value, scratch); }
template <int kThreads>
__device__ __forceinline__ float block_min(float value, float* scratch) { return block_reduce<Min, kThreads>(value, scratch); }

// ---------------------------------------------------------------------------------------------------------------------
// PTX instructions of sm_80 (PTX ISA 7.0 and later)

#ifndef CUDA_ON_CPU

// A pointer into shared memory as the 32-bit address that cp.async and ldmatrix take.
__device__ __forceinline__ uint32_t shared_address(const void* p) {
    return static_cast<uint32_t>(__cvta_generic_to_shared(p));
}

// 16 bytes from global to shared memory, past L1; both 16-byte aligned. Where !valid, zeros are written and the source
// is not read.
__device__ __forceinline__ void cp_async_16(uint32_t shared, const void* global, bool valid = true) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;\n" ::"r"(shared), "l"(global), "r"(valid ? 16 : 0)
                 : "memory");
}

// The first `bytes` (0 to 16) of 16 bytes, the rest written as zeros and not read.
__device__ __forceinline__ void cp_async_16_partial(uint32_t shared, const void* global, int bytes) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;\n" ::"r"(shared), "l"(global), "r"(bytes) : "memory");
}

// The same for 4 bytes, both 4-byte aligned.
__device__ __forceinline__ void cp_async_4(uint32_t shared, const void* global, bool valid = true) {
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;\n" ::"r"(shared), "l"(global), "r"(valid ? 4 : 0)
                 : "memory");
}

// Closes a group of the thread's copies begun since the last commit.
__device__ __forceinline__ void cp_async_commit() { asm volatile("cp.async.commit_group;\n" ::: "memory"); }

// Waits until at most kPending of the thread's latest groups are under way; a __syncthreads shows the data to the block.
template <int kPending>
__device__ __forceinline__ void cp_async_wait() { asm volatile("cp.async.wait_group %0;\n" ::"n"(kPending) : "memory"); }

// Four 8x8 matrices of 16-bit elements; lanes 8i..8i+7 give the row addresses (16 bytes each) of matrix i. Lane l
// receives elements 2(l%4), 2(l%4)+1 of row l/4 of each; _trans: of the transposed matrices.
__device__ __forceinline__ void ldmatrix_x4(uint32_t (&r)[4], uint32_t row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];\n"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3]) : "r"(row) : "memory");
}

__device__ __forceinline__ void ldmatrix_x4_trans(uint32_t (&r)[4], uint32_t row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];\n"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3]) : "r"(row) : "memory");
}

// Two 8x8 matrices; lanes 0..15 give the row addresses.
__device__ __forceinline__ void ldmatrix_x2(uint32_t (&r)[2], uint32_t row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0, %1}, [%2];\n"
                 : "=r"(r[0]), "=r"(r[1]) : "r"(row) : "memory");
}

__device__ __forceinline__ void ldmatrix_x2_trans(uint32_t (&r)[2], uint32_t row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0, %1}, [%2];\n"
                 : "=r"(r[0]), "=r"(r[1]) : "r"(row) : "memory");
}

// d += a b with a 16x16 (row-major), b 16x8 (column-major) of bf16, d 16x8 of fp32. With g = lane/4, t = lane%4 a lane
// holds d[0..1] = rows g, columns 2t, 2t+1 and d[2..3] = row g+8; a and b as ldmatrix delivers them.
__device__ __forceinline__ void mma_m16n8k16_bf16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
                 "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};\n"
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// d += a b with a 16x8 (row-major), b 8x8 (column-major) of tf32, d 16x8 of fp32: a[0] = (g, t), a[1] = (g+8, t),
// a[2] = (g, t+4), a[3] = (g+8, t+4); b[0] = (t, g), b[1] = (t+4, g).
__device__ __forceinline__ void mma_m16n8k8_tf32(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
                 "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};\n"
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// A float rounded to tf32 (10 bits of mantissa, ties away from zero), as a register of mma.
__device__ __forceinline__ uint32_t to_tf32(float x) {
    uint32_t r;
    asm("cvt.rna.tf32.f32 %0, %1;\n" : "=r"(r) : "f"(x));
    return r;
}

#endif  // CUDA_ON_CPU
