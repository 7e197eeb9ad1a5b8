// Matrix products of bf16 on tensor cores, summed in fp32 along k in steps of 16 (mma.sync m16n8k16). C is bf16 or fp32.
//
// Kernels: gemm_{large,small}_{nn,nt,tn}_{bf16,bf16_f32} and gemm_small_tt_*; t stands for an operand that lies transposed in memory.
// A block of 128x128 (256 threads) issues kM kN k / 2048 mma in all and reads (kM + kN) k bf16; one of 64x64 (128 threads)
// is for products too small to fill the device with large ones.
//
// Launch: grid (ceil(n / kN), ceil(m / kM), batches or parts of k), parameters as in gemm_block.cuh. No alignment is
// required; operands whose rows start at multiples of 16 bytes are copied asynchronously, others element by element.
#include "gemm_bf16_core.cuh"

// ---------------------------------------------------------------------------------------------------------------------
// Kernels

GEMM_KERNELS(bf16, Bf16Core, __nv_bfloat16, __nv_bfloat16)
GEMM_KERNELS(bf16_f32, Bf16Core, __nv_bfloat16, float)
