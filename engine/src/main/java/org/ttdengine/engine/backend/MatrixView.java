package org.ttdengine.engine.backend;

import org.ttdengine.engine.Tensor;

/**
 * A rectangle of a tensor seen as a matrix.
 *
 * @param tensor the memory
 * @param offset element of the tensor at row 0, column 0
 * @param rows number of rows
 * @param columns number of columns
 * @param stride elements from one row to the next
 */
public record MatrixView(Tensor tensor, int offset, int rows, int columns, int stride) {
    public MatrixView {
        long last = rows == 0 || columns == 0 ? offset : offset + (rows - 1L) * stride + columns;
        if (offset < 0 || rows < 0 || columns < 0 || stride < columns || last > tensor.size()) {
            throw new IllegalArgumentException("a " + rows + "x" + columns + " view at " + offset + " with stride "
                    + stride + " does not lie in " + tensor);
        }
    }

    /** The whole tensor: all axes but the innermost are rows. */
    public static MatrixView of(Tensor tensor) {
        int columns = tensor.shape().size(-1);
        return new MatrixView(tensor, 0, tensor.shape().rows(), columns, columns);
    }

    /** Consecutive rows of this view. */
    public MatrixView rows(int first, int count) {
        checkPart("rows", first, count, rows);
        return new MatrixView(tensor, offset + first * stride, count, columns, stride);
    }

    /** Consecutive columns of this view; without rows, all begin where the view does. */
    public MatrixView columns(int first, int count) {
        checkPart("columns", first, count, columns);
        return new MatrixView(tensor, rows == 0 ? offset : offset + first, rows, count, stride);
    }

    /** Whether it is the tensor without gaps. */
    public boolean isWhole() {
        return offset == 0 && (stride == columns || rows <= 1) && (long) rows * columns == tensor.size();
    }

    private void checkPart(String what, int first, int count, int available) {
        long end = (long) first + count;
        if (first < 0 || count < 0 || end > available) {
            throw new IllegalArgumentException(
                    what + " " + first + " to " + end + " are not in a " + rows + "x" + columns + " view of " + tensor);
        }
    }
}
