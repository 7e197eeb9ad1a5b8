// CUDA C++ as far as our kernels use it, for a host compiler: a second opinion on kernels, independent of nvcc, of PTX and
// of the emulator in Java. A thread of a block is a fiber; blocks run one after the other. What it must have in common
// with a GPU is what kernels may rely on: barriers, shuffles among the lanes of a mask, asynchronous copies that may arrive
// as late as the wait for them, tensor-core fragments as the PTX ISA lays them out.
#pragma once

#include <climits>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#define CUDA_ON_CPU
#define __global__ __attribute__((visibility("default")))
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __shared__ static  // one block runs at a time
#define __align__(n) __attribute__((aligned(n)))
#define __restrict__ __restrict

using std::isfinite;

// ---------------------------------------------------------------------------------------------------------------------
// Vector types

#define CUDA_ON_CPU_VECTORS(T, NAME, ALIGN2, ALIGN4)                                                                    \
    struct alignas(ALIGN2) NAME##2 { T x, y; };                                                                         \
    struct NAME##3 { T x, y, z; };                                                                                      \
    struct alignas(ALIGN4) NAME##4 { T x, y, z, w; };                                                                   \
    inline NAME##2 make_##NAME##2(T x, T y) { return {x, y}; }                                                           \
    inline NAME##3 make_##NAME##3(T x, T y, T z) { return {x, y, z}; }                                                   \
    inline NAME##4 make_##NAME##4(T x, T y, T z, T w) { return {x, y, z, w}; }
CUDA_ON_CPU_VECTORS(float, float, 8, 16)
CUDA_ON_CPU_VECTORS(double, double, 16, 16)
CUDA_ON_CPU_VECTORS(int, int, 8, 16)
CUDA_ON_CPU_VECTORS(unsigned, uint, 8, 16)
CUDA_ON_CPU_VECTORS(uint8_t, uchar, 2, 4)
CUDA_ON_CPU_VECTORS(uint16_t, ushort, 4, 8)
#undef CUDA_ON_CPU_VECTORS

// ---------------------------------------------------------------------------------------------------------------------
// Places in the grid, and what the fibers do together (fibers.cpp)

inline uint3 threadIdx, blockIdx, blockDim, gridDim;

namespace twin {

// Hands each lane's value to the other lanes of the mask: returns 32 values, valid until the caller's next call.
const uint64_t* exchange(unsigned mask, uint64_t value);
int lane();
void block_barrier();
void copy_later(void* to, const void* from, int bytes, int read);  // zeros beyond the bytes that are read
void commit_copies();
void wait_copies(int pending);
alignas(128) extern char dynamic_shared[];

template <typename To, typename From>
To bits(From value) {
    static_assert(sizeof(To) == sizeof(From), "same size");
    To result;
    std::memcpy(&result, &value, sizeof result);
    return result;
}

template <typename T>
uint64_t widen(T value) {
    uint64_t result = 0;
    std::memcpy(&result, &value, sizeof value);
    return result;
}

template <typename T>
T narrow(uint64_t value) {
    T result;
    std::memcpy(&result, &value, sizeof result);
    return result;
}

template <typename T>
T from_lane(unsigned mask, T value, int source, bool inside) {
    const uint64_t* values = exchange(mask, widen(value));
    return inside ? narrow<T>(values[source]) : value;
}

}  // namespace twin

inline void __syncthreads() { twin::block_barrier(); }
inline void __syncwarp(unsigned mask = 0xffffffffu) { twin::exchange(mask, 0); }

template <typename T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32) {
    return twin::from_lane(mask, value, (twin::lane() & ~(width - 1)) | (source & (width - 1)), true);
}
template <typename T>
T __shfl_xor_sync(unsigned mask, T value, int lanes, int width = 32) {
    const int source = twin::lane() ^ lanes;
    return twin::from_lane(mask, value, source, source / width <= twin::lane() / width);
}
template <typename T>
T __shfl_down_sync(unsigned mask, T value, int delta, int width = 32) {
    const int source = twin::lane() + delta;
    return twin::from_lane(mask, value, source & 31, source / width == twin::lane() / width);
}
template <typename T>
T __shfl_up_sync(unsigned mask, T value, int delta, int width = 32) {
    const int source = twin::lane() - delta;
    return twin::from_lane(mask, value, source & 31, source >= (twin::lane() & ~(width - 1)));
}
inline unsigned __ballot_sync(unsigned mask, bool vote) {
    const uint64_t* votes = twin::exchange(mask, vote);
    unsigned result = 0;
    for (int i = 0; i < 32; i++) {
        result |= (mask >> i & 1) && votes[i] ? 1u << i : 0;
    }
    return result;
}
inline bool __any_sync(unsigned mask, bool vote) { return __ballot_sync(mask, vote) != 0; }
inline bool __all_sync(unsigned mask, bool vote) { return __ballot_sync(mask, !vote) == 0; }

