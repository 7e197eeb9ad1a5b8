// Multi-head attention softmax(Q K' / sqrt(head size)) V in exact single precision on the CUDA cores, forward and backward,
// without a score matrix in global memory: online softmax over tiles of keys (FlashAttention, Dao et al. 2022, algorithm 1;
// the order of loops is that of FlashAttention-2, Dao 2023), and scores computed again for the gradient (Dao 2023, algorithm 2):
//
//   P = exp(scale Q K' - lse)    dV = P' dO    dS = P * (dO V' - delta)    dQ = scale dS K    dK = scale dS' Q
//
// Preconditions of a launch
//   - head size 32 or 64 by the kernel's name; width = heads * head size; qkv, out, dout, dqkv aligned to 16 bytes
//   - grid: entries of the tile table * heads blocks, of 128 threads; dynamic shared memory as the head of each kernel says
//   - the tile table covers every token exactly once; scale = 1/sqrt(head size)
//   - delta by attention_delta_f32 before dq and dkdv, which are independent of each other and together write all of dqkv
//
// A block is 4 warps. Each warp owns 16 of the 64 rows of the block's tile (queries; keys in dkdv), so that sums over a row stay
// within the warp. Lane = 16*half + column: it holds 8 rows times the columns column, column+16, ... of a score tile, and 8 rows
// times headSize/16 neighbouring channels of a result. No atomics, fixed order of summation: the result is deterministic.

#include "attention.cuh"

// ---------------------------------------------------------------------------------------------------------------------
// helpers

// A tile in shared memory is rows of float4 groups; group g of row r lies at g ^ (r & 7), so that eight lanes reading the same
// group of eight rows, and lanes reading along a row, touch all 32 banks.
template <int WIDTH>
__device__ __forceinline__ int at(int row, int group) {
    return row * (WIDTH / 4) + (group ^ (row & 7));
}

// Where a thread stands: its warp's rows and its own.
struct Place {
    int warpRow;  // first row of the warp
    int row;      // first row of the thread
    int column;   // 0..15

    __device__ Place() {
        int lane = threadIdx.x & 31;
        warpRow = (threadIdx.x >> 5) * 16;
        row = warpRow + (lane >> 4) * 4;
        column = lane & 15;
    }

    // Row i of the 8 of a thread; the two halves of a warp stand 4 rows apart, which the swizzle maps to other banks.
    __device__ int rowOf(int i) const { return row + (i & 3) + (i >> 2) * 8; }
};

// Begins the copy of ROWS rows of D channels into a tile; rows that do not exist become zeros. A thread copies the same group of
// every STEP-th row, all of which have the same swizzle.
template <int ROWS, int D>
__device__ __forceinline__ void load_tile(float4* tile, const float* from, size_t stride, int rows) {
    constexpr int STEP = kThreads / (D / 4);
    static_assert(STEP % 8 == 0, "rows with one swizzle");
    const int row = threadIdx.x / (D / 4);
    const int group = threadIdx.x % (D / 4);
    const uint32_t to = shared_address(tile + at<D>(row, group));
    const float* source = from + row * stride + group * 4;
#pragma unroll
    for (int i = 0; i < ROWS / STEP; i++) {
        bool exists = row + i * STEP < rows;
        cp_async_16(to + i * STEP * D * sizeof(float), exists ? source + i * STEP * stride : from, exists);
    }
}

__device__ __forceinline__ float dot(float4 a, float4 b, float sum) {
    return fmaf(a.w, b.w, fmaf(a.z, b.z, fmaf(a.y, b.y, fmaf(a.x, b.x, sum))));
}

// s[i][j] = row rowOf(i) of a times row column+16j of b, over D channels.
template <int D, int COLUMNS>
__device__ __forceinline__ void scores(const Place& place, const float4* a, const float4* b, float (&s)[8][COLUMNS]) {
#pragma unroll
    for (int i = 0; i < 8; i++) {
#pragma unroll
        for (int j = 0; j < COLUMNS; j++) {
            s[i][j] = 0;
        }
    }
#pragma unroll 1
    for (int g = 0; g < D / 4; g++) {
        float4 right[COLUMNS];
#pragma unroll
        for (int j = 0; j < COLUMNS; j++) {
            right[j] = b[at<D>(place.column + 16 * j, g)];
        }
#pragma unroll
        for (int i = 0; i < 8; i++) {
            float4 left = a[at<D>(place.rowOf(i), g)];
#pragma unroll
            for (int j = 0; j < COLUMNS; j++) {
                s[i][j] = dot(left, right[j], s[i][j]);
            }
        }
    }
}

