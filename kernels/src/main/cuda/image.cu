// Pictures and maps resized on the device.
//
//   bilinear_upsample   maps [maps, h, w] to [maps, H, W], torch's interpolate: rows first, then columns, without fused
//                       multiply-adds, so that the engine's own Interpolation.bilinear gives the same bits
//   resample_taps,      a window of Pillow's Image.resize with the bicubic filter (Keys, a = -1/2, widened on reduction,
//   resize_horizontal,  which antialiases), its very bits: weights in double, 22-bit fixed point, the columns first, each
//   resize_vertical     pass rounded and clipped to 8 bits; the second pass also normalises, (v/255 - mean)/std, and puts
//                       the window into a picture [3, S, S] that is zero elsewhere
//
// Each kernel is plain: a thread makes one element, neighbours in neighbouring threads, and reads its taps through the
// cache; so there are no separate reference kernels. Launch: kThreads threads; grids as each kernel says.

#include "vectors.cuh"

// ---------------------------------------------------------------------------------------------------------------------
// Bilinear maps

// Where output pixel i lies between two of `in` input pixels: the first, and the second's share.
struct Between {
    int left;
    float share;

    __device__ __forceinline__ Between(int i, int in, float scale, bool align_corners) {
        const float position =
            align_corners ? __fmul_rn(i, scale) : fmaxf(__fsub_rn(__fmul_rn(i + 0.5f, scale), 0.5f), 0.0f);
        left = min(static_cast<int>(position), in - 1);
        share = __fsub_rn(position, left);
    }
};

__device__ __forceinline__ float mixed(float left, float right, float share) {
    return __fadd_rn(__fmul_rn(__fsub_rn(1.0f, share), left), __fmul_rn(share, right));
}

// ---------------------------------------------------------------------------------------------------------------------
// Pillow's bicubic

constexpr int kPrecisionBits = 32 - 8 - 2;  // less 8 for the sample and 2 for weights outside 0..1
constexpr int kHeaderInts = 2;              // of an output pixel's taps: first input pixel, number of input pixels

// Keys' cubic convolution with a = -1/2, in the order of operations that Pillow has.
__device__ __forceinline__ double cubic(double x) {
    constexpr double a = -0.5;
    const double t = fabs(x);
    if (t < 1) {
        return __dadd_rn(__dmul_rn(__dmul_rn(__dsub_rn(__dmul_rn(a + 2, t), a + 3), t), t), 1);
    }
    const double inner = __dadd_rn(__dmul_rn(__dsub_rn(t, 5), t), 8);
    return t < 2 ? __dmul_rn(__dsub_rn(__dmul_rn(inner, t), 4), a) : 0;
}

__device__ __forceinline__ uint8_t clipped(int sum) {
    return static_cast<uint8_t>(min(max(sum >> kPrecisionBits, 0), 255));
}

// Sum of samples `step` bytes apart under one output pixel's taps.
__device__ __forceinline__ int weighted(const int* taps, const uint8_t* samples, int step) {
    int sum = 1 << (kPrecisionBits - 1);
    for (int k = 0; k < taps[1]; k++) {
        sum += samples[(size_t)k * step] * taps[kHeaderInts + k];
    }
    return sum;
}

// ---------------------------------------------------------------------------------------------------------------------
// Entry points

#define KERNEL extern "C" __global__ void __launch_bounds__(kThreads, 4)

// A thread per output pixel; gridDim.y deals out maps. scale is (h-1)/(H-1), or 0, with aligned corners, else h/H.
KERNEL bilinear_upsample_f32(const float* in, int maps, int h, int w, int align_corners, float scale_y, float scale_x,
                             float* out, int height, int width) {
    for (int map = blockIdx.y; map < maps; map += gridDim.y) {
        const float* from = in + (size_t)map * h * w;
        float* to = out + (size_t)map * height * width;
        for (int i = blockIdx.x * kThreads + threadIdx.x; i < height * width; i += gridDim.x * kThreads) {
            const Between down(i / width, h, scale_y, align_corners != 0);
            const Between across(i % width, w, scale_x, align_corners != 0);
            const float* upper = from + down.left * w;
            const float* lower = from + min(down.left + 1, h - 1) * w;
            const int right = min(across.left + 1, w - 1);
            to[i] = mixed(mixed(upper[across.left], lower[across.left], down.share),
                          mixed(upper[right], lower[right], down.share), across.share);
        }
    }
}

