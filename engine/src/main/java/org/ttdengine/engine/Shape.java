package org.ttdengine.engine;

import java.util.Arrays;

/** Sizes of a tensor's axes, outermost first; immutable. Rank 0 is a scalar with one element. */
public final class Shape {
    private final int[] sizes;

    private Shape(int[] sizes) {
        this.sizes = sizes;
    }

    /**
     * A shape of the given sizes.
     *
     * @throws IllegalArgumentException if a size is negative or the number of elements exceeds an int
     */
    public static Shape of(int... sizes) {
        long size = 1;
        for (int s : sizes) {
            if (s < 0) {
                throw new IllegalArgumentException("negative size in shape " + Arrays.toString(sizes));
            }
            size = Math.multiplyExact(size, (long) s);
            if (size > Integer.MAX_VALUE - 64) {
                throw new IllegalArgumentException("shape " + Arrays.toString(sizes) + " has too many elements");
            }
        }
        return new Shape(sizes.clone());
    }

    public int rank() {
        return sizes.length;
    }

    /** Size of an axis; negative axes count from the end, -1 being the innermost. */
    public int size(int axis) {
        return sizes[axis < 0 ? axis + sizes.length : axis];
    }

    /** Number of elements. */
    public int size() {
        int size = 1;
        for (int s : sizes) {
            size *= s;
        }
        return size;
    }

    /** Product of all sizes but the innermost: the rows of the tensor seen as a matrix. */
    public int rows() {
        int rows = 1;
        for (int i = 0; i < sizes.length - 1; i++) {
            rows *= sizes[i];
        }
        return rows;
    }

    public int[] toArray() {
        return sizes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sizes);
    }

    /** For example {@code [8, 197, 768]}. */
    @Override
    public String toString() {
        return Arrays.toString(sizes);
    }
}
