// Gradients of the similarity maps (cosine_maps.cu):
//
//     dpixels[sample, cell, :] (+)= sum_r dmaps[r, cell] texts[r, :]
//     dtexts[r, :] (+)= sum_cell dmaps[r, cell] pixels[sample(r), cell, :]
//
// pixels, texts and their gradients are T, dmaps [maps, cells] is fp32; products and sums are fp32, in a fixed order.
// dpixels is written once and dmaps read once; the other factor of each is read again by the blocks of a sample, from the
// L2 cache.
//
// Launch: channels a multiple of 8, pointers 16-byte aligned, samples <= 65535, blocks of kThreads.
// backward_pixels: grid (ceil(cells / kCells), samples). backward_texts: grid (ceil(channels / kTextChannels), samples,
// ceil(maps of the largest sample / kMaps)).
#include "maps.cuh"

constexpr int kThreads = 256;
constexpr int kWarps = kThreads / kWarpSize;
constexpr int kCells = 128;  // of a block of backward_pixels
constexpr int kMaps = 48;    // taken together
constexpr int kStages = 2;

// ---------------------------------------------------------------------------------------------------------------------
// Helpers

// Four neighbouring elements, 4 sizeof(T) aligned.
__device__ __forceinline__ void load_four(float (&out)[4], const float* p) { load_vector(out, p); }
__device__ __forceinline__ void load_four(float (&out)[4], const __nv_bfloat16* p) {
    const uint2 v = *reinterpret_cast<const uint2*>(p);
    out[0] = bf16x2_low(v.x), out[1] = bf16x2_high(v.x), out[2] = bf16x2_low(v.y), out[3] = bf16x2_high(v.y);
}
__device__ __forceinline__ void store_four(float* p, const float (&in)[4]) { store_vector(p, in); }
__device__ __forceinline__ void store_four(__nv_bfloat16* p, const float (&in)[4]) {
    *reinterpret_cast<uint2*>(p) = make_uint2(pack_bf16x2(in[0], in[1]), pack_bf16x2(in[2], in[3]));
}

// Writes or adds.
template <typename T>
__device__ __forceinline__ void put_four(T* p, float (&value)[4], bool accumulate) {
    if (accumulate) {
        float old[4];
        load_four(old, p);
#pragma unroll
        for (int c = 0; c < 4; c++) {
            value[c] += old[c];
        }
    }
    store_four(p, value);
}

// ---------------------------------------------------------------------------------------------------------------------
// Kernels

constexpr int kPixelChannels = 64;  // of one turn of backward_pixels

// A block owns kCells cells of a sample and walks over the channels; a thread has 8 cells and 4 channels of a turn. The
// gradients of the first kMaps maps stay in shared memory from turn to turn; where there are more, groups take turns too.
template <typename T>
__device__ __forceinline__ void backward_pixels(
    const int* __restrict__ offsets, const float* __restrict__ dmaps, const T* __restrict__ texts, T* dpixels,
    int accumulate, int cells, int channels) {
    __shared__ __align__(16) float d[kMaps][kCells];
    __shared__ __align__(16) float t[kMaps][kPixelChannels];
    const int sample = blockIdx.y;
    const int first_map = offsets[sample];
    const int end = offsets[sample + 1];
    const int first_cell = blockIdx.x * kCells;
    const int width = min(cells - first_cell, kCells);
    const int lane_channel = threadIdx.x % 16 * 4;
    const int lane_cell = threadIdx.x / 16 * 8;
    for (int from = 0; from < channels; from += kPixelChannels) {
        float acc[8][4] = {};
        for (int group = first_map; group < end; group += kMaps) {
            const int count = min(end - group, kMaps);
            __syncthreads();  // what was loaded before has been used
            if (from == 0 || end - first_map > kMaps) {
                for (int i = threadIdx.x; i < count * kCells; i += kThreads) {
                    const int cell = i % kCells;
                    const size_t at = static_cast<size_t>(group + i / kCells) * cells + first_cell + cell;
                    d[i / kCells][cell] = cell < width ? dmaps[at] : 0.0f;
                }
            }
            for (int i = threadIdx.x; i < count * (kPixelChannels / 4); i += kThreads) {
                const int map = i / (kPixelChannels / 4);
                const int channel = i % (kPixelChannels / 4) * 4;
                float v[4] = {};
                if (from + channel < channels) {
                    load_four(v, texts + static_cast<size_t>(group + map) * channels + from + channel);
                }
                store_vector(&t[map][channel], v);
            }
            __syncthreads();
            for (int map = 0; map < count; map++) {
                float tv[4], dv[2][4];
                load_vector(tv, &t[map][lane_channel]);
                load_vector(dv[0], &d[map][lane_cell]);
                load_vector(dv[1], &d[map][lane_cell + 4]);
#pragma unroll
                for (int i = 0; i < 8; i++) {
#pragma unroll
                    for (int c = 0; c < 4; c++) {
                        acc[i][c] = fmaf(dv[i / 4][i % 4], tv[c], acc[i][c]);
                    }
                }
            }
        }
        T* const out = dpixels + (static_cast<size_t>(sample) * cells + first_cell) * channels + from + lane_channel;
#pragma unroll
        for (int i = 0; i < 8; i++) {
            if (lane_cell + i < width && from + lane_channel < channels) {
                put_four(out + static_cast<size_t>(lane_cell + i) * channels, acc[i], accumulate);
            }
        }
    }
}

