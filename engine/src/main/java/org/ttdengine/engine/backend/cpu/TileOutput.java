package org.ttdengine.engine.backend.cpu;

/** Takes the sums of a finished tile through scale, bias, activation or its derivative, and residual to their place in memory. */
final class TileOutput {
    private TileOutput() {}

    /**
     * Writes the sums of the given rows and columns of C; overwrites them on the way.
     *
     * @param sums the rectangle's A B, row-major from index 0 on
     * @param width distance of its rows
     */
    static void write(Product product, int row, int rows, int column, int columns, float[] sums, int width) {
        if (product.c().transposed()) {
            writeTransposed(product, row, rows, column, columns, sums, width);
        } else if (product.epilogue() == null) {
            add(product, row, rows, column, columns, sums, width);
        } else {
            finish(product, row, rows, column, columns, sums, width);
        }
    }

    private static void add(Product product, int row, int rows, int column, int columns, float[] sums, int width) {
        FloatView c = product.c();
        for (int i = 0; i < rows; i++) {
            int at = c.offset() + (row + i) * c.stride() + column;
            VectorMath.axpy(product.alpha(), sums, i * width, c.data(), at, columns);
        }
    }

    private static void finish(Product product, int row, int rows, int column, int columns, float[] sums, int width) {
        Epilogue epilogue = product.epilogue();
        int size = rows * width;
        if (product.alpha() != 1) {
            VectorMath.scale(product.alpha(), sums, 0, sums, 0, size);
        }
        if (epilogue.gate() != null) {
            gate(sums, width, epilogue, row, rows, column, columns);
            copy(sums, width, product.c(), row, rows, column, columns);
            return;
        }
        if (epilogue.bias() != null) {
            int from = epilogue.biasOffset() + column;
            for (int i = 0; i < rows; i++) {
                VectorMath.add(sums, i * width, epilogue.bias(), from, sums, i * width, columns);
            }
        }
        if (epilogue.preActivation() != null) {
            copy(sums, width, epilogue.preActivation(), row, rows, column, columns);
        }
        switch (epilogue.activation()) {
            case NONE -> {}
            case QUICK_GELU -> VectorFunctions.quickGelu(sums, 0, sums, 0, size);
            case GELU_ERF -> VectorFunctions.gelu(sums, 0, sums, 0, size);
        }
        FloatView residual = epilogue.residual();
        if (residual == null) {
            copy(sums, width, product.c(), row, rows, column, columns);
            return;
        }
        FloatView c = product.c();
        for (int i = 0; i < rows; i++) {
            int from = residual.offset() + (row + i) * residual.stride() + column;
            int at = c.offset() + (row + i) * c.stride() + column;
            VectorMath.add(sums, i * width, residual.data(), from, c.data(), at, columns);
        }
    }

    private static void gate(float[] sums, int width, Epilogue epilogue, int row, int rows, int column, int columns) {
        float[] x = epilogue.gate().data();
        for (int i = 0; i < rows; i++) {
            int from = epilogue.gate().offset() + (row + i) * epilogue.gate().stride() + column;
            int at = i * width;
            switch (epilogue.activation()) {
                case NONE -> {}
                case QUICK_GELU -> VectorFunctions.quickGeluGradient(x, from, sums, at, sums, at, columns);
                case GELU_ERF -> VectorFunctions.geluGradient(x, from, sums, at, sums, at, columns);
            }
        }
    }

    private static void copy(float[] sums, int width, FloatView target, int row, int rows, int column, int columns) {
        for (int i = 0; i < rows; i++) {
            int at = target.offset() + (row + i) * target.stride() + column;
            System.arraycopy(sums, i * width, target.data(), at, columns);
        }
    }

    private static void writeTransposed(
            Product product, int row, int rows, int column, int columns, float[] sums, int width) {
        FloatView c = product.c();
        float alpha = product.alpha();
        boolean add = product.epilogue() == null;
        for (int j = 0; j < columns; j++) {
            int at = c.offset() + (column + j) * c.stride() + row;
            for (int i = 0; i < rows; i++) {
                float sum = sums[i * width + j];
                c.data()[at + i] = add ? Math.fma(alpha, sum, c.data()[at + i]) : alpha * sum;
            }
        }
    }
}
