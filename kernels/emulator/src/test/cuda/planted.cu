// Kernels with one planted defect each, beside the sound twin (template argument false). Every one of them gives the right answer
// on most GPUs most of the time; the emulated device must name each defect, in every schedule, and stay silent about the twins.
//
// Built like the shipped kernels: nvcc -O3 -std=c++17 -ptx -arch=compute_80 planted.cu, then .version set to 8.0.

constexpr int THREADS = 128;

// out[b] = sum of the block's 128 values. Defect: no barrier before other warps' partial sums are read.
template <bool DEFECT>
__device__ void block_sum(const float *x, float *out) {
    __shared__ float partial[THREADS / 32];
    float sum = x[blockIdx.x * THREADS + threadIdx.x];
    for (int step = 16; step > 0; step /= 2) sum += __shfl_xor_sync(~0u, sum, step);
    if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = sum;
    if (!DEFECT) __syncthreads();
    if (threadIdx.x == 0) out[blockIdx.x] = partial[0] + partial[1] + partial[2] + partial[3];
}

// y[i] = running total of x over the rows of one column strip, through one shared row that is used again for every row.
// Defect: no barrier between the last read of a row and the first write of the next one.
template <bool DEFECT>
__device__ void shifted_rows(const float *x, float *y, int rows) {
    __shared__ float row[THREADS];
    float total = 0.0f;
    for (int r = 0; r < rows; r++) {
        row[threadIdx.x] = x[r * THREADS + threadIdx.x];
        __syncthreads();
        total += row[(threadIdx.x + 33) % THREADS];
        if (!DEFECT) __syncthreads();
    }
    y[threadIdx.x] = total;
}

// y[i] = 2 x[i]. Defect: <= where < is meant.
template <bool DEFECT>
__device__ void twice(const float *x, float *y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (DEFECT ? i <= n : i < n) y[i] = 2.0f * x[i];
}

// sum[0] += x[i], one thread. Defect: the sum is never set to zero.
template <bool DEFECT>
__device__ void accumulate(const float *x, float *sum, int n) {
    if (threadIdx.x != 0) return;
    if (!DEFECT) sum[0] = 0.0f;
    for (int i = 0; i < n; i++) sum[0] += x[i];
}

// Reverses a warp's values through shared memory. Defect: no __syncwarp, as was fine before Volta.
template <bool DEFECT>
__device__ void reverse_warp(const float *x, float *y) {
    __shared__ volatile float tile[32];
    tile[threadIdx.x] = x[threadIdx.x];
    if (!DEFECT) __syncwarp();
    y[threadIdx.x] = tile[31 - threadIdx.x];
}

// Copies 16 bytes per thread through shared memory. Defect: one group too many may still be under way.
template <bool DEFECT>
__device__ void staged_copy(const float4 *x, float4 *y) {
    __shared__ float4 stage[THREADS];
    unsigned target = static_cast<unsigned>(__cvta_generic_to_shared(&stage[threadIdx.x]));
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(target), "l"(x + threadIdx.x));
    asm volatile("cp.async.commit_group;");
    asm volatile("cp.async.wait_group %0;" ::"n"(DEFECT ? 1 : 0));
    __syncthreads();
    y[threadIdx.x] = stage[THREADS - 1 - threadIdx.x];
}

// Copies four floats per thread from x + first. Defect: the vector load asks for alignment that first does not give.
template <bool DEFECT>
__device__ void copy_from(const float *x, float *y, int first) {
    int i = 4 * threadIdx.x;
    if (DEFECT) {
        *reinterpret_cast<float4 *>(y + i) = *reinterpret_cast<const float4 *>(x + first + i);
    } else {
        for (int j = 0; j < 4; j++) y[i + j] = x[first + i + j];
    }
}

// y = x, with a barrier. Defect: threads beyond n leave before it.
template <bool DEFECT>
__device__ void early_exit(const float *x, float *y, int n) {
    __shared__ float tile[THREADS];
    int i = threadIdx.x;
    if (DEFECT && i >= n) return;
    tile[i] = i < n ? x[i] : 0.0f;
    __syncthreads();
    if (i < n) y[i] = tile[n - 1 - i];
}

// y = transpose of x, 32 x 32. Not wrong, but slow: without padding, reading a column meets one bank 32 times.
template <bool DEFECT>
__device__ void transpose(const float *x, float *y) {
    __shared__ float tile[32][DEFECT ? 32 : 33];
    for (int r = threadIdx.x / 32; r < 32; r += THREADS / 32) tile[r][threadIdx.x % 32] = x[r * 32 + threadIdx.x % 32];
    __syncthreads();
    for (int r = threadIdx.x / 32; r < 32; r += THREADS / 32) y[r * 32 + threadIdx.x % 32] = tile[threadIdx.x % 32][r];
}

#define BOTH(name, parameters, arguments)                                                             \
    extern "C" __global__ void __launch_bounds__(THREADS) name##_sound parameters { name<false> arguments; } \
    extern "C" __global__ void __launch_bounds__(THREADS) name##_defect parameters { name<true> arguments; }

BOTH(block_sum, (const float *x, float *y, int n), (x, y))
BOTH(shifted_rows, (const float *x, float *y, int n), (x, y, n))
BOTH(twice, (const float *x, float *y, int n), (x, y, n))
BOTH(accumulate, (const float *x, float *y, int n), (x, y, n))
BOTH(reverse_warp, (const float *x, float *y, int n), (x, y))
BOTH(staged_copy, (const float *x, float *y, int n), (reinterpret_cast<const float4 *>(x), reinterpret_cast<float4 *>(y)))
BOTH(copy_from, (const float *x, float *y, int n), (x, y, n))
BOTH(early_exit, (const float *x, float *y, int n), (x, y, n))
BOTH(transpose, (const float *x, float *y, int n), (x, y))
