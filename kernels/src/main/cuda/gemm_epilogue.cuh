// What happens to a matrix product on its way to memory. With v = alpha sum_l op(A)[i][l] op(B)[l][j] + bias[j]:
//
//   kLinear       C[i][j] = v + residual[i][j]
//   kQuickGelu    C[i][j] = act(v) + residual[i][j], act(v) = v / (1 + exp(-1.702 v))
//   kGeluErf      the same with act(v) = v Phi(v), Phi the Gaussian distribution function
//   k...Backward  C[i][j] = v act'(pre[i][j]): the gradient of what went into an activation
//
// The first three also write v to pre[i][j] if pre is given. When accumulating, the result is added to C. Rows are aligned or not; aligned ones are moved 4 elements at a time.
#pragma once

#include "common.cuh"

enum Activation { kLinear = 0, kQuickGelu = 1, kGeluErf = 2, kQuickGeluBackward = 3, kGeluErfBackward = 4 };

constexpr float kQuick = 1.702f;

__device__ __forceinline__ float quick_gelu(float x) { return x / (1.0f + expf(-kQuick * x)); }

__device__ __forceinline__ float quick_gelu_slope(float x) {
    const float s = 1.0f / (1.0f + expf(-kQuick * x));
    return s + kQuick * x * s * (1.0f - s);
}

// Phi(x) = erfc(-x / sqrt 2) / 2: no cancellation for negative x.
__device__ __forceinline__ float normal_distribution(float x) { return 0.5f * erfcf(-0.70710678f * x); }

__device__ __forceinline__ float gelu_erf_slope(float x) {
    return normal_distribution(x) + x * 0.39894228f * expf(-0.5f * x * x);
}

__device__ __forceinline__ float activate(int activation, float x) {
    return activation == kQuickGelu ? quick_gelu(x) : activation == kGeluErf ? x * normal_distribution(x) : x;
}

__device__ __forceinline__ float activation_slope(int activation, float x) {
    return activation == kQuickGeluBackward ? quick_gelu_slope(x) : gelu_erf_slope(x);
}

// Four consecutive elements of a row; `count` of them exist.
__device__ __forceinline__ void load_four(float (&out)[4], const float* p, bool vector, int count) {
    if (vector && count == 4) {
        load_vector(out, p);
        return;
    }
#pragma unroll
    for (int e = 0; e < 4; e++) {
        out[e] = e < count ? p[e] : 0.0f;
    }
}

__device__ __forceinline__ void load_four(float (&out)[4], const __nv_bfloat16* p, bool vector, int count) {
    if (vector && count == 4) {
        const uint2 v = *reinterpret_cast<const uint2*>(p);
        out[0] = bf16x2_low(v.x), out[1] = bf16x2_high(v.x), out[2] = bf16x2_low(v.y), out[3] = bf16x2_high(v.y);
        return;
    }
#pragma unroll
    for (int e = 0; e < 4; e++) {
        out[e] = e < count ? to_float(p[e]) : 0.0f;
    }
}

__device__ __forceinline__ void store_four(float* p, const float (&in)[4], bool vector, int count) {
    if (vector && count == 4) {
        store_vector(p, in);
        return;
    }
#pragma unroll
    for (int e = 0; e < 4; e++) {
        if (e < count) {
            p[e] = in[e];
        }
    }
}

__device__ __forceinline__ void store_four(__nv_bfloat16* p, const float (&in)[4], bool vector, int count) {
    if (vector && count == 4) {
        *reinterpret_cast<uint2*>(p) = make_uint2(pack_bf16x2(in[0], in[1]), pack_bf16x2(in[2], in[3]));
        return;
    }
#pragma unroll
    for (int e = 0; e < 4; e++) {
        if (e < count) {
            p[e] = from_float<__nv_bfloat16>(in[e]);
        }
    }
}

template <typename Out>
struct Epilogue {
    Out* c;                // [m][n], rows ldc apart
    int ldc;
    float alpha;
    int accumulate;        // 0 or 1
    const float* bias;     // [n] or null
    int activation;
    Out* pre;              // [m][n], rows ldpre apart: v is written to it, unless null; read by a backward
    int ldpre;
    const Out* residual;   // [m][n], rows ldr apart, or null; may be c
    int ldr;

    // Whether all rows can be moved 4 elements at a time.
    __device__ __forceinline__ bool is_vectorizable() const {
        constexpr int bytes = 4 * static_cast<int>(sizeof(Out));
        return (reinterpret_cast<uintptr_t>(c) | reinterpret_cast<uintptr_t>(pre)
                | reinterpret_cast<uintptr_t>(residual)) % bytes == 0
               && ((ldc | (pre ? ldpre : 0) | (residual ? ldr : 0)) % 4) == 0;
    }

    // Finishes elements column..column+3 of a row, `count` of which exist, from their sums.
    __device__ __forceinline__ void finish(int row, int column, float (&v)[4], bool vector, int count) const {
        float other[4];
#pragma unroll
        for (int e = 0; e < 4; e++) {
            v[e] = alpha * v[e] + (bias != nullptr && e < count ? bias[column + e] : 0.0f);
        }
        if (activation >= kQuickGeluBackward) {
            load_four(other, pre + static_cast<size_t>(row) * ldpre + column, vector, count);
#pragma unroll
            for (int e = 0; e < 4; e++) {
                v[e] *= activation_slope(activation, other[e]);
            }
        } else {
            if (pre != nullptr) {
                store_four(pre + static_cast<size_t>(row) * ldpre + column, v, vector, count);
            }
#pragma unroll
            for (int e = 0; e < 4; e++) {
                v[e] = activate(activation, v[e]);
            }
        }
        if (residual != nullptr) {
            add_four(v, residual + static_cast<size_t>(row) * ldr + column, vector, count);
        }
        Out* target = c + static_cast<size_t>(row) * ldc + column;
        if (accumulate) {
            add_four(v, target, vector, count);
        }
        store_four(target, v, vector, count);
    }

    static __device__ __forceinline__ void add_four(float (&v)[4], const Out* p, bool vector, int count) {
        float other[4];
        load_four(other, p, vector, count);
#pragma unroll
        for (int e = 0; e < 4; e++) {
            v[e] += other[e];
        }
    }
};

// A warp's slab of 32 x 32 sums in shared memory, on the way from the registers that multiplied to whole rows. Chunks of
// 4 floats are permuted so that the fragments of mma, the fp32 product's strided rows and columns, and whole rows all
// fall into different banks: bits 0 and 1 of the row, xored with bits 3 and 4, move the chunk by 2 and 4, bit 2 by 1.
struct Slab {
    static constexpr int kBytes = 32 * 32 * 4;

    static __device__ __forceinline__ int index(int row, int column) {
        const int permutation = ((row ^ row >> 3) & 3) << 1 | (row >> 2 & 1);
        return row * 32 + ((column >> 2 ^ permutation) << 2) + (column & 3);
    }

    // Writes the slab's part of C, which is `rows` x `columns` large (what lies outside is dropped).
    template <typename Out>
    static __device__ __forceinline__ void write(
        const float* slab, const Epilogue<Out>& epilogue, bool vector, int first_row, int first_column, int m, int n) {
        const int lane = threadIdx.x % kWarpSize;
        const int column = first_column + lane % 8 * 4;
        const int count = min(n - column, 4);
#pragma unroll 1
        for (int r = lane / 8; r < 32; r += 4) {
            if (first_row + r < m && count > 0) {
                float v[4];
                load_vector(v, slab + index(r, lane % 8 * 4));
                epilogue.finish(first_row + r, column, v, vector, count);
            }
        }
    }
};
