package org.ttdengine.engine.backend.cpu;

/** Takes the sums of a finished tile through scale, bias, activation and residual to their place in memory. */
final class TileOutput {
    private TileOutput() {}

    /**
     * Writes the sums of the given rows and columns of C; overwrites them on the way.
     *
     * @param sums the rectangle's A B, row-major from index 0 on
     * @param width distance of its rows
     */
    static void write(Product product, int row, int rows, int column, int columns, float[] sums, int width) {
        FloatView c = product.c();
        for (int i = 0; i < rows; i++) {
            int s = i * width;
            int at = c.offset() + (row + i) * c.stride() + column;
            if (product.epilogue() == null) {
                VectorMath.axpy(product.alpha(), sums, s, c.data(), at, columns);
            } else {
                if (product.alpha() != 1) {
                    VectorMath.scale(product.alpha(), sums, s, sums, s, columns);
                }
                finishRow(product.epilogue(), row + i, column, columns, sums, s, c.data(), at);
            }
        }
    }

    private static void finishRow(
            Epilogue epilogue, int row, int column, int columns, float[] sums, int s, float[] c, int at) {
        if (epilogue.bias() != null) {
            VectorMath.add(sums, s, epilogue.bias(), epilogue.biasOffset() + column, sums, s, columns);
        }
        FloatView pre = epilogue.preActivation();
        if (pre != null) {
            System.arraycopy(sums, s, pre.data(), pre.offset() + row * pre.stride() + column, columns);
        }
        switch (epilogue.activation()) {
            case NONE -> {}
            case QUICK_GELU -> VectorFunctions.quickGelu(sums, s, sums, s, columns);
            case GELU_ERF -> VectorFunctions.gelu(sums, s, sums, s, columns);
        }
        FloatView residual = epilogue.residual();
        if (residual == null) {
            System.arraycopy(sums, s, c, at, columns);
        } else {
            int from = residual.offset() + row * residual.stride() + column;
            VectorMath.add(sums, s, residual.data(), from, c, at, columns);
        }
    }
}
