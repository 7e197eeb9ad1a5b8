package org.ttdengine.engine.io;

import org.ttdengine.engine.DType;
import org.ttdengine.engine.Shape;

/**
 * What a file says about one of its tensors.
 *
 * @param name name in the file, as a state dict spells it
 * @param dtype element type in the file
 * @param shape sizes, outermost axis first
 */
public record TensorInfo(String name, DType dtype, Shape shape) {
    /** Bytes of all elements. */
    public long bytes() {
        return (long) shape.size() * dtype.bytes();
    }
}
