package org.ttdengine.engine.backend.cuda;

import org.ttdengine.kernels.GemmKernels.Block;
import org.ttdengine.kernels.GemmKernels.Layout;

/**
 * How a matrix product is spread over a GPU. The choice depends on sizes alone, never on the GPU: results are the same on
 * all of them.
 *
 * @param block rectangle of C that a block of threads computes
 * @param columns blocks along the columns of C
 * @param rows blocks along the rows of C
 * @param parts pieces the sums are cut into, each computed by blocks of its own
 * @param partLength length of all pieces but the last
 */
record GemmShape(Block block, int columns, int rows, int parts, int partLength) {
    /** Blocks that keep a large GPU busy. */
    private static final int ENOUGH = 128;
    /** Sums shorter than this are not cut. */
    private static final int SHORTEST_PART = 512;

    /**
     * The shape for a product.
     *
     * @param m rows of C, at least 1
     * @param n columns of C, at least 1
     * @param k length of the sums
     * @param depth pieces of sums are multiples of it
     */
    static GemmShape of(int m, int n, int k, Layout layout, int depth) {
        GemmShape whole = whole(block(m, n, layout), m, n, k);
        return whole.cut((int) Math.min(ENOUGH / ((long) whole.rows * whole.columns), k / SHORTEST_PART), k, depth);
    }

    /** The shape for a product by blocks of one kind, its sums in one piece. */
    static GemmShape whole(Block block, int m, int n, int k) {
        return new GemmShape(block, ceil(n, block.columns()), ceil(m, block.rows()), 1, k);
    }

    /** The same with sums of length {@code k} in at most so many pieces, all but the last multiples of {@code depth}. */
    GemmShape cut(int pieces, int k, int depth) {
        if (pieces < 2) {
            return this;
        }
        int length = ceil(ceil(k, pieces), depth) * depth;
        return new GemmShape(block, columns, rows, ceil(k, length), length);
    }

    private static Block block(int m, int n, Layout layout) {
        boolean narrow = m <= Block.SMALL.rows() || n <= Block.SMALL.columns();
        long large = (long) ceil(m, Block.LARGE.rows()) * ceil(n, Block.LARGE.columns());
        return narrow || large < ENOUGH || layout == Layout.TT ? Block.SMALL : Block.LARGE;
    }

    private static int ceil(int a, int b) {
        return (int) ((a + b - 1L) / b);
    }

    /** Length of the last piece of sums of length {@code k}. */
    int lastPart(int k) {
        return k - (parts - 1) * partLength;
    }

    /** The grid of blocks. */
    LaunchShape grid() {
        return LaunchShape.of(columns, rows, parts).threads(block.threads());
    }
}
