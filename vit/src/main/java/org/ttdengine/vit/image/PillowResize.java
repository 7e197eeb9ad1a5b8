package org.ttdengine.vit.image;

import java.util.Arrays;

/**
 * Resizing with the very bits of Pillow's {@code Image.resize}: separable convolution in 22-bit fixed point, the
 * horizontal pass first, each pass rounded and clipped to 8 bits. On reduction it antialiases.
 */
public final class PillowResize {
    private static final int HALF = 1 << (ResampleTaps.PRECISION_BITS - 1);

    private PillowResize() {}

    /** Reconstruction filter. */
    public enum Filter {
        /** Triangle. */
        BILINEAR(1) {
            @Override
            double weight(double x) {
                return Math.max(1 - Math.abs(x), 0);
            }
        },
        /** Keys' cubic convolution with a = -1/2. */
        BICUBIC(2) {
            @Override
            double weight(double x) {
                double t = Math.abs(x);
                if (t < 1) {
                    return ((A + 2) * t - (A + 3)) * t * t + 1;
                }
                return t < 2 ? (((t - 5) * t + 8) * t - 4) * A : 0;
            }
        };

        private static final double A = -0.5;
        private final int support;

        Filter(int support) {
            this.support = support;
        }

        abstract double weight(double x);

        /** Distance from which on the weight is zero. */
        int support() {
            return support;
        }
    }

    /**
     * The picture stretched to {@code width x height}.
     *
     * @throws IllegalArgumentException if a side is below one, or the result exceeds an array
     */
    public static RgbImage resize(RgbImage image, int width, int height, Filter filter) {
        if (width < 1 || height < 1 || 3L * width * height > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("cannot resize a picture to " + width + "x" + height);
        }
        return window(image, new Window(width, height, 0, 0, width, height), filter);
    }

    /**
     * A part of a resized picture.
     *
     * @param fullWidth columns of the whole resized picture
     * @param fullHeight its rows
     * @param left first column of the part
     * @param top first row of the part
     * @param width columns of the part
     * @param height rows of the part
     */
    record Window(long fullWidth, long fullHeight, long left, long top, int width, int height) {}

    /**
     * Computes only a part of {@link #resize}, with the same bits; the whole may be larger than memory, as it is when
     * a very long picture is scaled by its short side.
     */
    static RgbImage window(RgbImage image, Window window, Filter filter) {
        int width = window.width();
        int height = window.height();
        ResampleTaps columns = new ResampleTaps(image.width(), window.fullWidth(), window.left(), width, filter);
        ResampleTaps rows = new ResampleTaps(image.height(), window.fullHeight(), window.top(), height, filter);
        int top = rows.first[0];
        byte[] narrowed = new byte[Math.multiplyExact(3 * width, rows.end() - top)];
        for (int y = top, out = 0; y < rows.end(); y++, out += 3 * width) {
            resampleRow(image.rgb(), 3 * image.width() * y, columns, narrowed, out);
        }
        byte[] resized = new byte[3 * width * height];
        int[] sums = new int[3 * width];
        for (int y = 0; y < height; y++) {
            mixRows(narrowed, top, rows, y, sums);
            for (int i = 0, out = 3 * width * y; i < sums.length; i++) {
                resized[out + i] = clip(sums[i]);
            }
        }
        return new RgbImage(width, height, resized);
    }

    private static void resampleRow(byte[] source, int row, ResampleTaps taps, byte[] target, int out) {
        int[] weights = taps.weights;
        int at = out;
        for (int x = 0; x < taps.first.length; x++, at += 3) {
            int red = HALF;
            int green = HALF;
            int blue = HALF;
            int in = row + 3 * taps.first[x];
            int weightsStart = x * taps.stride;
            int weightsEnd = weightsStart + taps.count[x];
            for (int k = weightsStart; k < weightsEnd; k++, in += 3) {
                int weight = weights[k];
                red += (source[in] & 0xff) * weight;
                green += (source[in + 1] & 0xff) * weight;
                blue += (source[in + 2] & 0xff) * weight;
            }
            target[at] = clip(red);
            target[at + 1] = clip(green);
            target[at + 2] = clip(blue);
        }
    }

    /** Sums the input rows of output row {@code y}, whole rows at a time so that the loop runs along memory. */
    private static void mixRows(byte[] source, int sourceTop, ResampleTaps taps, int y, int[] sums) {
        Arrays.fill(sums, HALF);
        int in = (taps.first[y] - sourceTop) * sums.length;
        for (int k = 0; k < taps.count[y]; k++, in += sums.length) {
            int weight = taps.weights[y * taps.stride + k];
            for (int i = 0; i < sums.length; i++) {
                sums[i] += (source[in + i] & 0xff) * weight;
            }
        }
    }

    private static byte clip(int sum) {
        return (byte) Math.max(0, Math.min(255, sum >> ResampleTaps.PRECISION_BITS));
    }
}
