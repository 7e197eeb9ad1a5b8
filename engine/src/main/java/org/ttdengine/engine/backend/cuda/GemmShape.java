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
        Block block = block(m, n, layout);
        int columns = ceil(n, block.columns());
        int rows = ceil(m, block.rows());
        int wanted = (int) Math.min(ENOUGH / ((long) rows * columns), k / SHORTEST_PART);
        if (wanted < 2) {
            return new GemmShape(block, columns, rows, 1, k);
        }
        int length = ceil(ceil(k, wanted), depth) * depth;
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
