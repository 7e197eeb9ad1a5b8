// Operations on each element by itself: fill, copy and conversion, axpy, scaling, activations and their gradients, dropout.
//
//   quick GELU  x sigmoid(1.702 x)      (OpenAI's CLIP)
//   GELU        x Phi(x)                (Hendrycks and Gimpel 2016; Phi the Gaussian distribution function)
//   dropout     the mask of the engine's DropoutMask: element i is kept if the upper 53 bits of SplitMix64's finaliser of
//               seed + i * 0x9E3779B97F4A7C15 are at least ceil(p 2^53); kept elements are scaled by 1/(1-p)
//
// Names end in the element type, or in those of the input and the output. Every tensor has n elements, 0 <= n < 2^31, and
// starts at a multiple of its element size. In place is allowed everywhere.
//
// Launch: kThreads threads, any grid. An operation is a struct whose run<N>(i) handles elements i to i+N-1: N of them by
// 16-byte accesses where all tensors are 16-byte aligned, else and for the last few one by one. run<1> is the plain form,
// so there are no separate reference kernels here; tests reach it with unaligned addresses.

#include "vectors.cuh"

// ---------------------------------------------------------------------------------------------------------------------
// Helpers

// Runs an operation on n elements, N at a time if `vectors`.
template <int N, typename Operation>
__device__ __forceinline__ void for_elements(int n, bool vectors, const Operation& operation) {
    const size_t thread = (size_t)blockIdx.x * kThreads + threadIdx.x;
    const size_t threads = (size_t)gridDim.x * kThreads;
    const size_t packs = vectors ? n / N : 0;
    for (size_t pack = thread; pack < packs; pack += threads) {
        operation.template run<N>(pack * N);
    }
    for (size_t i = packs * N + thread; i < n; i += threads) {
        operation.template run<1>(i);
    }
}

// A factor known to the host, times one in device memory if there is an address.
__device__ __forceinline__ float factor(float alpha, const float* device_alpha) {
    return device_alpha == nullptr ? alpha : alpha * *device_alpha;
}

struct QuickGelu {
    static __device__ __forceinline__ float value(float x) { return x * sigmoid(x); }
    static __device__ __forceinline__ float slope(float x) {
        const float s = sigmoid(x);
        return s + 1.702f * x * s * (1 - s);
    }
    static __device__ __forceinline__ float sigmoid(float x) { return 1.0f / (1.0f + expf(-1.702f * x)); }
};

struct Gelu {
    static __device__ __forceinline__ float value(float x) { return x * distribution(x); }
    static __device__ __forceinline__ float slope(float x) {
        constexpr float kDensityAtZero = 0.3989422804f;  // 1 / sqrt(2 pi)
        return distribution(x) + x * kDensityAtZero * expf(-0.5f * x * x);
    }
    static __device__ __forceinline__ float distribution(float x) { return 0.5f * erfcf(-0.7071067812f * x); }
};

// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
__device__ __forceinline__ unsigned long long mix64(unsigned long long z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

// ---------------------------------------------------------------------------------------------------------------------
// Kernels

template <typename T>
struct Fill {
    float value;
    T* to;

    template <int N>
    __device__ __forceinline__ void run(size_t at) const {
        float values[N];
#pragma unroll
        for (int i = 0; i < N; i++) {
            values[i] = value;
        }
        store<N>(to + at, values);
    }
};

template <typename In, typename Out>
struct Copy {
    const In* from;
    Out* to;

    template <int N>
    __device__ __forceinline__ void run(size_t at) const {
        float values[N];
        load<N>(from + at, values);
        store<N>(to + at, values);
    }
};

// y += alpha x
template <typename In, typename Out>
struct Axpy {
    float alpha;
    const In* x;
    Out* y;

    template <int N>
    __device__ __forceinline__ void run(size_t at) const {
        float added[N];
        float sum[N];
        load<N>(x + at, added);
        load<N>(y + at, sum);
#pragma unroll
        for (int i = 0; i < N; i++) {
            sum[i] += alpha * added[i];
        }
        store<N>(y + at, sum);
    }
};

// x *= alpha
template <typename T>
struct Scale {
    float alpha;
    T* x;

    template <int N>
    __device__ __forceinline__ void run(size_t at) const {
        float values[N];
        load<N>(x + at, values);
#pragma unroll
        for (int i = 0; i < N; i++) {
            values[i] *= alpha;
        }
        store<N>(x + at, values);
    }
};

// y = act(x)
template <typename Function, typename T>
struct Activate {
    const T* x;
    T* y;

    template <int N>
    __device__ __forceinline__ void run(size_t at) const {
        float values[N];
        load<N>(x + at, values);
#pragma unroll
        for (int i = 0; i < N; i++) {
            values[i] = Function::value(values[i]);
        }
        store<N>(y + at, values);
    }
};

// dx = dy act'(x)
template <typename Function, typename T>
struct ActivateBackward {
    const T* dy;
    const T* x;
    T* dx;

    template <int N>
    __device__ __forceinline__ void run(size_t at) const {
        float values[N];
        float gradient[N];
        load<N>(x + at, values);
        load<N>(dy + at, gradient);
#pragma unroll
        for (int i = 0; i < N; i++) {
            gradient[i] *= Function::slope(values[i]);
        }
        store<N>(dx + at, gradient);
    }
};

// y (+)= x keep / (1-p)
template <typename T>
struct Dropout {
    const T* x;
    unsigned long long seed;
    unsigned long long threshold;  // ceil(p 2^53)
    float scale;                   // 1 / (1-p)
    T* y;
    bool accumulate;

    template <int N>
    __device__ __forceinline__ void run(size_t at) const {
        float values[N];
        float sum[N] = {};
        load<N>(x + at, values);
        if (accumulate) {
            load<N>(y + at, sum);
        }
#pragma unroll
        for (int i = 0; i < N; i++) {
            const bool kept = mix64(seed + (at + i) * 0x9E3779B97F4A7C15ull) >> 11 >= threshold;
            sum[i] += kept ? values[i] * scale : 0.0f;
        }
        store<N>(y + at, sum);
    }
};

// ---------------------------------------------------------------------------------------------------------------------
// Entry points

// At least four blocks a multiprocessor: up to 64 registers a thread.
#define KERNEL extern "C" __global__ void __launch_bounds__(kThreads, 4)

#define ELEMENT_KERNELS(T, NAME)                                                                                       \
    KERNEL fill_##NAME(float value, T* to, int n) {                                                                    \
        for_elements<kLaneElements<T>>(n, aligned(to), Fill<T>{value, to});                                            \
    }                                                                                                                  \
    KERNEL scale_##NAME(float alpha, const float* device_alpha, T* x, int n) {                                         \
        for_elements<kLaneElements<T>>(n, aligned(x), Scale<T>{factor(alpha, device_alpha), x});                       \
    }                                                                                                                  \
    KERNEL dropout_forward_##NAME(const T* x, unsigned long long seed, unsigned long long threshold, float scale,      \
                                  T* y, int accumulate, int n) {                                                       \
        for_elements<kLaneElements<T>>(n, aligned(x, y), Dropout<T>{x, seed, threshold, scale, y, accumulate != 0});   \
    }

ELEMENT_KERNELS(float, f32)
ELEMENT_KERNELS(bf16, bf16)

#define ACTIVATION_KERNELS(FUNCTION, PREFIX, T, NAME)                                                                  \
    KERNEL PREFIX##_forward_##NAME(const T* x, T* y, int n) {                                                          \
        for_elements<kLaneElements<T>>(n, aligned(x, y), Activate<FUNCTION, T>{x, y});                                 \
    }                                                                                                                  \
    KERNEL PREFIX##_backward_##NAME(const T* dy, const T* x, T* dx, int n) {                                           \
        for_elements<kLaneElements<T>>(n, aligned(dy, x, dx), ActivateBackward<FUNCTION, T>{dy, x, dx});               \
    }

ACTIVATION_KERNELS(QuickGelu, quick_gelu, float, f32)
ACTIVATION_KERNELS(QuickGelu, quick_gelu, bf16, bf16)
ACTIVATION_KERNELS(Gelu, gelu_erf, float, f32)
ACTIVATION_KERNELS(Gelu, gelu_erf, bf16, bf16)

#define COPY_KERNEL(IN, OUT, NAME)                                                                                     \
    KERNEL copy_##NAME(const IN* from, OUT* to, int n) {                                                               \
        for_elements<kLaneElements<IN, OUT>>(n, aligned(from, to), Copy<IN, OUT>{from, to});                           \
    }

COPY_KERNEL(float, float, f32_f32)
COPY_KERNEL(float, bf16, f32_bf16)
COPY_KERNEL(bf16, float, bf16_f32)
COPY_KERNEL(bf16, bf16, bf16_bf16)

#define AXPY_KERNEL(IN, OUT, NAME)                                                                                     \
    KERNEL axpy_##NAME(float alpha, const float* device_alpha, const IN* x, OUT* y, int n) {                           \
        for_elements<kLaneElements<IN, OUT>>(n, aligned(x, y), Axpy<IN, OUT>{factor(alpha, device_alpha), x, y});      \
    }

AXPY_KERNEL(float, float, f32_f32)
AXPY_KERNEL(float, bf16, f32_bf16)
AXPY_KERNEL(bf16, float, bf16_f32)
AXPY_KERNEL(bf16, bf16, bf16_bf16)
