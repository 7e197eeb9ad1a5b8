package org.ttdengine.engine.backend.cpu;

/**
 * The right factor of a product under way: packed as a whole, or to be packed panel by panel where it is needed.
 *
 * @param layout how its panels lie
 * @param packed the packed elements, or null
 * @param source the matrix, where it is not packed yet
 */
@SuppressWarnings("ArrayRecordComponent") // shared storage: identity is the meaning wanted
record RightFactor(PanelLayout layout, float[] packed, FloatView source) {
    /** The operand as it was given, its size checked. */
    static RightFactor of(RightOperand operand, Product product) {
        if (operand instanceof PackedPanels matrix) {
            if (matrix.k() != product.depth() || matrix.n() != product.columns()) {
                throw new IllegalArgumentException("packed matrix B is " + matrix.k() + "x" + matrix.n()
                        + ", the product needs " + product.depth() + "x" + product.columns());
            }
            return new RightFactor(matrix.layout(), matrix.data(), null);
        }
        FloatView view = (FloatView) operand;
        view.requireSize("B", product.depth(), product.columns());
        return new RightFactor(PanelLayout.of(product.depth(), product.columns()), null, view);
    }

    boolean isPacked() {
        return packed != null;
    }

    /** This factor, its panels at their place in the given storage. */
    RightFactor packedIn(float[] storage) {
        return new RightFactor(layout, storage, source);
    }

    /** Number of panels over all blocks, the unit in which packing is shared out. */
    int parts() {
        return layout.blocks() * layout.panels();
    }

    /** Packs one of the {@link #parts} to its place. */
    void pack(int part) {
        int block = part / layout.panels();
        int panel = part % layout.panels();
        PanelPacker.pack(source, layout, block, panel, packed, layout.start(block, panel));
    }
}