constexpr int kTextChannels = 128;  // of a block of backward_texts
constexpr int kTextCells = 32;      // of a stage

// A block owns kTextChannels channels of a sample and its maps, and walks over the cells; a thread has 4 channels and the
// maps warp, warp + 8, ...
template <typename T>
__device__ __forceinline__ void backward_texts(
    const int* __restrict__ offsets, const float* __restrict__ dmaps, const T* __restrict__ pixels, T* dtexts,
    int accumulate, int cells, int channels) {
    __shared__ __align__(16) T p[kStages][kTextCells][kTextChannels];
    __shared__ __align__(16) float d[kStages][kMaps][kTextCells];
    const int sample = blockIdx.y;
    const int first_map = offsets[sample] + blockIdx.z * kMaps;
    const int count = min(offsets[sample + 1] - first_map, kMaps);
    if (count <= 0) {
        return;
    }
    const int first_channel = blockIdx.x * kTextChannels;
    const int lane_channel = threadIdx.x % kWarpSize * 4;
    const int warp = threadIdx.x / kWarpSize;
    const T* const rows = pixels + static_cast<size_t>(sample) * cells * channels + first_channel;
    const auto load = [&](int step) {
        constexpr int kPieces = kTextChannels / kVector<T>;
        const int first_cell = step * kTextCells;
        for (int i = threadIdx.x; i < kTextCells * kPieces; i += kThreads) {
            const int cell = i / kPieces;
            const int channel = i % kPieces * kVector<T>;
            const bool there = first_cell + cell < cells && first_channel + channel < channels;
            const T* const source = there ? rows + static_cast<size_t>(first_cell + cell) * channels + channel : rows;
            cp_async_16(shared_address(&p[step % kStages][cell][channel]), source, there);
        }
        for (int i = threadIdx.x; i < count * kTextCells; i += kThreads) {
            const int cell = i % kTextCells;
            const bool there = first_cell + cell < cells;
            const float* const row = dmaps + static_cast<size_t>(first_map + i / kTextCells) * cells;
            cp_async_4(shared_address(&d[step % kStages][i / kTextCells][cell]), there ? row + first_cell + cell : row, there);
        }
    };
    float acc[kMaps / kWarps][4] = {};
    const int steps = ceil_div(cells, kTextCells);
    load(0);
    cp_async_commit();
    for (int step = 0; step < steps; step++) {
        if (step + 1 < steps) {
            load(step + 1);
        }
        cp_async_commit();
        cp_async_wait<1>();
        __syncthreads();
        for (int cell = 0; cell < kTextCells; cell += 4) {
            float pv[4][4];
#pragma unroll
            for (int i = 0; i < 4; i++) {
                load_four(pv[i], &p[step % kStages][cell + i][lane_channel]);
            }
#pragma unroll
            for (int j = 0; j < kMaps / kWarps; j++) {
                if (warp + kWarps * j < count) {
                    float dv[4];
                    load_vector(dv, &d[step % kStages][warp + kWarps * j][cell]);
#pragma unroll
                    for (int i = 0; i < 4; i++) {
#pragma unroll
                        for (int c = 0; c < 4; c++) {
                            acc[j][c] = fmaf(dv[i], pv[i][c], acc[j][c]);
                        }
                    }
                }
            }
        }
        __syncthreads();
    }
#pragma unroll
    for (int j = 0; j < kMaps / kWarps; j++) {
        const int map = warp + kWarps * j;
        if (map < count && first_channel + lane_channel < channels) {
            put_four(dtexts + static_cast<size_t>(first_map + map) * channels + first_channel + lane_channel, acc[j], accumulate);
        }
    }
}

