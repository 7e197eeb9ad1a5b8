package org.ttdengine.vit;

import org.ttdengine.engine.backend.RowMix;

/**
 * Positions of an image tower resized to another grid: row 0, the class token's, is kept; the others are interpolated
 * as torch's bicubic does (a = -0.75, half-pixel centres, edges repeated, no antialiasing).
 */
final class PositionGrid {
    private static final int TAPS = 16;
    private static final double A = -0.75;

    private PositionGrid() {}

    /** From {@code native} x {@code native} cells to {@code height} x {@code width}; row {@code 1 + y*width + x} is cell (y, x). */
    static RowMix resize(int side, int height, int width) {
        int rows = 1 + height * width;
        int[] index = new int[rows * TAPS];
        float[] weight = new float[rows * TAPS];
        for (int t = 1; t < TAPS; t++) {
            index[t] = -1;
        }
        weight[0] = 1;
        for (int y = 0; y < height; y++) {
            Taps vertical = Taps.at(y, height, side);
            for (int x = 0; x < width; x++) {
                Taps horizontal = Taps.at(x, width, side);
                int entry = (1 + y * width + x) * TAPS;
                for (int t = 0; t < TAPS; t++) {
                    index[entry + t] = 1 + vertical.cell[t / 4] * side + horizontal.cell[t % 4];
                    weight[entry + t] = (float) (vertical.weight[t / 4] * horizontal.weight[t % 4]);
                }
            }
        }
        return new RowMix(TAPS, index, weight);
    }

    /** The four neighbours of an output coordinate along one axis. */
    private record Taps(int[] cell, double[] weight) {
        static Taps at(int out, int outSize, int inSize) {
            double source = (out + 0.5) * inSize / outSize - 0.5;
            int left = (int) Math.floor(source);
            int[] cell = new int[4];
            double[] weight = new double[4];
            for (int t = 0; t < 4; t++) {
                cell[t] = Math.min(Math.max(left - 1 + t, 0), inSize - 1);
                weight[t] = cubic(Math.abs(source - (left - 1 + t)));
            }
            return new Taps(cell, weight);
        }

        /** The convolution kernel of Keys 1981. */
        private static double cubic(double d) {
            return d <= 1 ? ((A + 2) * d - (A + 3)) * d * d + 1 : d < 2 ? ((A * d - 5 * A) * d + 8 * A) * d - 4 * A : 0;
        }
    }
}
