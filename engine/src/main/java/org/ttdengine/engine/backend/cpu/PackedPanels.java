package org.ttdengine.engine.backend.cpu;

import org.ttdengine.engine.backend.PackedMatrix;

/**
 * A right factor rearranged for {@link Gemm} once, to be used in many products: frozen weights. It holds a copy: later
 * changes of the source are not seen. For a weight W [n, k] and row-major activations, {@code Y = X Wᵀ} takes
 * {@code pack(FloatView.transposed(w, 0, k), k, n)} and {@code dX = dY W} takes {@code pack(FloatView.of(w, 0, k), n, k)}.
 */
public final class PackedPanels implements RightOperand, PackedMatrix {
    private final PanelLayout layout;
    private final float[] data;

    private PackedPanels(PanelLayout layout, float[] data) {
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
    public static PackedPanels pack(FloatView source, int depth, int columns) {
        return pack(source, depth, columns, MicroKernel.best());
    }

    static PackedPanels pack(FloatView source, int depth, int columns, MicroKernel kernel) {
        source.requireSize("to pack", depth, columns);
        PanelLayout layout = PanelLayout.of(depth, columns, kernel);
        PackedPanels packed = new PackedPanels(layout, new float[layout.size()]);
        for (int block = 0; block < layout.blocks(); block++) {
            for (int panel = 0; panel < layout.panels(); panel++) {
                PanelPacker.pack(source, layout, block, panel, packed.data, layout.start(block, panel));
            }
        }
        return packed;
    }

    /** A matrix whose elements are, or are going to be, packed in the given array. */
    static PackedPanels over(float[] data, PanelLayout layout) {
        return new PackedPanels(layout, data);
    }

    /** Rows of the matrix: the product's k. */
    @Override
    public int k() {
        return layout.depth();
    }

    /** Columns of the matrix: the product's n. */
    @Override
    public int n() {
        return layout.columns();
    }

    PanelLayout layout() {
        return layout;
    }

    float[] data() {
        return data;
    }
}