// ---------------------------------------------------------------------------------------------------------------------
// Arithmetic

template <typename A, typename B>
constexpr std::common_type_t<A, B> min(A a, B b) { return b < a ? b : a; }
template <typename A, typename B>
constexpr std::common_type_t<A, B> max(A a, B b) { return a < b ? b : a; }
// Rounded by themselves: a store keeps the compiler from fusing them.
template <typename F>
inline F rounded(F x) {
    volatile F stored = x;
    return stored;
}
inline float __fadd_rn(float a, float b) { return rounded(a + b); }
inline float __fsub_rn(float a, float b) { return rounded(a - b); }
inline float __fmul_rn(float a, float b) { return rounded(a * b); }
inline double __dadd_rn(double a, double b) { return rounded(a + b); }
inline double __dsub_rn(double a, double b) { return rounded(a - b); }
inline double __dmul_rn(double a, double b) { return rounded(a * b); }
inline float rsqrtf(float x) { return static_cast<float>(1.0 / std::sqrt(static_cast<double>(x))); }
template <typename T>
T __ldg(const T* p) { return *p; }
template <typename T>
T __ldcg(const T* p) { return *p; }
template <typename T>
T __ldcs(const T* p) { return *p; }
template <typename T>
void __stcg(T* p, T value) { *p = value; }
template <typename T>
void __stcs(T* p, T value) { *p = value; }
inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz(x); }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline float __uint_as_float(unsigned x) { return twin::bits<float>(x); }
inline unsigned __float_as_uint(float x) { return twin::bits<unsigned>(x); }
inline float __int_as_float(int x) { return twin::bits<float>(x); }
inline int __float_as_int(float x) { return twin::bits<int>(x); }
inline long long __double_as_longlong(double x) { return twin::bits<long long>(x); }
inline double __longlong_as_double(long long x) { return twin::bits<double>(x); }

struct __nv_bfloat16 { uint16_t raw; };
struct alignas(4) __nv_bfloat162 { __nv_bfloat16 x, y; };

inline float __bfloat162float(__nv_bfloat16 x) { return twin::bits<float>(static_cast<uint32_t>(x.raw) << 16); }
inline uint16_t __bfloat16_as_ushort(__nv_bfloat16 x) { return x.raw; }
inline __nv_bfloat16 __ushort_as_bfloat16(uint16_t raw) { return {raw}; }
// To the nearest, ties to even; a NaN stays one.
inline __nv_bfloat16 __float2bfloat16_rn(float value) {
    const uint32_t raw = twin::bits<uint32_t>(value);
    if (std::isnan(value)) {
        return {0x7fff};
    }
    return {static_cast<uint16_t>((raw + 0x7fff + (raw >> 16 & 1)) >> 16)};
}
inline __nv_bfloat16 __float2bfloat16(float value) { return __float2bfloat16_rn(value); }
inline __nv_bfloat162 __floats2bfloat162_rn(float x, float y) { return {__float2bfloat16_rn(x), __float2bfloat16_rn(y)}; }
inline float2 __bfloat1622float2(__nv_bfloat162 v) { return {__bfloat162float(v.x), __bfloat162float(v.y)}; }

// ---------------------------------------------------------------------------------------------------------------------
// The section "PTX instructions" of common.cuh. A shared address is a distance from dynamic_shared: all shared memory lies
// in the data of this library.

inline uint32_t shared_address(const void* p) {
    return static_cast<uint32_t>(static_cast<const char*>(p) - twin::dynamic_shared);
}

