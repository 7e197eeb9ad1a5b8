// Multi-head attention softmax(Q K' / sqrt(head size)) V on bf16 tensor cores with fp32 accumulation, forward and backward,
// without a score matrix in global memory: online softmax over tiles of keys (FlashAttention, Dao et al. 2022, algorithm 1;
// the order of loops is that of FlashAttention-2, Dao 2023), and scores computed again for the gradient (Dao 2023, algorithm 2):
//
//   P = exp(scale Q K' - lse)    dV = P' dO    dS = P * (dO V' - delta)    dQ = scale dS K    dK = scale dS' Q
//
// Preconditions of a launch
//   - head size 32 or 64 by the kernel's name; width = heads * head size; qkv, out, dout, dqkv aligned to 16 bytes
//   - grid: entries of the tile table * heads blocks, of 128 threads; shared memory is static
//   - the tile table covers every token exactly once; scale = 1/sqrt(head size)
//   - delta by attention_delta_bf16 before dq and dkdv, which are independent of each other and together write all of dqkv
//
// A block is 4 warps. Each warp owns 16 of the 64 rows of the block's tile (queries; keys in dkdv) and keeps them as fragments
// in registers; 64 rows of the other side stream through two stages of shared memory, the next copied while one is used.
// Products are mma.sync m16n8k16; the accumulator of a score tile is, element for element, the left operand of the product
// that follows, so P and dS never leave the registers (rounded to bf16 there). Exponentials are ex2.approx, 2 ulp of fp32.
// No atomics, fixed order of summation: the result is deterministic.

#include "attention_bf16_tiles.cuh"

// ---------------------------------------------------------------------------------------------------------------------
// helpers

// Two stages of two streamed tiles each.
template <int D>
struct __align__(128) Stages {
    bf16 tile[2][2][64 * D];
};

// Number of 16-row pieces of a streamed tile, 0 to 4, that have any of `rows` rows.
__device__ __forceinline__ int pieces(int rows) { return min(4, (rows + 15) >> 4); }

// ---------------------------------------------------------------------------------------------------------------------
// kernels

// Online softmax state of the two rows of a lane: the largest score so far, and the lane's share of the sum of exponentials.
struct Softmax {
    float largest[2] = {-INFINITY, -INFINITY};
    float total[2] = {0, 0};

    // Turns 64 scores of each row into exp(scale (score - largest)) and shrinks the sum so far to the new largest.
    template <int D>
    __device__ void exponentials(float (&s)[4][2][4], float (&sum)[D / 8][4], float scaleLog2) {
#pragma unroll
        for (int r = 0; r < 2; r++) {
            float best = largest[r];
#pragma unroll
            for (int n = 0; n < 8; n++) {
                best = fmaxf(best, fmaxf(s[n / 2][n % 2][2 * r], s[n / 2][n % 2][2 * r + 1]));
            }
            best = warp_max<4>(best);
            float shift = best * scaleLog2;
            float shrink = exp2_approx(fmaf(largest[r], scaleLog2, -shift));
            largest[r] = best;
            total[r] *= shrink;
#pragma unroll
            for (int n = 0; n < 8; n++) {
#pragma unroll
                for (int e = 2 * r; e < 2 * r + 2; e++) {
                    s[n / 2][n % 2][e] = exp2_approx(fmaf(s[n / 2][n % 2][e], scaleLog2, -shift));
                    total[r] += s[n / 2][n % 2][e];
                }
            }
#pragma unroll
            for (int n = 0; n < D / 8; n++) {
                sum[n][2 * r] *= shrink;
                sum[n][2 * r + 1] *= shrink;
            }
        }
    }
};

