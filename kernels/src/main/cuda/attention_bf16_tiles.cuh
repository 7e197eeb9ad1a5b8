// Tiles of 64 rows of bf16 in shared memory, as the attention kernels for tensor cores use them: copied from global memory
// without a detour through registers, read as fragments without bank conflicts, and written back.
#pragma once

#include "attention.cuh"

using bf16 = __nv_bfloat16;

// A tile in shared memory: 64 rows of D/8 pieces of 16 bytes. The swizzle puts the same piece of eight neighbouring rows, which
// ldmatrix reads at once, into all 32 banks: 128-byte rows by row mod 8; 64-byte rows, two to a line, by the line mod 4.
template <int D>
__device__ __forceinline__ int at(int row, int piece) {
    static_assert(D == 64 || D == 32, "head size 32 or 64");
    return (row * (D / 8) + (D == 64 ? piece ^ (row & 7) : piece ^ ((row >> 1) & 3))) * 8;
}

// Begins the copy of 64 rows of D channels into a tile; rows that do not exist become zeros. A thread copies the same piece of
// every STEP-th row, all of which have the same swizzle.
template <int D>
__device__ __forceinline__ void load_tile(bf16* tile, const bf16* from, size_t stride, int rows) {
    constexpr int STEP = kThreads / (D / 8);
    static_assert(STEP % 8 == 0, "rows with one swizzle");
    const int row = threadIdx.x / (D / 8);
    const int piece = threadIdx.x % (D / 8);
    const uint32_t to = shared_address(tile + at<D>(row, piece));
    const bf16* source = from + row * stride + piece * 8;
#pragma unroll
    for (int i = 0; i < 64 / STEP; i++) {
        bool exists = row + i * STEP < rows;
        cp_async_16(to + i * STEP * D * sizeof(bf16), exists ? source + i * STEP * stride : from, exists);
    }
}

// left and right, two 16x8 accumulators side by side, += a times the 16x16 right operand b.
__device__ __forceinline__ void multiply(
        float (&left)[4], float (&right)[4], const uint32_t (&a)[4], const uint32_t (&b)[4]) {
    const uint32_t leftColumns[2] = {b[0], b[1]};
    const uint32_t rightColumns[2] = {b[2], b[3]};
    mma_m16n8k16_bf16(left, a, leftColumns);
    mma_m16n8k16_bf16(right, a, rightColumns);
}

// The shared address that a lane gives to ldmatrix: a piece of row `row` of those behind `first`, a multiple of 16.
template <int D>
__device__ __forceinline__ uint32_t matrix_row(uint32_t tile, int first, int row, int piece) {
    return tile + (first * D + at<D>(row, piece)) * sizeof(bf16);
}

// Fragments of rows row..row+15 of a tile as left operand, D channels deep. Tiles are given by their shared address.
template <int D>
__device__ __forceinline__ void load_left(uint32_t (&a)[D / 16][4], uint32_t tile, int row, int lane) {
#pragma unroll
    for (int k = 0; k < D / 16; k++) {
        ldmatrix_x4(a[k], matrix_row<D>(tile, row, lane & 15, 2 * k + (lane >> 4)));
    }
}

// s[16 x 16] += a times rows row..row+15 of a tile, transposed: the scores of 16 own rows with 16 streamed ones.
template <int D>
__device__ __forceinline__ void multiply_rows(
        float (&s)[2][4], const uint32_t (&a)[D / 16][4], uint32_t tile, int row, int lane) {
#pragma unroll
    for (int k = 0; k < D / 16; k++) {
        uint32_t b[4];
        ldmatrix_x4(b, matrix_row<D>(tile, row, (lane & 7) + ((lane >> 4) << 3), 2 * k + ((lane >> 3) & 1)));
        multiply(s[0], s[1], a[k], b);
    }
}

// sum[16 x D] += a[16 x 16] times rows row..row+15 of a tile.
template <int D>
__device__ __forceinline__ void accumulate(float (&sum)[D / 8][4], const uint32_t (&a)[4], uint32_t tile, int row, int lane) {
#pragma unroll
    for (int n = 0; n < D / 16; n++) {
        uint32_t b[4];
        ldmatrix_x4_trans(b, matrix_row<D>(tile, row, lane & 15, 2 * n + (lane >> 4)));
        multiply(sum[2 * n], sum[2 * n + 1], a, b);
    }
}

// A 16x16 accumulator, rounded, as left operand.
__device__ __forceinline__ void to_left(uint32_t (&a)[4], const float (&s)[2][4]) {
    a[0] = pack_bf16x2(s[0][0], s[0][1]);
    a[1] = pack_bf16x2(s[0][2], s[0][3]);
    a[2] = pack_bf16x2(s[1][0], s[1][1]);
    a[3] = pack_bf16x2(s[1][2], s[1][3]);
}

__device__ __forceinline__ float exp2_approx(float x) {
    float y;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}

template <int N>
__device__ __forceinline__ void clear(float (&sum)[N][4]) {
#pragma unroll
    for (int n = 0; n < N; n++) {
#pragma unroll
        for (int e = 0; e < 4; e++) {
            sum[n][e] = 0;
        }
    }
}

// Writes a warp's 16 rows of D channels, times a factor for the upper and one for the lower 8 rows, to global memory: through
// the warp's own 16 rows of a tile that nobody else uses any more, so that whole 16-byte pieces go out side by side.
template <int D>
__device__ __forceinline__ void store_rows(
        const float (&sum)[D / 8][4], float upper, float lower, bf16* tile, int warpRow, bf16* to, size_t stride, int rows,
        int lane) {
    const int row = warpRow + lane / 4;
    const int pair = 2 * (lane & 3);
#pragma unroll
    for (int n = 0; n < D / 8; n++) {
        *reinterpret_cast<uint32_t*>(tile + at<D>(row, n) + pair) = pack_bf16x2(upper * sum[n][0], upper * sum[n][1]);
        *reinterpret_cast<uint32_t*>(tile + at<D>(row + 8, n) + pair) = pack_bf16x2(lower * sum[n][2], lower * sum[n][3]);
    }
    __syncwarp();
#pragma unroll
    for (int p = lane; p < 16 * (D / 8); p += 32) {
        int r = warpRow + p / (D / 8);
        int piece = p % (D / 8);
        if (r < rows) {
            *reinterpret_cast<uint4*>(to + r * stride + piece * 8) = *reinterpret_cast<const uint4*>(tile + at<D>(r, piece));
        }
    }
}
