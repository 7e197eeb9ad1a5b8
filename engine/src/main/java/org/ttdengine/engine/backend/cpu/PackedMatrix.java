package org.ttdengine.engine.backend.cpu;

/**
 * A right factor rearranged for {@link Gemm} once, to be used in many products: frozen weights. It holds a copy: later
 * changes of the source are not seen. For a weight W [n, k] and row-major activations, {@code Y = X Wᵀ} takes
 * {@code pack(MatrixView.transposed(w, 0, k), k, n)} and {@code dX = dY W} takes {@code pack(MatrixView.of(w, 0, k), n, k)}.
 */
public final class PackedMatrix implements RightOperand {
    private final PanelLayout layout;
    private final float[] data;

    private PackedMatrix(PanelLayout layout, float[] data) {
        this.layout = layout;
        this.data = data;
    }

    /**
     * Packs a matrix.
     *
     * @param source the matrix as the product reads it
     * @param depth its rows, the product's k
     * @param columns its columns, the product's n
     * @throws IllegalArgumentException if the view is too small for that
     */
    public static PackedMatrix pack(MatrixView source, int depth, int columns) {
        return pack(source, depth, columns, MicroKernel.best());
    }

    static PackedMatrix pack(MatrixView source, int depth, int columns, MicroKernel kernel) {
        source.requireSize("to pack", depth, columns);
        PanelLayout layout = PanelLayout.of(depth, columns, kernel);
        PackedMatrix packed = new PackedMatrix(layout, new float[layout.size()]);
        for (int block = 0; block < layout.blocks(); block++) {
            for (int panel = 0; panel < layout.panels(); panel++) {
                PanelPacker.pack(source, layout, block, panel, packed.data, layout.start(block, panel));
            }
        }
        return packed;
    }

    /** A matrix whose elements are, or are going to be, packed in the given array. */
    static PackedMatrix over(float[] data, PanelLayout layout) {
        return new PackedMatrix(layout, data);
    }

    /** Rows of the matrix: the product's k. */
    public int depth() {
        return layout.depth();
    }

    /** Columns of the matrix: the product's n. */
    public int columns() {
        return layout.columns();
    }

    PanelLayout layout() {
        return layout;
    }

    float[] data() {
        return data;
    }
}
