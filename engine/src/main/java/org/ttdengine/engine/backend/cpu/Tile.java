package org.ttdengine.engine.backend.cpu;

import java.util.Arrays;

/**
 * A rectangle of C, computed by one thread in working memory. That memory holds, from index 0 on, the sums: rows of
 * {@link #width} floats, as many as register blocks need; then a panel of B; then rows of A.
 *
 * @param row first row of C
 * @param rows number of rows
 * @param panel first panel of B
 * @param panels number of panels
 * @param panelWidth columns of a full panel
 */
record Tile(int row, int rows, int panel, int panels, int panelWidth) {
    /** Working memory the tile needs, in floats. */
    int scratchSize() {
        return sumsSize() + PanelLayout.BLOCK_DEPTH * (panelWidth + rows);
    }

    /** Number of floats its sums take. */
    int sumsSize() {
        return (rows + MicroKernel.ROWS - 1) / MicroKernel.ROWS * MicroKernel.ROWS * width();
    }

    private int width() {
        return panels * panelWidth;
    }

    /** Sets the sums to zero. */
    void clear(float[] scratch) {
        Arrays.fill(scratch, 0, sumsSize(), 0);
    }

    /** Adds to the sums what one block of k contributes. */
    void addBlock(int block, FloatView a, RightFactor b, float[] scratch) {
        int depth = b.layout().blockDepth(block);
        int packedPanel = sumsSize();
        FloatView left = leftBlock(block, depth, a, scratch, packedPanel + PanelLayout.BLOCK_DEPTH * panelWidth);
        for (int p = 0; p < panels; p++) {
            if (b.isPacked()) {
                addPanel(p, left, b.layout(), b.packed(), b.layout().start(block, panel + p), depth, scratch);
            } else {
                PanelPacker.pack(b.source(), b.layout(), block, panel + p, scratch, packedPanel);
                addPanel(p, left, b.layout(), scratch, packedPanel, depth, scratch);
            }
        }
    }

    private void addPanel(
            int p, FloatView left, PanelLayout layout, float[] right, int start, int depth, float[] sums) {
        int vectors = layout.vectors(panel + p);
        for (int i = 0; i < rows; i += MicroKernel.ROWS) {
            int from = left.offset() + i * left.stride();
            int to = i * width() + p * panelWidth;
            int blockRows = Math.min(MicroKernel.ROWS, rows - i);
            MicroKernel.multiplyAdd(
                    vectors, left.data(), from, left.stride(), blockRows, right, start, depth, sums, to, width());
        }
    }

    /** The tile's rows of A in one block of k, transposed into working memory unless they are rows already. */
    private FloatView leftBlock(int block, int depth, FloatView a, float[] scratch, int packedRows) {
        int k = block * PanelLayout.BLOCK_DEPTH;
        if (!a.transposed()) {
            return FloatView.of(a.data(), a.offset() + row * a.stride() + k, a.stride());
        }
        int from = a.offset() + k * a.stride() + row;
        PanelPacker.transpose(a.data(), from, a.stride(), depth, rows, scratch, packedRows, depth);
        return FloatView.of(scratch, packedRows, depth);
    }

    /** Takes the finished sums to C. */
    void write(Product product, float[] scratch) {
        int column = panel * panelWidth;
        int columns = Math.min(width(), product.columns() - column);
        TileOutput.write(product, row, rows, column, columns, scratch, width());
    }
}
