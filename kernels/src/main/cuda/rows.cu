// Rows as weighted sums of rows (selection, embedding look-up, interpolation), the gradient, and pictures as rows of
// patches.
//
//   mix_rows_forward   out[i] (+)= sum_t weight[i,t] in[index[i,t]], of one such mix or of the sum of two (token plus
//                      position embeddings); an index of -1 adds nothing, no weights means ones
//   mix_rows_backward  din[s] += sum of weight[i,t] dout[i] over all (i,t) with index[i,t] = s. The launcher lists those
//                      (i,t) per source row in ascending order, so the sum has a fixed order and no atomics
//   patches            picture [channels, H, W] to rows [h w, channels p p] with h = H/p, w = W/p (a border that fills no
//                      patch is left out); from float planes, or from interleaved bytes (red green blue, [H, W, 3]) which
//                      become (v/255 - mean)/std
//
// Names end in the types of the tensor read and of the tensor written. Sums are float. Launch: kThreads threads and any
// grid; for patches gridDim.y deals out planes or pictures. At least one row, column and pixel.

#include "row_groups.cuh"

// ---------------------------------------------------------------------------------------------------------------------
// Mixing rows

// Columns that a warp sums of one output row.
template <int N>
constexpr int kSpan = kCapacity<kWarpSize, N>;

__device__ __forceinline__ long long warp_number() {
    return ((long long)blockIdx.x * kThreads + threadIdx.x) / kWarpSize;
}

__device__ __forceinline__ long long warp_count() { return (long long)gridDim.x * (kThreads / kWarpSize); }

template <typename In>
struct Mix {
    const In* in;         // [source rows, width]
    const int* index;     // [rows, taps]
    const float* weight;  // [rows, taps], or null
    int taps;             // 0: nothing is added

    // sums += the mix's columns [first, ...) of a row
    template <int N>
    __device__ __forceinline__ void add(int row, int first, int width,
                                        float (&sums)[kSteps<kWarpSize, N>][N]) const {
#pragma unroll 1
        for (int t = 0; t < taps; t++) {
            const size_t entry = (size_t)row * taps + t;
            const int source = index[entry];
            if (source < 0) {
                continue;
            }
            const float w = weight == nullptr ? 1.0f : weight[entry];
            float values[kSteps<kWarpSize, N>][N];
            load_row<kWarpSize, N>(in + (size_t)source * width + first, width - first, values);
#pragma unroll
            for (int s = 0; s < kSteps<kWarpSize, N>; s++) {
#pragma unroll
                for (int i = 0; i < N; i++) {
                    sums[s][i] += w * values[s][i];
                }
            }
        }
    }
};

// A warp per row and span of columns.
template <int N, typename In, typename Out>
__device__ __forceinline__ void mix_rows_forward(const Mix<In>& a, const Mix<In>& b, Out* out, int accumulate, int rows,
                                                 int width) {
    const int spans = ceil_div(width, kSpan<N>);
    for (long long item = warp_number(); item < (long long)rows * spans; item += warp_count()) {
        const int row = item / spans;
        const int first = item % spans * kSpan<N>;
        Out* target = out + (size_t)row * width + first;
        float sums[kSteps<kWarpSize, N>][N] = {};
        if (accumulate) {
            load_row<kWarpSize, N>(target, width - first, sums);
        }
        a.template add<N>(row, first, width, sums);
        b.template add<N>(row, first, width, sums);
        store_row<kWarpSize, N>(target, width - first, sums);
    }
}

// A source row and where its uses are listed.
struct Uses {
    const int* source;   // [sources] rows of din that are used at least once
    const int* start;    // [sources + 1] first use of each, and the end
    const int2* use;     // output row, and the bits of the weight
    int sources;
};

// A warp per source row and 32 N columns; lane l fetches the l-th of 32 uses for all.
template <int N, typename In, typename Out>
__device__ __forceinline__ void mix_rows_backward(const In* dout, const Uses& uses, Out* din, int width) {
    const int spans = ceil_div(width, kWarpSize * N);
    const int lane = threadIdx.x % kWarpSize;
    for (long long item = warp_number(); item < (long long)uses.sources * spans; item += warp_count()) {
        const int k = item / spans;
        const int column = (item % spans * kWarpSize + lane) * N;
        const bool inside = column < width;
        Out* target = din + (size_t)uses.source[k] * width + column;
        float sums[N] = {};
        if (inside) {
            load<N>(target, sums);
        }
        const int end = uses.start[k + 1];
        for (int block = uses.start[k]; block < end; block += kWarpSize) {
            const int2 mine = block + lane < end ? uses.use[block + lane] : make_int2(0, 0);
            const int count = min(kWarpSize, end - block);
#pragma unroll 4
            for (int j = 0; j < count; j++) {
                const int row = __shfl_sync(kFullMask, mine.x, j);
                const float w = __int_as_float(__shfl_sync(kFullMask, mine.y, j));
                if (inside) {
                    float values[N];
                    load<N>(dout + (size_t)row * width + column, values);
#pragma unroll
                    for (int i = 0; i < N; i++) {
                        sums[i] += w * values[i];
                    }
                }
            }
        }
        if (inside) {
            store<N>(target, sums);
        }
    }
}

