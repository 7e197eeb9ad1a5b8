package org.ttdengine.engine.backend.cpu;

/**
 * How the right factor of a product lies in memory once packed. The depth k is cut into blocks, each block into panels as
 * wide as the micro-kernel; a panel holds, for each k in turn, its columns side by side, so that the micro-kernel reads it
 * from front to back. The last panel is only as many vectors wide as it needs, its missing columns zero.
 *
 * @param depth rows of the matrix (k)
 * @param columns columns of the matrix (n)
 * @param panelVectors vectors in a row of a full panel
 */
record PanelLayout(int depth, int columns, int panelVectors) {
    /**
     * Depth of a block. Sums over k are formed within blocks and then added, so this number is part of the definition
     * of a product's bits: it must not depend on the product or the machine.
     */
    static final int BLOCK_DEPTH = 384;

    PanelLayout {
        if (depth < 0 || columns < 0) {
            throw new IllegalArgumentException("matrix of negative size " + depth + "x" + columns);
        }
        if ((long) depth * roundUp(columns, MicroKernel.LANES) > Integer.MAX_VALUE - 64) {
            throw new IllegalArgumentException("matrix of " + depth + "x" + columns + " is too large to pack");
        }
    }

    /** The layout for this machine. */
    static PanelLayout of(int depth, int columns) {
        return new PanelLayout(depth, columns, MicroKernel.VECTORS);
    }

    /** Number of blocks of k. */
    int blocks() {
        return (depth + BLOCK_DEPTH - 1) / BLOCK_DEPTH;
    }

    int blockDepth(int block) {
        return Math.min(BLOCK_DEPTH, depth - block * BLOCK_DEPTH);
    }

    /** Columns of a full panel. */
    int panelWidth() {
        return panelVectors * MicroKernel.LANES;
    }

    int panels() {
        return (columns + panelWidth() - 1) / panelWidth();
    }

    /** Vectors in a row of the given panel. */
    int vectors(int panel) {
        int rest = columns - panel * panelWidth();
        return Math.min(panelVectors, (rest + MicroKernel.LANES - 1) / MicroKernel.LANES);
    }

    /** Index of a panel's first element among the packed elements. */
    int start(int block, int panel) {
        return block * BLOCK_DEPTH * paddedColumns() + panel * panelWidth() * blockDepth(block);
    }

    /** Number of packed elements, padding included. */
    int size() {
        return depth * paddedColumns();
    }

    private int paddedColumns() {
        return roundUp(columns, MicroKernel.LANES);
    }

    private static int roundUp(int size, int multiple) {
        return (size + multiple - 1) / multiple * multiple;
    }
}
