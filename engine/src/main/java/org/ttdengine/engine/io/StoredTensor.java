package org.ttdengine.engine.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ttdengine.engine.Shape;

/** A tensor's elements in a file: little endian, row-major unless strides say otherwise. */
final class StoredTensor {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 64;

    private final TensorInfo info;
    private final FileWindow data;
    /** Distance of neighbours along each axis in elements, or empty for row-major order. */
    private final long[] strides;

    private StoredTensor(TensorInfo info, FileWindow data, long... strides) {
        this.info = info;
        this.data = data;
        this.strides = strides;
    }

    /** A tensor whose elements fill {@code data} in row-major order. */
    static StoredTensor rowMajor(TensorInfo info, FileWindow data) {
        if (data.length() != info.bytes()) {
            throw new IllegalArgumentException("window of " + data.length() + " bytes for " + info);
        }
        return new StoredTensor(info, data);
    }

    /** A tensor whose first element opens {@code data} and whose last one ends it, placed by {@code strides}. */
    static StoredTensor strided(TensorInfo info, FileWindow data, long[] strides) {
        return isRowMajor(info.shape(), strides) ? rowMajor(info, data) : new StoredTensor(info, data, strides.clone());
    }

    private static boolean isRowMajor(Shape shape, long[] strides) {
        long expected = 1;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            if (shape.size(axis) != 1 && strides[axis] != expected) {
                return shape.size() == 0;
            }
            expected *= shape.size(axis);
        }
        return true;
    }

    TensorInfo info() {
        return info;
    }

    float[] floats() throws IOException {
        int size = info.shape().size();
        if (strides.length > 0) {
            ByteBuffer gathered = ByteBuffer.wrap(gather()).order(ByteOrder.LITTLE_ENDIAN);
            float[] floats = new float[size];
            ElementDecoder.decode(info.dtype(), gathered, floats, 0, size);
            return floats;
        }
        float[] floats = new float[size];
        int width = info.dtype().bytes();
        ByteBuffer chunk =
                ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, info.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < size; ) {
            int count = Math.min(size - at, CHUNK_BYTES / width);
            data.readFully((long) at * width, chunk.clear().limit(count * width));
            ElementDecoder.decode(info.dtype(), chunk.flip(), floats, at, count);
            at += count;
        }
        return floats;
    }

    byte[] bytes() throws IOException {
        if (strides.length > 0) {
            return gather();
        }
        return data.read(0, arrayLength(info.bytes())).array();
    }

    /** The elements brought into row-major order. */
    private byte[] gather() throws IOException {
        byte[] span = data.read(0, arrayLength(data.length())).array();
        int width = info.dtype().bytes();
        byte[] gathered = new byte[arrayLength(info.bytes())];
        int[] sizes = info.shape().toArray();
        int[] index = new int[sizes.length];
        long source = 0;
        for (int target = 0; target < gathered.length; target += width) {
            System.arraycopy(span, (int) (source * width), gathered, target, width);
            for (int axis = sizes.length - 1; axis >= 0; axis--) {
                source += strides[axis];
                if (++index[axis] < sizes[axis]) {
                    break;
                }
                source -= strides[axis] * sizes[axis];
                index[axis] = 0;
            }
        }
        return gathered;
    }

    private int arrayLength(long bytes) throws TensorFileException {
        if (bytes > LARGEST_ARRAY) {
            throw data.refuse("tensor '" + info.name() + "' takes " + bytes + " bytes, more than a byte array holds");
        }
        return (int) bytes;
    }
}