// One tile of queries against all keys they see.
template <int D>
__device__ __forceinline__ void forward(
        const bf16* qkv, bf16* out, float* lse, const AttentionTile* tiles, int tokens, int heads, float scale, int causal) {
    __shared__ Stages<D> stages;
    const AttentionTile tile = tiles[blockIdx.x / heads];
    const int head = blockIdx.x % heads;
    const size_t width = static_cast<size_t>(heads) * D;
    const bf16* base = qkv + tile.first * 3 * width + head * D;
    const int lane = threadIdx.x & 31;
    const int warpRow = (threadIdx.x >> 5) * 16;
    const bool alive = warpRow < tile.rows;
    const int row = tile.start + warpRow + lane / 4;  // and row + 8
    const int end = keys_seen(tile.start + tile.rows - 1, tile.length, causal);
    const int warpEnd = keys_seen(tile.start + warpRow + 15, tile.length, causal);
    const int seen[2] = {keys_seen(row, tile.length, causal), keys_seen(row + 8, tile.length, causal)};

    load_tile<D>(stages.tile[1][0], base + tile.start * 3 * width, 3 * width, tile.rows);
    load_tile<D>(stages.tile[0][0], base + width, 3 * width, end);
    load_tile<D>(stages.tile[0][1], base + 2 * width, 3 * width, end);
    cp_async_commit();
    cp_async_wait<0>();
    __syncthreads();
    uint32_t q[D / 16][4];
    load_left<D>(q, shared_address(stages.tile[1][0]), warpRow, lane);
    __syncthreads();  // all warps have their queries

    float sum[D / 8][4];
    Softmax softmax;
    clear(sum);
    int stage = 0;
    for (int key = 0; key < end; key += 64, stage ^= 1) {
        if (key + 64 < end) {
            load_tile<D>(stages.tile[stage ^ 1][0], base + width + (key + 64) * 3 * width, 3 * width, end - key - 64);
            load_tile<D>(stages.tile[stage ^ 1][1], base + 2 * width + (key + 64) * 3 * width, 3 * width, end - key - 64);
        }
        cp_async_commit();
        const uint32_t keys = shared_address(stages.tile[stage][0]);
        const uint32_t values = shared_address(stages.tile[stage][1]);
        if (alive) {
            float s[4][2][4];
            const int visible = pieces(warpEnd - key);
#pragma unroll
            for (int c = 0; c < 4; c++) {
                clear(s[c]);
                if (c < visible) {
                    multiply_rows<D>(s[c], q, keys, 16 * c, lane);
                }
            }
            if (key + 64 > keys_seen(tile.start + warpRow, tile.length, causal)) {
#pragma unroll
                for (int n = 0; n < 8; n++) {
#pragma unroll
                    for (int e = 0; e < 4; e++) {
                        if (key + 8 * n + 2 * (lane & 3) + (e & 1) >= seen[e / 2]) {
                            s[n / 2][n % 2][e] = -INFINITY;
                        }
                    }
                }
            }
            softmax.exponentials<D>(s, sum, scale * kLog2E);
#pragma unroll
            for (int c = 0; c < 4; c++) {
                if (c < visible) {
                    uint32_t p[4];
                    to_left(p, s[c]);
                    accumulate<D>(sum, p, values, 16 * c, lane);
                }
            }
        }
        cp_async_wait<0>();
        __syncthreads();  // the next stage is here, and this one is free
    }
    if (alive) {
        float total[2] = {warp_sum<4>(softmax.total[0]), warp_sum<4>(softmax.total[1])};
        if ((lane & 3) == 0) {
            float* norms = lse + static_cast<size_t>(head) * tokens + tile.first;
#pragma unroll
            for (int r = 0; r < 2; r++) {
                if (row + 8 * r < tile.start + tile.rows) {
                    norms[row + 8 * r] = fmaf(softmax.largest[r], scale, logf(total[r]));
                }
            }
        }
        bf16* to = out + (tile.first + tile.start) * width + head * D;
        store_rows<D>(sum, 1 / total[0], 1 / total[1], stages.tile[0][0], warpRow, to, width, tile.rows, lane);
    }
}

