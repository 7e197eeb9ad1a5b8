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
     * Packs a matrix into memory of its own.
     *
     * @param source the matrix as the product reads it
     * @param depth its rows, the product's k
     * @param columns its columns, the product's n
     * @throws IllegalArgumentException if the view is too small for that
     */
    public static PackedPanels pack(FloatView source, int depth, int columns) {
        return pack(source, PanelLayout.of(depth, columns));
    }

    static PackedPanels pack(FloatView source, PanelLayout layout) {
        return pack(source, layout, new float[layout.size()]);
    }

    /**
     * Packs a matrix into memory lent by the caller, which must not change while the result is in use.
     *
     * @param storage at least {@link #packedSize} floats
     * @throws IllegalArgumentException if the view or the storage is too small
     */
    public static PackedPanels pack(FloatView source, int depth, int columns, float[] storage) {
        return pack(source, PanelLayout.of(depth, columns), storage);
    }

    /** Number of floats a matrix of this size takes when packed. */
    public static int packedSize(int depth, int columns) {
        return PanelLayout.of(depth, columns).size();
    }

    private static PackedPanels pack(FloatView source, PanelLayout layout, float[] storage) {
        source.requireSize("to pack", layout.depth(), layout.columns());
        if (storage.length < layout.size()) {
            throw new IllegalArgumentException("packing a matrix of " + layout.depth() + "x" + layout.columns()
                    + " takes " + layout.size() + " floats, not " + storage.length);
        }
        for (int block = 0; block < layout.blocks(); block++) {
            for (int panel = 0; panel < layout.panels(); panel++) {
                PanelPacker.pack(source, layout, block, panel, storage, layout.start(block, panel));
            }
        }
        return new PackedPanels(layout, storage);
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