// Taps of the output pixels first .. first+length-1 when `in` pixels become `out`: taps[i] = first input pixel, number of
// them, weights; of `stride` ints, stride >= 2 + min(2 ceil(2 max(in/out, 1)) + 1, in). A thread per output pixel.
KERNEL resample_taps(int in, long long out, long long first, int length, int stride, int* taps) {
    const int i = blockIdx.x * kThreads + threadIdx.x;
    if (i >= length) {
        return;
    }
    const double scale = (double)in / (double)out;
    const double widening = fmax(scale, 1.0);
    const double support = __dmul_rn(2, widening);
    const double center = __dmul_rn((double)(first + i) + 0.5, scale);
    const int begin = max((int)__dadd_rn(__dsub_rn(center, support), 0.5), 0);
    const int count = min((int)__dadd_rn(__dadd_rn(center, support), 0.5), in) - begin;
    const double narrowing = 1.0 / widening;
    double sum = 0;
    for (int k = 0; k < count; k++) {
        sum = __dadd_rn(sum, cubic(__dmul_rn(__dadd_rn(__dsub_rn((double)(k + begin), center), 0.5), narrowing)));
    }
    int* mine = taps + (size_t)i * stride;
    mine[0] = begin;
    mine[1] = count;
    for (int k = 0; k < count; k++) {
        const double weight = cubic(__dmul_rn(__dadd_rn(__dsub_rn((double)(k + begin), center), 0.5), narrowing));
        const double share = sum == 0 ? weight : weight / sum;
        mine[kHeaderInts + k] = (int)__dadd_rn(__dmul_rn(share, 1 << kPrecisionBits), share < 0 ? -0.5 : 0.5);
    }
}

// The rows top .. top+rows-1 of source [.., source_width, 3], narrowed to [rows, width, 3]. A thread per byte.
KERNEL resize_horizontal(const uint8_t* source, int source_width, int top, const int* taps, int stride,
                         uint8_t* narrowed, int rows, int width) {
    const int line = 3 * width;
    const long long items = (long long)rows * line;
    for (long long i = (long long)blockIdx.x * kThreads + threadIdx.x; i < items;
         i += (long long)gridDim.x * kThreads) {
        const int y = static_cast<int>(i / line);
        const int at = static_cast<int>(i % line);
        const int* mine = taps + (size_t)(at / 3) * stride;
        const uint8_t* from = source + ((size_t)(top + y) * source_width + mine[0]) * 3 + at % 3;
        narrowed[i] = clipped(weighted(mine, from, 3));
    }
}

// The picture [3, size, size]: the window [height, width] at (to_y, to_x) from narrowed, whose first row is row `top` of the
// source; zeros around it. A thread per element.
KERNEL resize_vertical(const uint8_t* narrowed, int top, const int* taps, int stride, int width, int height, int to_x,
                       int to_y, float mean_red, float mean_green, float mean_blue, float std_red, float std_green,
                       float std_blue, float* out, int size) {
    const long long items = 3LL * size * size;
    for (long long i = (long long)blockIdx.x * kThreads + threadIdx.x; i < items;
         i += (long long)gridDim.x * kThreads) {
        const int channel = static_cast<int>(i / ((long long)size * size));
        const int y = static_cast<int>(i / size % size) - to_y;
        const int x = static_cast<int>(i % size) - to_x;
        float value = 0;
        if (y >= 0 && y < height && x >= 0 && x < width) {
            const int* mine = taps + (size_t)y * stride;
            const uint8_t* from = narrowed + ((size_t)(mine[0] - top) * width + x) * 3 + channel;
            const float mean = channel == 0 ? mean_red : channel == 1 ? mean_green : mean_blue;
            const float std = channel == 0 ? std_red : channel == 1 ? std_green : std_blue;
            value = (clipped(weighted(mine, from, 3 * width)) / 255.0f - mean) / std;
        }
        out[i] = value;
    }
}