// delta = sum over the channels of a head of dout*out. D/8 lanes for each token; grid (tokens/(1024/D) up, heads).
template <int D>
__device__ __forceinline__ void row_products(const bf16* dout, const bf16* out, float* delta, int tokens, int heads) {
    constexpr int LANES = D / 8;
    int token = blockIdx.x * (kThreads / LANES) + threadIdx.x / LANES;
    int lane = threadIdx.x % LANES;
    size_t piece = (static_cast<size_t>(min(token, tokens - 1)) * heads + blockIdx.y) * LANES + lane;
    uint4 a = reinterpret_cast<const uint4*>(dout)[piece];
    uint4 b = reinterpret_cast<const uint4*>(out)[piece];
    const __nv_bfloat162* left = reinterpret_cast<const __nv_bfloat162*>(&a);
    const __nv_bfloat162* right = reinterpret_cast<const __nv_bfloat162*>(&b);
    float sum = 0;
#pragma unroll
    for (int i = 0; i < 4; i++) {
        float2 x = __bfloat1622float2(left[i]);
        float2 y = __bfloat1622float2(right[i]);
        sum = fmaf(x.y, y.y, fmaf(x.x, y.x, sum));
    }
    sum = warp_sum<LANES>(sum);
    if (token < tokens && lane == 0) {
        delta[static_cast<size_t>(blockIdx.y) * tokens + token] = sum;
    }
}

// dQ of one tile of queries.
template <int D>
__device__ __forceinline__ void backward_queries(
        const bf16* qkv, const float* lse, const float* delta, const bf16* dout, bf16* dqkv, const AttentionTile* tiles,
        int tokens, int heads, float scale, int causal) {
    __shared__ Stages<D> stages;
    const AttentionTile tile = tiles[blockIdx.x / heads];
    const int head = blockIdx.x % heads;
    const size_t width = static_cast<size_t>(heads) * D;
    const bf16* base = qkv + tile.first * 3 * width + head * D;
    const size_t token = tile.first + tile.start;
    const int lane = threadIdx.x & 31;
    const int warpRow = (threadIdx.x >> 5) * 16;
    const bool alive = warpRow < tile.rows;
    const int end = keys_seen(tile.start + tile.rows - 1, tile.length, causal);
    const int warpEnd = keys_seen(tile.start + warpRow + 15, tile.length, causal);

    load_tile<D>(stages.tile[1][0], base + tile.start * 3 * width, 3 * width, tile.rows);
    load_tile<D>(stages.tile[1][1], dout + token * width + head * D, width, tile.rows);
    load_tile<D>(stages.tile[0][0], base + width, 3 * width, end);
    load_tile<D>(stages.tile[0][1], base + 2 * width, 3 * width, end);
    cp_async_commit();
    float norm[2];
    float expected[2];
    int seen[2];
#pragma unroll
    for (int r = 0; r < 2; r++) {
        int own = warpRow + lane / 4 + 8 * r;
        bool exists = own < tile.rows;
        size_t cell = static_cast<size_t>(head) * tokens + token + own;
        norm[r] = exists ? lse[cell] * kLog2E : 0;
        expected[r] = exists ? delta[cell] : 0;
        seen[r] = keys_seen(tile.start + own, tile.length, causal);
    }
    cp_async_wait<0>();
    __syncthreads();
    uint32_t q[D / 16][4];
    uint32_t g[D / 16][4];
    load_left<D>(q, shared_address(stages.tile[1][0]), warpRow, lane);
    load_left<D>(g, shared_address(stages.tile[1][1]), warpRow, lane);
    __syncthreads();  // all warps have their queries

    float sum[D / 8][4];
    clear(sum);
    int stage = 0;
    for (int key = 0; key < end; key += 64, stage ^= 1) {
        if (key + 64 < end) {
            load_tile<D>(stages.tile[stage ^ 1][0], base + width + (key + 64) * 3 * width, 3 * width, end - key - 64);
            load_tile<D>(stages.tile[stage ^ 1][1], base + 2 * width + (key + 64) * 3 * width, 3 * width, end - key - 64);
        }
        cp_async_commit();
        const uint32_t keys = shared_address(stages.tile[stage][0]);
        const uint32_t values = shared_address(stages.tile[stage][1]);
        const int visible = alive ? pieces(warpEnd - key) : 0;
        for (int c = 0; c < visible; c++) {
            float s[2][4];
            float dp[2][4];
            clear(s);
            clear(dp);
            multiply_rows<D>(s, q, keys, 16 * c, lane);
            multiply_rows<D>(dp, g, values, 16 * c, lane);
#pragma unroll
            for (int n = 0; n < 2; n++) {
#pragma unroll
                for (int e = 0; e < 4; e++) {
                    bool sees = key + 16 * c + 8 * n + 2 * (lane & 3) + (e & 1) < seen[e / 2];
                    float p = exp2_approx(fmaf(s[n][e], scale * kLog2E, -norm[e / 2]));
                    s[n][e] = sees ? p * (dp[n][e] - expected[e / 2]) : 0;
                }
            }
            uint32_t ds[4];
            to_left(ds, s);
            accumulate<D>(sum, ds, keys, 16 * c, lane);
        }
        cp_async_wait<0>();
        __syncthreads();  // the next stage is here, and this one is free
    }
    if (alive) {
        bf16* to = dqkv + token * 3 * width + head * D;
        store_rows<D>(sum, scale, scale, stages.tile[0][0], warpRow, to, 3 * width, tile.rows, lane);
    }
}