// Plain kernels: any channels; a thread an element of the result, grid * kThreads >= their number.

template <typename T>
__device__ __forceinline__ void backward_pixels_plain(
    const int* offsets, const float* dmaps, const T* texts, T* dpixels, int accumulate, int samples, int cells, int channels) {
    const long long at = static_cast<long long>(blockIdx.x) * kThreads + threadIdx.x;
    if (at < static_cast<long long>(samples) * cells * channels) {
        const int sample = static_cast<int>(at / channels / cells);
        const int cell = static_cast<int>(at / channels % cells);
        float sum = accumulate ? to_float(dpixels[at]) : 0.0f;
        for (int map = offsets[sample]; map < offsets[sample + 1]; map++) {
            const float text = to_float(texts[static_cast<size_t>(map) * channels + at % channels]);
            sum = fmaf(dmaps[static_cast<size_t>(map) * cells + cell], text, sum);
        }
        dpixels[at] = from_float<T>(sum);
    }
}

template <typename T>
__device__ __forceinline__ void backward_texts_plain(
    const int* offsets, const float* dmaps, const T* pixels, T* dtexts, int accumulate, int samples, int cells, int channels) {
    const long long at = static_cast<long long>(blockIdx.x) * kThreads + threadIdx.x;
    if (at < static_cast<long long>(offsets[samples]) * channels) {
        const int map = static_cast<int>(at / channels);
        const T* const pixel = pixels + static_cast<size_t>(sample_of(offsets, map)) * cells * channels + at % channels;
        float sum = accumulate ? to_float(dtexts[at]) : 0.0f;
        for (int cell = 0; cell < cells; cell++) {
            sum = fmaf(dmaps[static_cast<size_t>(map) * cells + cell], to_float(pixel[static_cast<size_t>(cell) * channels]), sum);
        }
        dtexts[at] = from_float<T>(sum);
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Exported kernels

#define COSINE_MAPS_BACKWARD(T, suffix)                                                                                 \
    extern "C" __global__ __launch_bounds__(kThreads) void cosine_maps_backward_pixels_##suffix(                        \
        const int* offsets, const float* dmaps, const T* texts, T* dpixels, int accumulate, int cells, int channels) {  \
        backward_pixels<T>(offsets, dmaps, texts, dpixels, accumulate, cells, channels);                                \
    }                                                                                                                   \
    extern "C" __global__ __launch_bounds__(kThreads) void cosine_maps_backward_texts_##suffix(                         \
        const int* offsets, const float* dmaps, const T* pixels, T* dtexts, int accumulate, int cells, int channels) {  \
        backward_texts<T>(offsets, dmaps, pixels, dtexts, accumulate, cells, channels);                                 \
    }                                                                                                                   \
    extern "C" __global__ __launch_bounds__(kThreads) void cosine_maps_backward_pixels_plain_##suffix(                  \
        const int* offsets, const float* dmaps, const T* texts, T* dpixels, int accumulate, int samples, int cells,     \
        int channels) {                                                                                                 \
        backward_pixels_plain<T>(offsets, dmaps, texts, dpixels, accumulate, samples, cells, channels);                 \
    }                                                                                                                   \
    extern "C" __global__ __launch_bounds__(kThreads) void cosine_maps_backward_texts_plain_##suffix(                   \
        const int* offsets, const float* dmaps, const T* pixels, T* dtexts, int accumulate, int samples, int cells,     \
        int channels) {                                                                                                 \
        backward_texts_plain<T>(offsets, dmaps, pixels, dtexts, accumulate, samples, cells, channels);                  \
    }

COSINE_MAPS_BACKWARD(float, f32)
COSINE_MAPS_BACKWARD(__nv_bfloat16, bf16)
