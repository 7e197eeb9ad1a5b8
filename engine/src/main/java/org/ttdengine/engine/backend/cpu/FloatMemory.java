package org.ttdengine.engine.backend.cpu;

import org.ttdengine.engine.Storage;
import org.ttdengine.engine.Tensor;

/** The arrays behind tensors of this backend. */
final class FloatMemory {
    private FloatMemory() {}

    /** The tensor's elements, from index 0 on; the array may be longer than the tensor. */
    static float[] of(Tensor tensor) {
        if (tensor.storage() instanceof Storage.Floats floats) {
            return floats.data();
        }
        throw new IllegalArgumentException("tensor " + tensor + " is not in single-precision memory of the processor");
    }

    /** {@link #of}, or null for null. */
    static float[] ofNullable(Tensor tensor) {
        return tensor == null ? null : of(tensor);
    }
}