// dK and dV of one tile of keys.
template <int D>
__device__ __forceinline__ void backward_keys(
        const bf16* qkv, const float* lse, const float* delta, const bf16* dout, bf16* dqkv, const AttentionTile* tiles,
        int tokens, int heads, float scale, int causal) {
    __shared__ Stages<D> stages;
    __shared__ __align__(16) float perQuery[2][2][64];  // stage, lse or delta, query
    const AttentionTile tile = tiles[blockIdx.x / heads];
    const int head = blockIdx.x % heads;
    const size_t width = static_cast<size_t>(heads) * D;
    const bf16* base = qkv + tile.first * 3 * width + head * D;
    const bf16* gradient = dout + tile.first * width + head * D;
    const float* perToken = (threadIdx.x < 64 ? lse : delta) + static_cast<size_t>(head) * tokens + tile.first;
    const int lane = threadIdx.x & 31;
    const int warpRow = (threadIdx.x >> 5) * 16;
    const bool alive = warpRow < tile.rows;
    const int key = tile.start + warpRow + lane / 4;  // and key + 8

    // Queries, their output gradients, lse and delta from `query` on.
    auto load_queries = [&](int stage, int query) {
        int rows = tile.length - query;
        load_tile<D>(stages.tile[stage][0], base + query * 3 * width, 3 * width, rows);
        load_tile<D>(stages.tile[stage][1], gradient + query * width, width, rows);
        int own = threadIdx.x & 63;
        bool exists = own < rows;
        float* to = &perQuery[stage][threadIdx.x >> 6][own];
        cp_async_4(shared_address(to), perToken + query + (exists ? own : 0), exists);
    };
    const int begin = causal ? tile.start : 0;
    load_tile<D>(stages.tile[1][0], base + width + tile.start * 3 * width, 3 * width, tile.rows);
    load_tile<D>(stages.tile[1][1], base + 2 * width + tile.start * 3 * width, 3 * width, tile.rows);
    load_queries(0, begin);
    cp_async_commit();
    cp_async_wait<0>();
    __syncthreads();
    uint32_t k[D / 16][4];
    uint32_t v[D / 16][4];
    load_left<D>(k, shared_address(stages.tile[1][0]), warpRow, lane);
    load_left<D>(v, shared_address(stages.tile[1][1]), warpRow, lane);
    __syncthreads();  // all warps have their keys

    float dk[D / 8][4];
    float dv[D / 8][4];
    clear(dk);
    clear(dv);
    int stage = 0;
    for (int query = begin; query < tile.length; query += 64, stage ^= 1) {
        if (query + 64 < tile.length) {
            load_queries(stage ^ 1, query + 64);
        }
        cp_async_commit();
        const uint32_t queries = shared_address(stages.tile[stage][0]);
        const uint32_t gradients = shared_address(stages.tile[stage][1]);
        const int existing = alive ? pieces(tile.length - query) : 0;
        const int first = causal ? max(0, tile.start + warpRow - query) >> 4 : 0;  // earlier queries see none of the warp's keys
        for (int c = first; c < existing; c++) {
            float s[2][4];
            float ds[2][4];
            clear(s);
            clear(ds);
            multiply_rows<D>(s, k, queries, 16 * c, lane);
            multiply_rows<D>(ds, v, gradients, 16 * c, lane);
#pragma unroll
            for (int n = 0; n < 2; n++) {
                int column = 16 * c + 8 * n + 2 * (lane & 3);  // of a query, and the next
                float2 norm = *reinterpret_cast<const float2*>(&perQuery[stage][0][column]);
                float2 expected = *reinterpret_cast<const float2*>(&perQuery[stage][1][column]);
#pragma unroll
                for (int e = 0; e < 4; e++) {
                    // Queries behind the end of the sequence are zero in Q, dO and delta and add nothing.
                    bool sees = !causal || key + 8 * (e / 2) <= query + column + (e & 1);
                    float p = exp2_approx(fmaf(s[n][e], scale * kLog2E, -kLog2E * (e & 1 ? norm.y : norm.x)));
                    s[n][e] = sees ? p : 0;
                    ds[n][e] = s[n][e] * (ds[n][e] - (e & 1 ? expected.y : expected.x));
                }
            }
            uint32_t left[4];
            to_left(left, s);
            accumulate<D>(dv, left, gradients, 16 * c, lane);
            to_left(left, ds);
            accumulate<D>(dk, left, queries, 16 * c, lane);
        }
        cp_async_wait<0>();
        __syncthreads();  // the next stage is here, and this one is free
    }
    if (alive) {
        bf16* to = dqkv + (tile.first + tile.start) * 3 * width + head * D;
        store_rows<D>(dk, scale, scale, stages.tile[0][0], warpRow, to + width, 3 * width, tile.rows, lane);
        store_rows<D>(dv, 1, 1, stages.tile[0][1], warpRow, to + 2 * width, 3 * width, tile.rows, lane);
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// exported entry points

#define ATTENTION_BF16(D)                                                                                              \
    extern "C" __global__ void __launch_bounds__(kThreads, 3) attention_forward_bf16_##D(                              \
            const bf16* __restrict__ qkv, bf16* __restrict__ out, float* __restrict__ lse,                             \
            const AttentionTile* __restrict__ tiles, int tokens, int heads, float scale, int causal) {                 \
        forward<D>(qkv, out, lse, tiles, tokens, heads, scale, causal);                                                \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(kThreads) attention_delta_bf16_##D(                                   \
            const bf16* __restrict__ dout, const bf16* __restrict__ out, float* __restrict__ delta, int tokens,        \
            int heads) {                                                                                               \
        row_products<D>(dout, out, delta, tokens, heads);                                                              \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(kThreads, 3) attention_dq_bf16_##D(                                   \
            const bf16* __restrict__ qkv, const float* __restrict__ lse, const float* __restrict__ delta,              \
            const bf16* __restrict__ dout, bf16* __restrict__ dqkv, const AttentionTile* __restrict__ tiles, int tokens,\
            int heads, float scale, int causal) {                                                                      \
        backward_queries<D>(qkv, lse, delta, dout, dqkv, tiles, tokens, heads, scale, causal);                         \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(kThreads, 3) attention_dkdv_bf16_##D(                                 \
            const bf16* __restrict__ qkv, const float* __restrict__ lse, const float* __restrict__ delta,              \
            const bf16* __restrict__ dout, bf16* __restrict__ dqkv, const AttentionTile* __restrict__ tiles, int tokens,\
            int heads, float scale, int causal) {                                                                      \
        backward_keys<D>(qkv, lse, delta, dout, dqkv, tiles, tokens, heads, scale, causal);                            \
    }

ATTENTION_BF16(32)
ATTENTION_BF16(64)