// Lays a thread's part of a score tile of 16*COLUMNS columns into shared memory, for its own warp to read.
template <int COLUMNS>
__device__ __forceinline__ void keep(const Place& place, const float (&s)[8][COLUMNS], float4* tile) {
    float* cells = reinterpret_cast<float*>(tile);
#pragma unroll
    for (int i = 0; i < 8; i++) {
#pragma unroll
        for (int j = 0; j < COLUMNS; j++) {
            cells[4 * at<16 * COLUMNS>(place.rowOf(i), place.column / 4 + 4 * j) + (place.column & 3)] = s[i][j];
        }
    }
}

// The D/16 channels of a row of b that belong to this lane.
template <int D>
__device__ __forceinline__ void channels(const Place& place, const float4* b, int row, float (&to)[D / 16]) {
    if constexpr (D == 64) {
        *reinterpret_cast<float4*>(to) = b[at<D>(row, place.column)];
    } else {
        const float2* halves = reinterpret_cast<const float2*>(b);
        *reinterpret_cast<float2*>(to) = halves[2 * at<D>(row, place.column / 2) + (place.column & 1)];
    }
}

// sum[i] += row rowOf(i) of p (WIDTH columns) times b (WIDTH rows of D channels), over the first `columns` columns, rounded up
// to 4: those behind are zero in p.
template <int D, int WIDTH>
__device__ __forceinline__ void accumulate(
        const Place& place, const float4* p, const float4* b, int columns, float (&sum)[8][D / 16]) {
#pragma unroll 1
    for (int g = 0; 4 * g < columns; g++) {
        __align__(16) float right[4][D / 16];
#pragma unroll
        for (int k = 0; k < 4; k++) {
            channels<D>(place, b, 4 * g + k, right[k]);
        }
#pragma unroll
        for (int i = 0; i < 8; i++) {
            float4 left = p[at<WIDTH>(place.rowOf(i), g)];
#pragma unroll
            for (int c = 0; c < D / 16; c++) {
                sum[i][c] = fmaf(left.x, right[0][c], sum[i][c]);
                sum[i][c] = fmaf(left.y, right[1][c], sum[i][c]);
                sum[i][c] = fmaf(left.z, right[2][c], sum[i][c]);
                sum[i][c] = fmaf(left.w, right[3][c], sum[i][c]);
            }
        }
    }
}

template <int D>
__device__ __forceinline__ void clear(float (&sum)[8][D / 16]) {
#pragma unroll
    for (int i = 0; i < 8; i++) {
#pragma unroll
        for (int c = 0; c < D / 16; c++) {
            sum[i][c] = 0;
        }
    }
}