// A thread per element of out.
template <typename In, typename Out>
__device__ void mix_rows_forward_plain(const Mix<In>& a, const Mix<In>& b, Out* out, int accumulate, int rows,
                                       int width) {
    const size_t at = (size_t)blockIdx.x * kThreads + threadIdx.x;
    if (at >= (size_t)rows * width) {
        return;
    }
    const size_t row = at / width;
    const size_t column = at % width;
    float sum = accumulate ? read(out + at) : 0;
    const Mix<In> mixes[2] = {a, b};
    for (const Mix<In>& mix : mixes) {
        for (size_t entry = row * mix.taps; entry < (row + 1) * mix.taps; entry++) {
            if (mix.index[entry] >= 0) {
                const float w = mix.weight == nullptr ? 1.0f : mix.weight[entry];
                sum += w * read(mix.in + mix.index[entry] * (size_t)width + column);
            }
        }
    }
    write(out + at, sum);
}

// A thread per column, over all entries of the forward mix in order: what mix_rows_backward must agree with.
template <typename In, typename Out>
__device__ void mix_rows_backward_plain(const In* dout, const int* index, const float* weight, int taps, Out* din,
                                        int rows, int width) {
    const int column = blockIdx.x * kThreads + threadIdx.x;
    if (column >= width) {
        return;
    }
    for (size_t entry = 0; entry < (size_t)rows * taps; entry++) {
        if (index[entry] >= 0) {
            Out* target = din + (size_t)index[entry] * width + column;
            const float w = weight == nullptr ? 1.0f : weight[entry];
            write(target, read(target) + w * read(dout + entry / taps * width + column));
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Patches

struct Grid {
    int height;  // of a picture
    int width;
    int patch;
    int channels;

    __device__ __forceinline__ int down() const { return height / patch; }
    __device__ __forceinline__ int across() const { return width / patch; }
    __device__ __forceinline__ int row_size() const { return channels * patch * patch; }

    // Where the pixel goes in the patches of its picture, channel 0.
    __device__ __forceinline__ size_t target(int y, int x) const {
        const size_t row = (size_t)(y / patch) * across() + x / patch;
        return row * row_size() + y % patch * patch + x % patch;
    }
};

// Along the lines of pixels [images, channels, H, W], N pixels a thread: reads and writes are both contiguous.
template <int N, typename Out>
__device__ __forceinline__ void patches(const float* pixels, const Grid& grid, int planes, Out* out) {
    const int packs = grid.across() * grid.patch / N;  // of a line
    const int items = grid.down() * grid.patch * packs;
    for (int plane = blockIdx.y; plane < planes; plane += gridDim.y) {
        const float* from = pixels + (size_t)plane * grid.height * grid.width;
        const size_t picture = (size_t)(plane / grid.channels) * grid.down() * grid.across() * grid.row_size();
        Out* to = out + picture + plane % grid.channels * grid.patch * grid.patch;
        for (int item = blockIdx.x * kThreads + threadIdx.x; item < items; item += gridDim.x * kThreads) {
            const int y = item / packs;
            const int x = item % packs * N;
            float values[N];
            load<N>(from + (size_t)y * grid.width + x, values);
            store<N>(to + grid.target(y, x), values);
        }
    }
}

// A thread per element of out.
template <typename Out>
__device__ void patches_plain(const float* pixels, const Grid& grid, int images, Out* out) {
    const size_t at = (size_t)blockIdx.x * kThreads + threadIdx.x;
    const size_t cells = (size_t)grid.down() * grid.across();
    if (at >= images * cells * grid.row_size()) {
        return;
    }
    const size_t row = at / grid.row_size();
    const int inside = at % grid.row_size();
    const int channel = inside / (grid.patch * grid.patch);
    const int y = row % cells / grid.across() * grid.patch + inside / grid.patch % grid.patch;
    const int x = row % cells % grid.across() * grid.patch + inside % grid.patch;
    write(out + at, pixels[((row / cells * grid.channels + channel) * grid.height + y) * grid.width + x]);
}

struct Rgb {
    const uint8_t* pixels;  // [images, H, W, 3]
    float mean[3];          // of pixels in 0..1
    float std[3];
    const int4* region;     // [images] left, top, width, height of what is picture, the rest being zeros; null: all

    __device__ __forceinline__ float normalised(int channel, unsigned value) const {
        return (value / 255.0f - mean[channel]) / std[channel];
    }

    __device__ __forceinline__ int4 valid(int image, const Grid& grid) const {
        return region == nullptr ? make_int4(0, 0, grid.width, grid.height) : region[image];
    }
};

__device__ __forceinline__ bool contains(int4 region, int y, int x) {
    return x >= region.x && x < region.x + region.z && y >= region.y && y < region.y + region.w;
}

// A thread per pixel, for every shape.
template <typename Out>
__device__ __forceinline__ void patches_rgb_plain(const Rgb& rgb, const Grid& grid, int images, Out* out) {
    const int line = grid.across() * grid.patch;
    const int items = grid.down() * grid.patch * line;
    for (int image = blockIdx.y; image < images; image += gridDim.y) {
        const int4 valid = rgb.valid(image, grid);
        Out* to = out + (size_t)image * grid.down() * grid.across() * grid.row_size();
        for (int item = blockIdx.x * kThreads + threadIdx.x; item < items; item += gridDim.x * kThreads) {
            const int y = item / line;
            const int x = item % line;
            const uint8_t* from = rgb.pixels + (((size_t)image * grid.height + y) * grid.width + x) * 3;
            for (int channel = 0; channel < 3; channel++) {
                const float value = contains(valid, y, x) ? rgb.normalised(channel, from[channel]) : 0;
                write(to + grid.target(y, x) + channel * grid.patch * grid.patch, value);
            }
        }
    }
}

// A warp per 32 N pixels of a line: their bytes come as words, lane by lane, and are handed out through shared memory, N
// whole pixels a lane. For lines of a multiple of 4 pixels and patches of a multiple of N.
template <int N, typename Out>
__device__ __forceinline__ void patches_rgb(const Rgb& rgb, const Grid& grid, int images, Out* out) {
    constexpr int kWords = N * 3 / 4;  // of a lane
    __shared__ __align__(16) unsigned staged[kThreads / kWarpSize][kWarpSize * kWords];
    unsigned* mine = staged[threadIdx.x / kWarpSize];
    const int lane = threadIdx.x % kWarpSize;
    const int line = grid.across() * grid.patch;
    const int segments = ceil_div(line, kWarpSize * N);
    const long long items = (long long)grid.down() * grid.patch * segments;
    for (int image = blockIdx.y; image < images; image += gridDim.y) {
        const int4 valid = rgb.valid(image, grid);
        Out* to = out + (size_t)image * grid.down() * grid.across() * grid.row_size();
        for (long long item = warp_number(); item < items; item += warp_count()) {
            const int y = item / segments;
            const int first = item % segments * kWarpSize * N;
            const uint8_t* from = rgb.pixels + (((size_t)image * grid.height + y) * grid.width + first) * 3;
            const int words = min(kWarpSize * N, line - first) * 3 / 4;
            for (int word = lane; word < words; word += kWarpSize) {
                mine[word] = reinterpret_cast<const unsigned*>(from)[word];
            }
            __syncwarp();
            const int x = first + lane * N;
            if (x < line) {
                unsigned bytes[kWords];
#pragma unroll
                for (int i = 0; i < kWords; i += N / 4) {  // by 4 or 8 bytes: free of bank conflicts
                    if constexpr (N == 8) {
                        const uint2 two = *reinterpret_cast<const uint2*>(mine + lane * kWords + i);
                        bytes[i] = two.x;
                        bytes[i + 1] = two.y;
                    } else {
                        bytes[i] = mine[lane * kWords + i];
                    }
                }
#pragma unroll
                for (int channel = 0; channel < 3; channel++) {
                    float values[N];
#pragma unroll
                    for (int i = 0; i < N; i++) {
                        const int at = 3 * i + channel;
                        const unsigned value = bytes[at / 4] >> (at % 4 * 8) & 0xff;
                        values[i] = contains(valid, y, x + i) ? rgb.normalised(channel, value) : 0;
                    }
                    store<N>(to + grid.target(y, x) + channel * grid.patch * grid.patch, values);
                }
            }
            __syncwarp();
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Entry points

// At least two blocks a multiprocessor: up to 128 registers a thread.
#define KERNEL extern "C" __global__ void __launch_bounds__(kThreads, 2)

#define FORWARD_KERNELS(IN, OUT, NAME)                                                                                 \
    KERNEL mix_rows_forward_##NAME(const IN* in, const int* index, const float* weight, int taps, const IN* in2,       \
                                   const int* index2, const float* weight2, int taps2, OUT* out, int accumulate,       \
                                   int rows, int width) {                                                              \
        const Mix<IN> a{in, index, weight, taps};                                                                      \
        const Mix<IN> b{in2, index2, weight2, taps2};                                                                  \
        constexpr int N = kLaneElements<IN, OUT>;                                                                      \
        if (width % N == 0 && aligned(in, in2, out)) {                                                                 \
            mix_rows_forward<N>(a, b, out, accumulate, rows, width);                                                   \
        } else {                                                                                                       \
            mix_rows_forward<1>(a, b, out, accumulate, rows, width);                                                   \
        }                                                                                                              \
    }                                                                                                                  \
    KERNEL mix_rows_forward_plain_##NAME(const IN* in, const int* index, const float* weight, int taps, const IN* in2, \
                                         const int* index2, const float* weight2, int taps2, OUT* out,                 \
                                         int accumulate, int rows, int width) {                                        \
        mix_rows_forward_plain(Mix<IN>{in, index, weight, taps}, Mix<IN>{in2, index2, weight2, taps2}, out,            \
                               accumulate, rows, width);                                                               \
    }

FORWARD_KERNELS(float, float, f32_f32)
FORWARD_KERNELS(float, bf16, f32_bf16)
FORWARD_KERNELS(bf16, float, bf16_f32)
FORWARD_KERNELS(bf16, bf16, bf16_bf16)

#define BACKWARD_KERNELS(IN, OUT, NAME)                                                                                \
    KERNEL mix_rows_backward_##NAME(const IN* dout, const int* source, const int* start, const int2* use,              \
                                    int sources, OUT* din, int width) {                                                \
        const Uses uses{source, start, use, sources};                                                                  \
        constexpr int N = kLaneElements<IN, OUT>;                                                                      \
        if (width % N == 0 && aligned(dout, din)) {                                                                    \
            mix_rows_backward<N>(dout, uses, din, width);                                                              \
        } else {                                                                                                       \
            mix_rows_backward<1>(dout, uses, din, width);                                                              \
        }                                                                                                              \
    }                                                                                                                  \
    KERNEL mix_rows_backward_plain_##NAME(const IN* dout, const int* index, const float* weight, int taps, OUT* din,   \
                                          int rows, int width) {                                                       \
        mix_rows_backward_plain(dout, index, weight, taps, din, rows, width);                                          \
    }

BACKWARD_KERNELS(float, float, f32_f32)
BACKWARD_KERNELS(float, bf16, f32_bf16)
BACKWARD_KERNELS(bf16, float, bf16_f32)
BACKWARD_KERNELS(bf16, bf16, bf16_bf16)

#define PATCH_KERNELS(OUT, NAME)                                                                                       \
    KERNEL patches_f32_##NAME(const float* pixels, int images, int channels, int height, int width, int patch,         \
                              OUT* out) {                                                                              \
        const Grid grid{height, width, patch, channels};                                                               \
        if (patch % 4 == 0 && width % 4 == 0 && aligned(pixels, out)) {                                                \
            patches<4>(pixels, grid, images * channels, out);                                                          \
        } else {                                                                                                       \
            patches<1>(pixels, grid, images * channels, out);                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    KERNEL patches_f32_plain_##NAME(const float* pixels, int images, int channels, int height, int width, int patch,   \
                                    OUT* out) {                                                                        \
        patches_plain(pixels, Grid{height, width, patch, channels}, images, out);                                      \
    }                                                                                                                  \
    KERNEL patches_u8_##NAME(const uint8_t* pixels, int images, int height, int width, int patch, float mean_red,      \
                             float mean_green, float mean_blue, float std_red, float std_green, float std_blue,        \
                             const int4* region, OUT* out) {                                                           \
        const Grid grid{height, width, patch, 3};                                                                      \
        const Rgb rgb{pixels, {mean_red, mean_green, mean_blue}, {std_red, std_green, std_blue}, region};              \
        constexpr int N = kLaneElements<OUT>;                                                                          \
        if (patch % N == 0 && width % 4 == 0 && aligned(pixels, out)) {                                                \
            patches_rgb<N>(rgb, grid, images, out);                                                                    \
        } else {                                                                                                       \
            patches_rgb_plain(rgb, grid, images, out);                                                                 \
        }                                                                                                              \
    }                                                                                                                  \
    KERNEL patches_u8_plain_##NAME(const uint8_t* pixels, int images, int height, int width, int patch,                \
                                   float mean_red, float mean_green, float mean_blue, float std_red, float std_green,  \
                                   float std_blue, const int4* region, OUT* out) {                                     \
        const Rgb rgb{pixels, {mean_red, mean_green, mean_blue}, {std_red, std_green, std_blue}, region};              \
        patches_rgb_plain(rgb, Grid{height, width, patch, 3}, images, out);                                            \
    }

PATCH_KERNELS(float, f32)
PATCH_KERNELS(bf16, bf16)
