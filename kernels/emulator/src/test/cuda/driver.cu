/*
 * Kernels for the tests of the emulated driver. The PTX beside the test classes is made by
 *   nvcc -O3 -std=c++17 -ptx -arch=compute_80 driver.cu -o driver.ptx
 * relabelled .version 8.0, like all PTX here.
 */

/* c[i] = a[i] + b[i] for i < n */
extern "C" __global__ void __launch_bounds__(256) vector_add(const float *a, const float *b, float *c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) {
        c[i] = a[i] + b[i];
    }
}

/* out[0] = sum of parameters of all sizes, to see that each arrives at its place */
extern "C" __global__ void mixed_parameters(char c, short s, int i, long long l, float f, double d, double *out) {
    out[0] = c + s + i + l + f + d;
}

/* Reverses blockDim.x ints in dynamic shared memory. */
extern "C" __global__ void reverse(int *data) {
    extern __shared__ int tile[];
    tile[threadIdx.x] = data[threadIdx.x];
    __syncthreads();
    data[threadIdx.x] = tile[blockDim.x - 1 - threadIdx.x];
}

/* The same, without the barrier it needs. */
extern "C" __global__ void reverse_without_barrier(int *data) {
    extern __shared__ int tile[];
    tile[threadIdx.x] = data[threadIdx.x];
    data[threadIdx.x] = tile[blockDim.x - 1 - threadIdx.x];
}

/* Writes one int at any byte offset. */
extern "C" __global__ void store(char *base, long long offset, int value) {
    *(int *) (base + offset) = value;
}

__device__ int calls = 5;
__shared__ float sums[64];

/* Counts its calls in a variable of the module. */
extern "C" __global__ void count_calls(int *out) {
    sums[threadIdx.x] = (float) ++calls;
    __syncthreads();
    *out = (int) sums[0];
}

extern "C" __global__ void stop() {
    __trap();
}