// Writes factor times a thread's rows to global memory, 16 lanes side by side on a row, in vectors (which plain assignments
// do not always become).
template <int D>
__device__ __forceinline__ void store_rows(
        const Place& place, const float (&sum)[8][D / 16], float factor, float* to, size_t stride, int rows) {
#pragma unroll
    for (int i = 0; i < 8; i++) {
        int row = place.rowOf(i);
        if (row < rows) {
            float* cell = to + row * stride + place.column * (D / 16);
            if constexpr (D == 64) {
                __stcg(reinterpret_cast<float4*>(cell),
                       make_float4(factor * sum[i][0], factor * sum[i][1], factor * sum[i][2], factor * sum[i][3]));
            } else {
                __stcg(reinterpret_cast<float2*>(cell), make_float2(factor * sum[i][0], factor * sum[i][1]));
            }
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// kernels

// One tile of queries against all keys they see. Shared memory: Q 64*D, K (later P) 64*64, V 64*D floats.
template <int D>
__device__ __forceinline__ void forward(
        const float* qkv, float* out, float* lse, const AttentionTile* tiles, int tokens, int heads, float scale, int causal) {
    extern __shared__ float4 shared[];
    float4* q = shared;
    float4* kp = q + 64 * D / 4;
    float4* v = kp + 64 * 64 / 4;

    const AttentionTile tile = tiles[blockIdx.x / heads];
    const int head = blockIdx.x % heads;
    const size_t width = static_cast<size_t>(heads) * D;
    const float* base = qkv + tile.first * 3 * width + head * D;
    const Place place;
    const bool alive = place.warpRow < tile.rows;
    const int end = keys_seen(tile.start + tile.rows - 1, tile.length, causal);

    float sum[8][D / 16];
    float largest[8];
    float total[8];
    clear<D>(sum);
#pragma unroll
    for (int i = 0; i < 8; i++) {
        largest[i] = -INFINITY;
        total[i] = 0;
    }
    load_tile<64, D>(q, base + tile.start * 3 * width, 3 * width, tile.rows);
    for (int key = 0; key < end; key += 64) {
        load_tile<64, D>(kp, base + width + key * 3 * width, 3 * width, end - key);
        cp_async_commit();
        load_tile<64, D>(v, base + 2 * width + key * 3 * width, 3 * width, end - key);
        cp_async_commit();
        cp_async_wait<1>();
        __syncthreads();  // Q and K are here

        float s[8][4];
        if (alive) {
            scores<D, 4>(place, q, kp, s);
#pragma unroll
            for (int i = 0; i < 8; i++) {
                int seen = keys_seen(tile.start + place.rowOf(i), tile.length, causal) - key;
                float best = largest[i];
#pragma unroll
                for (int j = 0; j < 4; j++) {
                    s[i][j] = place.column + 16 * j < seen ? s[i][j] * scale : -INFINITY;
                    best = fmaxf(best, s[i][j]);
                }
                best = warp_max<16>(best);
                float shrink = expf(largest[i] - best);  // every row sees key 0, so best is finite from the first tile on
                largest[i] = best;
                total[i] *= shrink;
#pragma unroll
                for (int c = 0; c < D / 16; c++) {
                    sum[i][c] *= shrink;
                }
#pragma unroll
                for (int j = 0; j < 4; j++) {
                    s[i][j] = expf(s[i][j] - best);
                    total[i] += s[i][j];
                }
            }
        }
        __syncthreads();  // all warps have read K
        if (alive) {
            keep<4>(place, s, kp);
        }
        cp_async_wait<0>();
        __syncthreads();  // V is here, and P
        if (alive) {
            accumulate<D, 64>(place, kp, v, min(64, end - key), sum);
        }
        __syncthreads();  // P and V are free
    }
#pragma unroll
    for (int i = 0; i < 8; i++) {
        total[i] = warp_sum<16>(total[i]);
        int row = place.rowOf(i);
        if (row < tile.rows && place.column == 0) {
            lse[static_cast<size_t>(head) * tokens + tile.first + tile.start + row] = largest[i] + logf(total[i]);
        }
#pragma unroll
        for (int c = 0; c < D / 16; c++) {
            sum[i][c] /= total[i];
        }
    }
    store_rows<D>(place, sum, 1, out + (tile.first + tile.start) * width + head * D, width, tile.rows);
}

// delta = sum over the channels of a head of dout*out. 8 lanes for each token, 16 tokens a block; grid (tokens/16 up, heads).
template <int D>
__device__ __forceinline__ void row_products(const float* dout, const float* out, float* delta, int tokens, int heads) {
    int token = blockIdx.x * 16 + threadIdx.x / 8;
    int lane = threadIdx.x % 8;
    size_t start = (static_cast<size_t>(min(token, tokens - 1)) * heads + blockIdx.y) * (D / 4);
    const float4* a = reinterpret_cast<const float4*>(dout) + start;
    const float4* b = reinterpret_cast<const float4*>(out) + start;
    float sum = 0;
#pragma unroll
    for (int g = lane; g < D / 4; g += 8) {
        sum = dot(a[g], b[g], sum);
    }
    sum = warp_sum<8>(sum);
    if (token < tokens && lane == 0) {
        delta[static_cast<size_t>(blockIdx.y) * tokens + token] = sum;
    }
}

// dQ of one tile of queries. Shared memory: Q 64*D, dO 64*D, K 32*D floats, and V 32*D which later is dS 64*32.
template <int D>
__device__ __forceinline__ void backward_queries(
        const float* qkv, const float* lse, const float* delta, const float* dout, float* dqkv, const AttentionTile* tiles,
        int tokens, int heads, float scale, int causal) {
    extern __shared__ float4 shared[];
    float4* q = shared;
    float4* g = q + 64 * D / 4;
    float4* k = g + 64 * D / 4;
    float4* v = k + 32 * D / 4;

    const AttentionTile tile = tiles[blockIdx.x / heads];
    const int head = blockIdx.x % heads;
    const size_t width = static_cast<size_t>(heads) * D;
    const float* base = qkv + tile.first * 3 * width + head * D;
    const size_t token = tile.first + tile.start;
    const Place place;
    const bool alive = place.warpRow < tile.rows;
    const int end = keys_seen(tile.start + tile.rows - 1, tile.length, causal);

    float sum[8][D / 16];
    float norm[8];
    float expected[8];
    clear<D>(sum);
#pragma unroll
    for (int i = 0; i < 8; i++) {
        bool exists = place.rowOf(i) < tile.rows;
        size_t cell = static_cast<size_t>(head) * tokens + token + place.rowOf(i);
        norm[i] = exists ? lse[cell] : 0;
        expected[i] = exists ? delta[cell] : 0;
    }
    load_tile<64, D>(q, base + tile.start * 3 * width, 3 * width, tile.rows);
    load_tile<64, D>(g, dout + token * width + head * D, width, tile.rows);
    for (int key = 0; key < end; key += 32) {
        load_tile<32, D>(k, base + width + key * 3 * width, 3 * width, end - key);
        load_tile<32, D>(v, base + 2 * width + key * 3 * width, 3 * width, end - key);
        cp_async_commit();
        cp_async_wait<0>();
        __syncthreads();  // K and V are here

        float s[8][2];
        float dp[8][2];
        if (alive) {
            scores<D, 2>(place, q, k, s);
            scores<D, 2>(place, g, v, dp);
#pragma unroll
            for (int i = 0; i < 8; i++) {
                int seen = keys_seen(tile.start + place.rowOf(i), tile.length, causal) - key;
#pragma unroll
                for (int j = 0; j < 2; j++) {
                    bool sees = place.column + 16 * j < seen;
                    s[i][j] = sees ? expf(fmaf(s[i][j], scale, -norm[i])) * (dp[i][j] - expected[i]) : 0;
                }
            }
        }
        __syncthreads();  // all warps have read V
        if (alive) {
            keep<2>(place, s, v);
            __syncwarp();
            accumulate<D, 32>(place, v, k, min(32, end - key), sum);
        }
        __syncthreads();  // K and dS are free
    }
    store_rows<D>(place, sum, scale, dqkv + token * 3 * width + head * D, 3 * width, tile.rows);
}

// dK and dV of one tile of keys. Shared memory: K 64*D, V 64*D, Q 32*D, dO 32*D, P' or dS' 64*32 floats.
template <int D>
__device__ __forceinline__ void backward_keys(
        const float* qkv, const float* lse, const float* delta, const float* dout, float* dqkv, const AttentionTile* tiles,
        int tokens, int heads, float scale, int causal) {
    extern __shared__ float4 shared[];
    float4* k = shared;
    float4* v = k + 64 * D / 4;
    float4* q = v + 64 * D / 4;
    float4* g = q + 32 * D / 4;
    float4* p = g + 32 * D / 4;

    const AttentionTile tile = tiles[blockIdx.x / heads];
    const int head = blockIdx.x % heads;
    const size_t width = static_cast<size_t>(heads) * D;
    const float* base = qkv + tile.first * 3 * width + head * D;
    const size_t token = tile.first + tile.start;
    const Place place;
    const bool alive = place.warpRow < tile.rows;

    float dk[8][D / 16];
    float dv[8][D / 16];
    clear<D>(dk);
    clear<D>(dv);
    load_tile<64, D>(k, base + width + tile.start * 3 * width, 3 * width, tile.rows);
    load_tile<64, D>(v, base + 2 * width + tile.start * 3 * width, 3 * width, tile.rows);
    for (int query = causal ? tile.start : 0; query < tile.length; query += 32) {
        load_tile<32, D>(q, base + query * 3 * width, 3 * width, tile.length - query);
        load_tile<32, D>(g, dout + (tile.first + query) * width + head * D, width, tile.length - query);
        cp_async_commit();
        cp_async_wait<0>();
        __syncthreads();  // Q and dO are here

        if (alive) {
            float s[8][2];
            float ds[8][2];
            scores<D, 2>(place, k, q, s);
            scores<D, 2>(place, v, g, ds);
#pragma unroll
            for (int j = 0; j < 2; j++) {
                int row = query + place.column + 16 * j;  // this column is a query
                bool exists = row < tile.length;
                size_t cell = static_cast<size_t>(head) * tokens + tile.first + (exists ? row : 0);
                int seen = exists ? keys_seen(row, tile.length, causal) - tile.start : 0;
                float norm = lse[cell];
                float expected = delta[cell];
#pragma unroll
                for (int i = 0; i < 8; i++) {
                    s[i][j] = place.rowOf(i) < seen ? expf(fmaf(s[i][j], scale, -norm)) : 0;
                    ds[i][j] = s[i][j] * (ds[i][j] - expected);
                }
            }
            int columns = min(32, tile.length - query);
            keep<2>(place, s, p);
            __syncwarp();
            accumulate<D, 32>(place, p, g, columns, dv);
            __syncwarp();
            keep<2>(place, ds, p);
            __syncwarp();
            accumulate<D, 32>(place, p, q, columns, dk);
        }
        __syncthreads();  // Q and dO are free
    }
    float* to = dqkv + token * 3 * width + head * D;
    store_rows<D>(place, dk, scale, to + width, 3 * width, tile.rows);
    store_rows<D>(place, dv, 1, to + 2 * width, 3 * width, tile.rows);
}

// ---------------------------------------------------------------------------------------------------------------------
// exported entry points

#define ATTENTION_F32(D)                                                                                               \
    extern "C" __global__ void __launch_bounds__(kThreads, 3) attention_forward_f32_##D(                               \
            const float* __restrict__ qkv, float* __restrict__ out, float* __restrict__ lse,                           \
            const AttentionTile* __restrict__ tiles, int tokens, int heads, float scale, int causal) {                 \
        forward<D>(qkv, out, lse, tiles, tokens, heads, scale, causal);                                                \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(kThreads) attention_delta_f32_##D(                                    \
            const float* __restrict__ dout, const float* __restrict__ out, float* __restrict__ delta, int tokens,      \
            int heads) {                                                                                               \
        row_products<D>(dout, out, delta, tokens, heads);                                                              \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(kThreads, 3) attention_dq_f32_##D(                                    \
            const float* __restrict__ qkv, const float* __restrict__ lse, const float* __restrict__ delta,             \
            const float* __restrict__ dout, float* __restrict__ dqkv, const AttentionTile* __restrict__ tiles, int tokens,\
            int heads, float scale, int causal) {                                                                      \
        backward_queries<D>(qkv, lse, delta, dout, dqkv, tiles, tokens, heads, scale, causal);                         \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(kThreads, 2) attention_dkdv_f32_##D(                                  \
            const float* __restrict__ qkv, const float* __restrict__ lse, const float* __restrict__ delta,             \
            const float* __restrict__ dout, float* __restrict__ dqkv, const AttentionTile* __restrict__ tiles, int tokens,\
            int heads, float scale, int causal) {                                                                      \
        backward_keys<D>(qkv, lse, delta, dout, dqkv, tiles, tokens, heads, scale, causal);                            \
    }

ATTENTION_F32(32)
ATTENTION_F32(64)
