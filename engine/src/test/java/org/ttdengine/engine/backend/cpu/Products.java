package org.ttdengine.engine.backend.cpu;

import java.util.Arrays;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/** Random operands inside guarded arrays, and their product in double precision by EJML. */
final class Products {
    /** Floats of NaN before, between and after the rows of a guarded matrix. */
    private static final int GUARD = 3;

    private Products() {}

    /** A view of random values in [-1, 1), surrounded by NaN: whoever reads outside gets NaN. */
    static FloatView random(Random random, int rows, int columns, boolean transposed) {
        int storedRows = transposed ? columns : rows;
        int storedColumns = transposed ? rows : columns;
        int stride = storedColumns + GUARD;
        float[] data = new float[GUARD + storedRows * stride];
        Arrays.fill(data, Float.NaN);
        for (int i = 0; i < storedRows; i++) {
            for (int j = 0; j < storedColumns; j++) {
                data[GUARD + i * stride + j] = random.nextFloat() * 2 - 1;
            }
        }
        return new FloatView(data, GUARD, stride, transposed);
    }

    /** The array of a view with its own copy of the data. */
    static FloatView copy(FloatView view) {
        return new FloatView(view.data().clone(), view.offset(), view.stride(), view.transposed());
    }

    static float at(FloatView view, int i, int j) {
        int row = view.transposed() ? j : i;
        int column = view.transposed() ? i : j;
        return view.data()[view.offset() + row * view.stride() + column];
    }

    /** The view's elements without the gaps. */
    static float[] elements(FloatView view, int rows, int columns) {
        float[] elements = new float[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                elements[i * columns + j] = at(view, i, j);
            }
        }
        return elements;
    }

    /** Whether everything in the array outside the matrix is still NaN. */
    static boolean guardsIntact(FloatView view, int rows, int columns) {
        float[] rest = view.data().clone();
        for (int i = 0; i < rows; i++) {
            int start = view.offset() + i * view.stride();
            Arrays.fill(rest, start, start + columns, Float.NaN);
        }
        for (float value : rest) {
            if (!Float.isNaN(value)) {
                return false;
            }
        }
        return true;
    }

    /** A B in double precision. */
    static DMatrixRMaj product(FloatView a, FloatView b, int m, int n, int k) {
        return product(toDouble(a, m, k), toDouble(b, k, n));
    }

    /** |A| |B| in double precision: what the rounding errors of a product are proportional to. */
    static DMatrixRMaj absoluteProduct(FloatView a, FloatView b, int m, int n, int k) {
        DMatrixRMaj x = toDouble(a, m, k);
        DMatrixRMaj y = toDouble(b, k, n);
        CommonOps_DDRM.abs(x);
        CommonOps_DDRM.abs(y);
        return product(x, y);
    }

    private static DMatrixRMaj product(DMatrixRMaj x, DMatrixRMaj y) {
        DMatrixRMaj z = new DMatrixRMaj(x.numRows, y.numCols);
        if (x.numRows > 0 && x.numCols > 0 && y.numCols > 0) {
            CommonOps_DDRM.mult(x, y, z);
        }
        return z;
    }

    private static DMatrixRMaj toDouble(FloatView view, int rows, int columns) {
        DMatrixRMaj matrix = new DMatrixRMaj(rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                matrix.set(i, j, at(view, i, j));
            }
        }
        return matrix;
    }
}
