package org.ttdengine.engine.backend.cuda;

import org.ttdengine.engine.DType;
import org.ttdengine.engine.Tensor;
import org.ttdengine.kernels.KernelSpec;

/**
 * The variants of a kernel for the types of two tensors, one it reads and one it writes; a variant may be null where there
 * is none.
 *
 * @param f32f32 both in single precision
 * @param f32bf16 the first in single precision
 * @param bf16f32 the second in single precision
 * @param bf16bf16 both in bfloat16
 */
record TypedKernels(KernelSpec f32f32, KernelSpec f32bf16, KernelSpec bf16f32, KernelSpec bf16bf16) {
    /** Variants where both tensors have one type. */
    static TypedKernels of(KernelSpec f32, KernelSpec bf16) {
        return new TypedKernels(f32, null, null, bf16);
    }

    /**
     * The variant for two tensors.
     *
     * @throws IllegalArgumentException if there is none
     */
    KernelSpec of(Tensor first, Tensor second) {
        boolean bf16 = second.dtype() == DType.BF16;
        KernelSpec spec = first.dtype() == DType.BF16 ? (bf16 ? bf16bf16 : bf16f32) : (bf16 ? f32bf16 : f32f32);
        if (spec == null) {
            throw new IllegalArgumentException("no kernel like " + f32f32.name() + " takes " + first + " of "
                    + first.dtype() + " and " + second + " of " + second.dtype());
        }
        return spec;
    }

    /** The variant for tensors of one type. */
    KernelSpec of(Tensor tensor) {
        return of(tensor, tensor);
    }
}
