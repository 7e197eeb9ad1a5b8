package org.ttdengine.engine.io;

import java.util.Arrays;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Shape;

/** A strided view of a storage as a checkpoint's pickle states it, not yet checked against anything. */
final class TorchTensor {
    private final TorchStorage storage;
    private final DType dtype;
    private final long offset;
    private final long[] sizes;
    private final long[] strides;

    /** A tensor from {@code offset} on; offset and strides count elements. */
    TorchTensor(TorchStorage storage, DType dtype, long offset, long[] sizes, long[] strides) {
        this.storage = storage;
        this.dtype = dtype;
        this.offset = offset;
        this.sizes = sizes.clone();
        this.strides = strides.clone();
    }

    TorchStorage storage() {
        return storage;
    }

    /** This tensor under its name, once every element is known to lie inside the bytes of its storage. */
    StoredTensor locate(String name, FileWindow storageBytes) throws TensorFileException {
        Shape shape = TensorShapes.checked(storageBytes.file(), name, sizes);
        TensorInfo info = new TensorInfo(name, dtype, shape);
        FileWindow bytes = viewOf(name, storageBytes);
        if (strides.length != sizes.length
                || offset < 0
                || Arrays.stream(strides).anyMatch(s -> s < 0)) {
            throw bytes.refuse("tensor '" + name + "' has an impossible offset or impossible strides");
        }
        if (shape.size() == 0) {
            return StoredTensor.rowMajor(info, bytes.slice(0, 0));
        }
        long width = dtype.bytes();
        long available = bytes.length() / width;
        long span = span(name, bytes);
        if (offset > available || span > available - offset) {
            throw bytes.refuse("tensor '" + name + "' of shape " + shape + " reaches beyond its storage of "
                    + bytes.length() + " bytes");
        }
        if (info.bytes() > bytes.length()) {
            throw bytes.refuse("tensor '" + name + "' of shape " + shape + " repeats a storage of " + bytes.length()
                    + " bytes; save a contiguous copy of it");
        }
        return StoredTensor.strided(info, bytes.slice(offset * width, span * width), strides);
    }

    /** Elements from the first to the last one, 1 + sum of (size - 1) * stride. */
    private long span(String name, FileWindow file) throws TensorFileException {
        try {
            long span = 1;
            for (int axis = 0; axis < sizes.length; axis++) {
                span = Math.addExact(span, Math.multiplyExact(sizes[axis] - 1, strides[axis]));
            }
            return span;
        } catch (ArithmeticException overflow) {
            throw new TensorFileException(file.file(), "tensor '" + name + "' has impossible strides", overflow);
        }
    }

    private FileWindow viewOf(String name, FileWindow bytes) throws TensorFileException {
        long width = storage.dtype().bytes();
        long available = bytes.length() / width;
        if (storage.viewStart() < 0
                || storage.viewCount() < 0
                || storage.viewStart() > available
                || storage.viewCount() > available - storage.viewStart()) {
            throw bytes.refuse("the storage '" + storage.key() + "' of tensor '" + name + "' has " + bytes.length()
                    + " bytes, fewer than its " + storage.viewCount() + " elements take");
        }
        return bytes.slice(storage.viewStart() * width, storage.viewCount() * width);
    }
}
