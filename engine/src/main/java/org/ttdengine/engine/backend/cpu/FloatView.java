package org.ttdengine.engine.backend.cpu;

import java.util.Objects;

/**
 * A row-major matrix inside an array, read as it stands or transposed. Its size comes from the operation it takes part
 * in. Element (i, j) is {@code data[offset + i * stride + j]}, or {@code data[offset + j * stride + i]} if transposed.
 *
 * @param data the array, shared, not copied
 * @param offset index of element (0, 0)
 * @param stride distance of consecutive stored rows
 * @param transposed whether stored rows are the columns of the matrix
 */
@SuppressWarnings("ArrayRecordComponent") // a view of shared storage: identity is the meaning wanted
public record FloatView(float[] data, int offset, int stride, boolean transposed) implements RightOperand {
    public FloatView {
        Objects.requireNonNull(data, "data");
        if (offset < 0 || stride < 0) {
            throw new IllegalArgumentException("negative offset " + offset + " or stride " + stride + " of a matrix");
        }
    }

    /** The stored rows as they are. */
    public static FloatView of(float[] data, int offset, int stride) {
        return new FloatView(data, offset, stride, false);
    }

    /** The transpose of the stored rows. */
    public static FloatView transposed(float[] data, int offset, int stride) {
        return new FloatView(data, offset, stride, true);
    }

    /** The transpose of this matrix, over the same elements. */
    public FloatView transpose() {
        return new FloatView(data, offset, stride, !transposed);
    }

    /**
     * Checks that a matrix of this size lies inside the array.
     *
     * @throws IllegalArgumentException if it does not, or if stored rows would overlap
     */
    void requireSize(String name, int rows, int columns) {
        int storedRows = transposed ? columns : rows;
        int storedColumns = transposed ? rows : columns;
        if (rows == 0 || columns == 0) {
            return;
        }
        long end = offset + (storedRows - 1L) * stride + storedColumns;
        if ((storedRows > 1 && stride < storedColumns) || end > data.length) {
            throw new IllegalArgumentException("matrix " + name + " of " + rows + "x" + columns
                    + (transposed ? " (transposed)" : "") + " does not fit its array: offset " + offset + ", stride "
                    + stride + ", length " + data.length);
        }
    }
}
