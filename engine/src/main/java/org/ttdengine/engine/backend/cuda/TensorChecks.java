package org.ttdengine.engine.backend.cuda;

import org.ttdengine.engine.DType;
import org.ttdengine.engine.Tensor;

/** What kernels require of tensors; every failure names the tensor. Null stands for an absent tensor and is right. */
final class TensorChecks {
    private TensorChecks() {}

    /** Fails unless the tensors store single precision. */
    static void requireF32(Tensor... tensors) {
        requireType(DType.F32, tensors);
    }

    /** Fails unless the tensors store elements of the type. */
    static void requireType(DType type, Tensor... tensors) {
        for (Tensor tensor : tensors) {
            if (tensor != null && tensor.dtype() != type) {
                throw new IllegalArgumentException("tensor " + tensor + " stores " + tensor.dtype() + ", not " + type);
            }
        }
    }

    /** Fails unless the tensors have as many elements. */
    static void requireSize(int size, Tensor... tensors) {
        for (Tensor tensor : tensors) {
            if (tensor != null && tensor.size() != size) {
                throw new IllegalArgumentException(
                        "tensor " + tensor + " has " + tensor.size() + " elements, not " + size);
            }
        }
    }
}
