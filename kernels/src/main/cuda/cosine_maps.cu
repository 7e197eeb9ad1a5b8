// The pixel-tag kernel: similarity maps of all texts of a sample over its pixels, with least, largest and first largest
// cell of every map from the same pass (Eq. 2 of TTD before phi; unit rows make the products cosines):
//
//     maps[r, cell] = <pixels[sample(r), cell, :], texts[r, :]>
//
// pixels [samples, cells, channels] and texts [maps, channels] are T; maps and extremes are fp32; rows offsets[s] to
// offsets[s + 1] are the maps of sample s; valid is the mask of maps.cuh.
//
// A block owns kCells cells of one sample and up to kMaps of its maps, so pixels are read from memory once while a sample
// has no more than kMaps maps. The texts are read again by every block of the sample, from the L2 cache. Blocks leave the
// extremes of their cells in partial [maps, tiles, 3]; minimum, maximum and first place are exact in any order.
// bf16 runs on tensor cores (m16n8k16, fp32 accumulators), fp32 on FMA units.
//
// Launch of cosine_maps_forward: channels a multiple of 8, pixels and texts 16-byte aligned, samples <= 65535, blocks of
// kThreads, grid (tiles = ceil(cells / kCells), samples, ceil(maps of the largest sample / kMaps)). With one tile partial
// is the result; with more, cosine_maps_extremes finds it.
#include "maps.cuh"

constexpr int kThreads = 256;
constexpr int kWarps = kThreads / kWarpSize;
constexpr int kCells = 128;  // of a block
constexpr int kMaps = 48;    // of a block
constexpr int kStages = 2;

// ---------------------------------------------------------------------------------------------------------------------
// Helpers: stages of shared memory. A row is 128 bytes of channels in eight 16-byte pieces; piece p of row r lies at place
// p ^ (r % 8), so that eight lanes reading one piece of eight neighbouring rows meet no bank twice.

template <typename T>
constexpr int kDepth = 128 / static_cast<int>(sizeof(T));  // channels of a stage

constexpr int kRowBytes = 128;
constexpr int kStageBytes = (kCells + kMaps) * kRowBytes;
constexpr int kTilePitch = kCells + 8;  // floats; rows 8 banks apart

__device__ __forceinline__ int piece_offset(int row, int piece) { return row * kRowBytes + ((piece ^ (row & 7)) << 4); }

// Two floats to shared memory, 8-byte aligned. nvcc splits some such stores in two, and halves of them meet in banks.
__device__ __forceinline__ void store_pair(float* p, float a, float b) {
#ifdef CUDA_ON_CPU
    p[0] = a, p[1] = b;
#else
    asm volatile("st.shared.v2.f32 [%0], {%1, %2};\n" ::"r"(shared_address(p)), "f"(a), "f"(b) : "memory");
#endif
}

