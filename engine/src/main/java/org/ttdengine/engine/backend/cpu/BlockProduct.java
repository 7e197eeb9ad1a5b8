package org.ttdengine.engine.backend.cpu;

/** Matrix products small enough for one thread and its caches, of a packed right factor: the parts of attention. */
final class BlockProduct {
    private BlockProduct() {}

    /** Rows that are written for {@code rows} rows of a product. */
    static int paddedRows(int rows) {
        return (rows + MicroKernel.ROWS - 1) / MicroKernel.ROWS * MicroKernel.ROWS;
    }

    /** Rows of a tile when {@code rows} rows are cut into tiles of nearly equal height, at most {@code most} each. */
    static int tileRows(int rows, int most) {
        int tiles = Math.max(1, (rows + most - 1) / most);
        return paddedRows((rows + tiles - 1) / tiles);
    }

    /** A layout with panels of nearly equal width. */
    static PanelLayout layout(int depth, int columns) {
        int vectors = (columns + MicroKernel.LANES - 1) / MicroKernel.LANES;
        int panels = Math.max(1, (vectors + MicroKernel.VECTORS - 1) / MicroKernel.VECTORS);
        return new PanelLayout(depth, columns, Math.max(1, (vectors + panels - 1) / panels));
    }

    /** Packs a whole matrix, from {@code start} on. */
    static void pack(FloatView source, PanelLayout layout, float[] packed, int start) {
        for (int block = 0; block < layout.blocks(); block++) {
            for (int panel = 0; panel < layout.panels(); panel++) {
                PanelPacker.pack(source, layout, block, panel, packed, start + layout.start(block, panel));
            }
        }
    }

    /**
     * C += A B for the first panels and the first rows of B. C has {@link #paddedRows} rows and whole panels.
     *
     * @param depth rows of B that take part
     * @param panels panels of B that take part
     * @param a row-major, as C
     * @param b packed by {@code layout} from {@code bStart} on
     */
    static void multiplyAdd(
            int rows,
            int depth,
            int panels,
            float[] a,
            int aStart,
            int aStride,
            PanelLayout layout,
            float[] b,
            int bStart,
            float[] c,
            int cStart,
            int cStride) {
        for (int panel = 0; panel < panels; panel++) {
            int target = cStart + panel * layout.panelWidth();
            multiplyAddPanel(rows, depth, panel, a, aStart, aStride, layout, b, bStart, c, target, cStride);
        }
    }

    /** {@link #multiplyAdd} for one panel of B; C is the part that belongs to it. */
    static void multiplyAddPanel(
            int rows,
            int depth,
            int panel,
            float[] a,
            int aStart,
            int aStride,
            PanelLayout layout,
            float[] b,
            int bStart,
            float[] c,
            int cStart,
            int cStride) {
        for (int k = 0; k < depth; k += PanelLayout.BLOCK_DEPTH) {
            int start = bStart + layout.start(k / PanelLayout.BLOCK_DEPTH, panel);
            int run = Math.min(depth - k, PanelLayout.BLOCK_DEPTH);
            multiplyAddStrip(layout.vectors(panel), rows, run, a, aStart + k, aStride, b, start, c, cStart, cStride);
        }
    }

    /** C += A B for a B of {@code vectors} times {@code depth} vectors, one behind the other. */
    static void multiplyAddStrip(
            int vectors,
            int rows,
            int depth,
            float[] a,
            int aStart,
            int aStride,
            float[] b,
            int bStart,
            float[] c,
            int cStart,
            int cStride) {
        for (int i = 0; i < rows; i += MicroKernel.ROWS) {
            MicroKernel.multiplyAdd(
                    vectors,
                    a,
                    aStart + i * aStride,
                    aStride,
                    Math.min(MicroKernel.ROWS, rows - i),
                    b,
                    bStart,
                    depth,
                    c,
                    cStart + i * cStride,
                    cStride);
        }
    }
}