namespace twin {

inline char* at_shared(uint32_t address) { return dynamic_shared + static_cast<int32_t>(address); }

// The 8x8 matrices whose rows the lanes point to; the lanes leave together, so no row is overwritten while it is read.
inline void ldmatrix(uint32_t* r, uint32_t row, int matrices, bool transposed) {
    const uint64_t* rows = exchange(0xffffffffu, row);
    const int i = lane() / 4;
    const int j = lane() % 4 * 2;
    for (int m = 0; m < matrices; m++) {
        uint16_t pair[2];
        for (int k = 0; k < 2; k++) {
            const int from = transposed ? j + k : i;
            const int column = transposed ? i : j + k;
            std::memcpy(&pair[k], at_shared(static_cast<uint32_t>(rows[8 * m + from])) + 2 * column, sizeof pair[k]);
        }
        r[m] = pair[0] | static_cast<uint32_t>(pair[1]) << 16;
    }
    exchange(0xffffffffu, 0);
}

struct Fragments { const uint32_t* a; const uint32_t* b; };

// d += a b for 16 x 8 outputs; element(fragment registers of the lanes, row or column, k) reads an operand.
template <int kDepth, typename A, typename B>
void mma(float (&d)[4], const uint32_t* a, const uint32_t* b, A element_a, B element_b) {
    const Fragments own = {a, b};
    Fragments lanes[32];
    const uint64_t* pointers = exchange(0xffffffffu, reinterpret_cast<uint64_t>(&own));
    for (int i = 0; i < 32; i++) {
        lanes[i] = *reinterpret_cast<const Fragments*>(pointers[i]);
    }
    float sums[4];
    for (int i = 0; i < 4; i++) {
        const int row = lane() / 4 + i / 2 * 8;
        const int column = lane() % 4 * 2 + i % 2;
        float sum = d[i];
        for (int k = 0; k < kDepth; k++) {
            sum = std::fma(element_a(lanes, row, k), element_b(lanes, k, column), sum);
        }
        sums[i] = sum;
    }
    exchange(0xffffffffu, 0);  // the others have read this lane's fragments
    std::memcpy(d, sums, sizeof sums);
}

inline float bf16_of(uint32_t pair, int half) { return bits<float>(half == 0 ? pair << 16 : pair & 0xffff0000u); }

}  // namespace twin

inline void cp_async_16_partial(uint32_t shared, const void* global, int bytes) {
    twin::copy_later(twin::at_shared(shared), global, 16, bytes);
}
inline void cp_async_16(uint32_t shared, const void* global, bool valid = true) {
    twin::copy_later(twin::at_shared(shared), global, 16, valid ? 16 : 0);
}
inline void cp_async_4(uint32_t shared, const void* global, bool valid = true) {
    twin::copy_later(twin::at_shared(shared), global, 4, valid ? 4 : 0);
}
inline void cp_async_commit() { twin::commit_copies(); }
template <int kPending>
void cp_async_wait() { twin::wait_copies(kPending); }

inline void ldmatrix_x4(uint32_t (&r)[4], uint32_t row) { twin::ldmatrix(r, row, 4, false); }
inline void ldmatrix_x4_trans(uint32_t (&r)[4], uint32_t row) { twin::ldmatrix(r, row, 4, true); }
inline void ldmatrix_x2(uint32_t (&r)[2], uint32_t row) { twin::ldmatrix(r, row, 2, false); }
inline void ldmatrix_x2_trans(uint32_t (&r)[2], uint32_t row) { twin::ldmatrix(r, row, 2, true); }

inline void mma_m16n8k16_bf16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    twin::mma<16>(
        d, a, b,
        [](const twin::Fragments* lanes, int row, int k) {
            return twin::bf16_of(lanes[row % 8 * 4 + k % 8 / 2].a[row / 8 + k / 8 * 2], k % 2);
        },
        [](const twin::Fragments* lanes, int k, int column) {
            return twin::bf16_of(lanes[column * 4 + k % 8 / 2].b[k / 8], k % 2);
        });
}

inline void mma_m16n8k8_tf32(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    constexpr uint32_t kTf32 = 0xffffe000u;  // the bits of a register that count
    twin::mma<8>(
        d, a, b,
        [](const twin::Fragments* lanes, int row, int k) {
            return twin::bits<float>(lanes[row % 8 * 4 + k % 4].a[row / 8 + k / 4 * 2] & kTf32);
        },
        [](const twin::Fragments* lanes, int k, int column) {
            return twin::bits<float>(lanes[column * 4 + k % 4].b[k / 4] & kTf32);
        });
}

inline uint32_t to_tf32(float x) {
    const uint32_t raw = twin::bits<uint32_t>(x);
    return std::isfinite(x) ? (raw + 0x1000u) & 0xffffe000u : raw;
}