// Starts the copy of rows [0, rows) of channels [from, from + kDepth); rows beyond `present` and channels beyond
// `channels` become zeros.
template <typename T>
__device__ __forceinline__ void load_rows(char* stage, const T* source, int rows, int present, int from, int channels) {
    for (int i = threadIdx.x; i < rows * 8; i += kThreads) {
        const int row = i / 8;
        const int channel = from + i % 8 * kVector<T>;
        const bool there = row < present && channel < channels;
        const T* p = there ? source + static_cast<size_t>(row) * channels + channel : source;
        cp_async_16(shared_address(stage + piece_offset(row, i % 8)), p, there);
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Helpers: the product of one stage, added to the warp's accumulators

// Tensor cores: a warp has all maps and 16 cells. acc[i][j] is tile (maps 16i.., cells 16 warp + 8j..) of m16n8.
struct TensorProduct {
    float acc[kMaps / 16][2][4] = {};

    __device__ __forceinline__ void add(const char* pixels, const char* texts, int maps) {
        const int lane = threadIdx.x % kWarpSize;
        const int warp = threadIdx.x / kWarpSize;
#pragma unroll
        for (int k = 0; k < 4; k++) {  // 16 channels, two pieces
            uint32_t b[4];             // cells 0..7: pieces 0, 1; cells 8..15: pieces 0, 1
            const int cell = 16 * warp + lane / 16 * 8 + lane % 8;
            ldmatrix_x4(b, shared_address(pixels + piece_offset(cell, 2 * k + lane / 8 % 2)));
            const uint32_t low[2] = {b[0], b[1]};
            const uint32_t high[2] = {b[2], b[3]};
#pragma unroll
            for (int i = 0; i < kMaps / 16; i++) {
                if (16 * i < maps) {
                    uint32_t a[4];
                    ldmatrix_x4(a, shared_address(texts + piece_offset(16 * i + lane % 16, 2 * k + lane / 16)));
                    mma_m16n8k16_bf16(acc[i][0], a, low);
                    mma_m16n8k16_bf16(acc[i][1], a, high);
                }
            }
        }
    }

    // To tile [kMaps][kTilePitch].
    __device__ __forceinline__ void store(float* tile, int maps) const {
        const int lane = threadIdx.x % kWarpSize;
        const int cell = 16 * (threadIdx.x / kWarpSize) + lane % 4 * 2;
#pragma unroll
        for (int i = 0; i < kMaps / 16; i++) {
#pragma unroll
            for (int j = 0; j < 2; j++) {
                if (16 * i < maps) {
                    float* const at = tile + (16 * i + lane / 4) * kTilePitch + cell + 8 * j;
                    store_pair(at, acc[i][j][0], acc[i][j][1]);
                    store_pair(at + 8 * kTilePitch, acc[i][j][2], acc[i][j][3]);
                }
            }
        }
    }
};

// FMA units: a warp has 24 maps and 32 cells, a lane maps 24 (warp / 4) + 4j + lane / 8 and cells 32 (warp % 4) + 8i +
// lane % 8.
struct ExactProduct {
    float acc[6][4] = {};

    __device__ __forceinline__ void add(const char* pixels, const char* texts, int maps) {
        const int map = first_map();
        const int cell = first_cell();
#pragma unroll
        for (int piece = 0; piece < 8; piece++) {
            float p[4][4];
#pragma unroll
            for (int i = 0; i < 4; i++) {
                load_vector(p[i], reinterpret_cast<const float*>(pixels + piece_offset(cell + 8 * i, piece)));
            }
#pragma unroll
            for (int j = 0; j < 6; j++) {
                if (map / 4 * 4 + 4 * j < maps) {
                    float t[4];
                    load_vector(t, reinterpret_cast<const float*>(texts + piece_offset(map + 4 * j, piece)));
#pragma unroll
                    for (int i = 0; i < 4; i++) {
#pragma unroll
                        for (int c = 0; c < 4; c++) {
                            acc[j][i] = fmaf(p[i][c], t[c], acc[j][i]);
                        }
                    }
                }
            }
        }
    }

    __device__ __forceinline__ void store(float* tile, int maps) const {
        const int map = first_map();
#pragma unroll
        for (int j = 0; j < 6; j++) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                if (map / 4 * 4 + 4 * j < maps) {
                    tile[(map + 4 * j) * kTilePitch + first_cell() + 8 * i] = acc[j][i];
                }
            }
        }
    }

    static __device__ __forceinline__ int first_map() { return threadIdx.x / 128 * 24 + threadIdx.x % 32 / 8; }
    static __device__ __forceinline__ int first_cell() { return threadIdx.x / 32 % 4 * 32 + threadIdx.x % 8; }
};

template <typename T>
struct ProductOf;
template <>
struct ProductOf<float> { using Type = ExactProduct; };
template <>
struct ProductOf<__nv_bfloat16> { using Type = TensorProduct; };

// ---------------------------------------------------------------------------------------------------------------------
// Helpers: extremes

struct Extremes {
    float least = INFINITY;
    float largest = -INFINITY;
    int where = -1;  // first cell that has the largest value; -1 before any

    __device__ __forceinline__ void add(const Extremes& other) {
        least = fminf(least, other.least);
        if (other.largest > largest || (other.largest == largest && static_cast<unsigned>(other.where) < static_cast<unsigned>(where))) {
            largest = other.largest;
            where = other.where;
        }
    }

    __device__ __forceinline__ void reduce_warp() {
#pragma unroll
        for (int offset = kWarpSize / 2; offset > 0; offset /= 2) {
            Extremes other;
            other.least = __shfl_xor_sync(kFullMask, least, offset);
            other.largest = __shfl_xor_sync(kFullMask, largest, offset);
            other.where = __shfl_xor_sync(kFullMask, where, offset);
            add(other);
        }
    }

    __device__ __forceinline__ void store(float* out) const {
        out[0] = least;
        out[1] = largest;
        out[2] = static_cast<float>(where);
    }
};

// ---------------------------------------------------------------------------------------------------------------------
// Kernels

