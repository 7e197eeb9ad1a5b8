// Matrix products of fp32 on CUDA cores. Every element of C is the chain fma(a_l, b_l, sum) over l = 0, 1, ..., k - 1:
// its bits depend neither on the block's size nor on what else is computed (but on how sums are cut into parts).
//
// Kernels: gemm_{large,small}_{nn,nt,tn}_f32 and gemm_small_tt_f32; t stands for an operand that lies transposed in memory.
// A thread of a block of 128x128 (256 threads) holds 8x8 sums and reads 16 floats of shared memory for 64 fma; one of
// 64x64 (128 threads) holds 4x8.
//
// Launch: grid (ceil(n / kN), ceil(m / kM), batches or parts of k), parameters as in gemm_block.cuh. No alignment is
// required; operands whose rows start at multiples of 16 bytes are copied in chunks of 16, others in chunks of 4.
#include "gemm_f32_core.cuh"

// ---------------------------------------------------------------------------------------------------------------------
// Kernels

GEMM_KERNELS(f32, F32Core, float, float)
