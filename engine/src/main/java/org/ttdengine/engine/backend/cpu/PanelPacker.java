package org.ttdengine.engine.backend.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Copies parts of a matrix into the order the micro-kernel reads them. */
final class PanelPacker {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private PanelPacker() {}

    /** Writes one panel of the right factor, zero-padded, from {@code start} on. */
    static void pack(FloatView source, PanelLayout layout, int block, int panel, float[] packed, int start) {
        int depth = layout.blockDepth(block);
        int width = layout.vectors(panel) * LANES;
        int column = panel * layout.panelWidth();
        int columns = Math.min(width, layout.columns() - column);
        int k = block * PanelLayout.BLOCK_DEPTH;
        int stride = source.stride();
        if (columns < width) {
            Arrays.fill(packed, start, start + depth * width, 0);
        }
        if (source.transposed()) {
            int from = source.offset() + column * stride + k;
            transpose(source.data(), from, stride, columns, depth, packed, start, width);
        } else {
            int from = source.offset() + k * stride + column;
            copyRows(source.data(), from, stride, depth, columns, packed, start, width);
        }
    }

    private static void copyRows(
            float[] source, int from, int stride, int rows, int columns, float[] target, int to, int width) {
        int whole = columns - columns % LANES;
        for (int i = 0; i < rows; i++) {
            int s = from + i * stride;
            int t = to + i * width;
            for (int j = 0; j < whole; j += LANES) {
                FloatVector.fromArray(SPECIES, source, s + j).intoArray(target, t + j);
            }
            for (int j = whole; j < columns; j++) {
                target[t + j] = source[s + j];
            }
        }
    }

    /** target[to + j * width + i] = source[from + i * stride + j] for i below rows, j below columns. */
    static void transpose(
            float[] source, int from, int stride, int rows, int columns, float[] target, int to, int width) {
        int i = 0;
        for (; i + 4 <= rows; i += 4) {
            int s0 = from + i * stride;
            int s1 = s0 + stride;
            int s2 = s1 + stride;
            int s3 = s2 + stride;
            for (int j = 0; j < columns; j++) {
                int t = to + i + j * width;
                target[t] = source[s0 + j];
                target[t + 1] = source[s1 + j];
                target[t + 2] = source[s2 + j];
                target[t + 3] = source[s3 + j];
            }
        }
        for (; i < rows; i++) {
            int s = from + i * stride;
            for (int j = 0; j < columns; j++) {
                target[to + i + j * width] = source[s + j];
            }
        }
    }
}