template <typename T>
__device__ __forceinline__ void forward(
    const int* __restrict__ offsets, const unsigned* __restrict__ valid, const T* __restrict__ pixels,
    const T* __restrict__ texts, float* __restrict__ maps, float* __restrict__ partial, int cells, int channels) {
    __shared__ __align__(128) char stages[kStages * kStageBytes];
    static_assert(kMaps * kTilePitch * sizeof(float) <= sizeof(stages), "the tile of products takes the stages' place");
    const int sample = blockIdx.y;
    const int first_map = offsets[sample] + blockIdx.z * kMaps;
    const int count = min(offsets[sample + 1] - first_map, kMaps);
    if (count <= 0) {
        return;
    }
    const int first_cell = blockIdx.x * kCells;
    const int width = min(cells - first_cell, kCells);
    const T* const pixel_rows = pixels + (static_cast<size_t>(sample) * cells + first_cell) * channels;
    const T* const text_rows = texts + static_cast<size_t>(first_map) * channels;
    const auto load = [&](int step) {
        char* const stage = stages + step % kStages * kStageBytes;
        load_rows(stage, pixel_rows, kCells, width, step * kDepth<T>, channels);
        load_rows(stage + kCells * kRowBytes, text_rows, round_up(count, 16), count, step * kDepth<T>, channels);
    };
    typename ProductOf<T>::Type product;
    const int steps = ceil_div(channels, kDepth<T>);
    load(0);
    cp_async_commit();
    for (int step = 0; step < steps; step++) {
        if (step + 1 < steps) {
            load(step + 1);
        }
        cp_async_commit();
        cp_async_wait<1>();
        __syncthreads();
        const char* const stage = stages + step % kStages * kStageBytes;
        product.add(stage, stage + kCells * kRowBytes, count);
        __syncthreads();
    }
    float* const tile = reinterpret_cast<float*>(stages);
    product.store(tile, count);
    __syncthreads();
    const int lane = threadIdx.x % kWarpSize;
    for (int map = threadIdx.x / kWarpSize; map < count; map += kWarps) {
        Extremes extremes;
        for (int i = lane; i < width; i += kWarpSize) {
            const float value = tile[map * kTilePitch + i];
            maps[static_cast<size_t>(first_map + map) * cells + first_cell + i] = value;
            if (is_valid(valid, cells, sample, first_cell + i)) {
                extremes.add({value, value, first_cell + i});
            }
        }
        extremes.reduce_warp();
        if (lane == 0) {
            extremes.store(partial + 3 * ((first_map + map) * gridDim.x + blockIdx.x));
        }
    }
}

// Any number of channels; a thread an element of the maps, grid * kThreads >= their number.
template <typename T>
__device__ __forceinline__ void forward_plain(
    const int* offsets, const T* pixels, const T* texts, float* maps, int samples, int cells, int channels) {
    const long long at = static_cast<long long>(blockIdx.x) * kThreads + threadIdx.x;
    if (at < static_cast<long long>(offsets[samples]) * cells) {
        const int map = static_cast<int>(at / cells);
        const T* const pixel = pixels + (static_cast<size_t>(sample_of(offsets, map)) * cells + at % cells) * channels;
        float sum = 0.0f;
        for (int c = 0; c < channels; c++) {
            sum = fmaf(to_float(pixel[c]), to_float(texts[static_cast<size_t>(map) * channels + c]), sum);
        }
        maps[at] = sum;
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Exported kernels

// partial [maps, tiles, 3] to extremes [maps, 3]; a thread a map.
extern "C" __global__ __launch_bounds__(kThreads) void cosine_maps_extremes(
    const float* __restrict__ partial, float* __restrict__ extremes, int maps, int tiles) {
    const int map = blockIdx.x * kThreads + threadIdx.x;
    if (map < maps) {
        Extremes all;
        for (int tile = 0; tile < tiles; tile++) {
            const float* const one = partial + 3 * (static_cast<size_t>(map) * tiles + tile);
            all.add({one[0], one[1], static_cast<int>(one[2])});
        }
        all.store(extremes + 3 * map);
    }
}

// maps [maps, cells] to extremes [maps, 3]; a thread a map.
extern "C" __global__ __launch_bounds__(kThreads) void cosine_maps_extremes_plain(
    const int* offsets, const unsigned* valid, const float* maps, float* extremes, int samples, int cells) {
    const int map = blockIdx.x * kThreads + threadIdx.x;
    if (map < offsets[samples]) {
        Extremes all;
        for (int cell = 0; cell < cells; cell++) {
            const float value = maps[static_cast<size_t>(map) * cells + cell];
            if (is_valid(valid, cells, sample_of(offsets, map), cell)) {
                all.add({value, value, cell});
            }
        }
        all.store(extremes + 3 * map);
    }
}

#define COSINE_MAPS_FORWARD(T, suffix)                                                                                  \
    extern "C" __global__ __launch_bounds__(kThreads) void cosine_maps_forward_##suffix(                                \
        const int* offsets, const unsigned* valid, const T* pixels, const T* texts, float* maps, float* partial,        \
        int cells, int channels) {                                                                                      \
        forward<T>(offsets, valid, pixels, texts, maps, partial, cells, channels);                                      \
    }                                                                                                                   \
    extern "C" __global__ __launch_bounds__(kThreads) void cosine_maps_forward_plain_##suffix(                          \
        const int* offsets, const T* pixels, const T* texts, float* maps, int samples, int cells, int channels) {       \
        forward_plain<T>(offsets, pixels, texts, maps, samples, cells, channels);                                       \
    }

COSINE_MAPS_FORWARD(float, f32)
COSINE_MAPS_FORWARD(__nv_bfloat16, bf16)
