package org.ttdengine.engine.backend.cpu;

import java.util.Arrays;

/**
 * A rectangle of C, computed by one thread: summed in working memory over the blocks of k, then brought through the
 * epilogue to its place.
 *
 * @param row first row of C
 * @param rows number of rows
 * @param panel first panel of B
 * @param panels number of panels
 */
record Tile(int row, int rows, int panel, int panels) {
    /** Working memory a tile of this size needs, in floats. */
    static int scratchSize(int rows, int panels, PanelLayout layout, MicroKernel kernel) {
        int sums = roundUp(rows, kernel.rows()) * panels * layout.panelWidth();
        return sums + PanelLayout.BLOCK_DEPTH * (rows + layout.panelWidth());
    }

    /**
     * Computes the tile.
     *
     * @param b packed right factor, or null
     * @param source right factor to be packed panel by panel where {@code b} is null
     * @param layout how it is packed
     * @param scratch working memory of {@link #scratchSize} floats
     */
    void compute(
            Product product,
            PackedPanels b,
            FloatView source,
            PanelLayout layout,
            MicroKernel kernel,
            float[] scratch) {
        int width = panels * layout.panelWidth();
        int sums = roundUp(rows, kernel.rows()) * width;
        int packedPanel = sums;
        int packedRows = sums + PanelLayout.BLOCK_DEPTH * layout.panelWidth();
        Arrays.fill(scratch, 0, sums, 0);
        for (int block = 0; block < layout.blocks(); block++) {
            int depth = layout.blockDepth(block);
            FloatView left = leftBlock(product.a(), block, depth, scratch, packedRows);
            for (int p = 0; p < panels; p++) {
                float[] right;
                int start;
                if (b == null) {
                    right = scratch;
                    start = packedPanel;
                    PanelPacker.pack(source, layout, block, panel + p, right, start);
                } else {
                    right = b.data();
                    start = layout.start(block, panel + p);
                }
                int vectors = layout.vectors(panel + p);
                for (int i = 0; i < rows; i += kernel.rows()) {
                    kernel.multiplyAdd(
                            vectors,
                            left.data(),
                            left.offset() + i * left.stride(),
                            left.stride(),
                            Math.min(kernel.rows(), rows - i),
                            right,
                            start,
                            depth,
                            scratch,
                            i * width + p * layout.panelWidth(),
                            width);
                }
            }
        }
        int column = panel * layout.panelWidth();
        int columns = Math.min(width, product.columns() - column);
        TileOutput.write(product, row, rows, column, columns, scratch, width);
    }

    /** The tile's rows of A in one block of k, transposed into working memory unless they are rows already. */
    private FloatView leftBlock(FloatView a, int block, int depth, float[] scratch, int packedRows) {
        int k = block * PanelLayout.BLOCK_DEPTH;
        if (!a.transposed()) {
            return FloatView.of(a.data(), a.offset() + row * a.stride() + k, a.stride());
        }
        int from = a.offset() + k * a.stride() + row;
        PanelPacker.transpose(a.data(), from, a.stride(), depth, rows, scratch, packedRows, depth);
        return FloatView.of(scratch, packedRows, depth);
    }

    private static int roundUp(int size, int multiple) {
        return (size + multiple - 1) / multiple * multiple;
    }
}
