package org.ttdengine.engine.backend.cpu;

/**
 * The matrix product of {@link Gemm} on the calling thread alone, for use inside a task of a {@link WorkerPool}: small
 * products such as those of one attention head. Gives the same bits. Stateless: the caller brings the working memory. A view B is
 * packed anew for every 204 rows of A; {@link PackedPanels} avoids that.
 */
public final class GemmBlock {
    private GemmBlock() {}

    /** Working memory a product of this size needs, in floats. */
    public static int scratchSize(int m, int n, int k) {
        return Tiling.sequential(m, PanelLayout.of(k, n)).largest().scratchSize();
    }

    /**
     * C = epilogue(alpha A B), as {@link Gemm#multiply}.
     *
     * @param scratch working memory of at least {@link #scratchSize} floats, of any content
     */
    public static void multiply(
            int m,
            int n,
            int k,
            float alpha,
            FloatView a,
            RightOperand b,
            FloatView c,
            Epilogue epilogue,
            float[] scratch) {
        compute(new Product(m, n, k, alpha, a, c, epilogue), b, scratch);
    }

    /** C += alpha A B, as {@link Gemm#multiplyAdd}. */
    public static void multiplyAdd(
            int m, int n, int k, float alpha, FloatView a, RightOperand b, FloatView c, float[] scratch) {
        compute(new Product(m, n, k, alpha, a, c, null), b, scratch);
    }

    private static void compute(Product product, RightOperand b, float[] scratch) {
        RightFactor right = RightFactor.of(b, product);
        Tiling tiling = Tiling.sequential(product.rows(), right.layout());
        if (scratch.length < tiling.largest().scratchSize()) {
            throw new IllegalArgumentException("a product of m " + product.rows() + ", n " + product.columns() + ", k "
                    + product.depth() + " needs working memory of "
                    + tiling.largest().scratchSize() + " floats, not " + scratch.length);
        }
        for (int number = 0; number < tiling.tiles(); number++) {
            Tile tile = tiling.tile(number);
            tile.clear(scratch);
            for (int block = 0; block < right.layout().blocks(); block++) {
                tile.addBlock(block, product.a(), right, scratch);
            }
            tile.write(product, scratch);
        }
    }
}
