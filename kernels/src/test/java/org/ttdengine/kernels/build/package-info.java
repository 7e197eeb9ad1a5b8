/** Builds the PTX from the CUDA sources with nvcc and assembles it with NVIDIA's assembler; the profile {@code ptx}. */
package org.ttdengine.kernels.build;
