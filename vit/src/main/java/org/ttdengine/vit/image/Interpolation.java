package org.ttdengine.vit.image;

/**
 * Resizing of float maps as {@code torch.nn.functional.interpolate} does it: no antialiasing, edges clamped. Maps are
 * {@code [c, h, w]} unless said otherwise.
 */
public final class Interpolation {
    private static final float A = -0.75f;

    private Interpolation() {}

    /**
     * Bilinear interpolation.
     *
     * @param source {@code [c, h, w]}
     * @param alignCorners true: the corner pixels' centres stay put; false: the pictures' outer edges do
     * @return {@code [c, height, width]}
     */
    public static float[] bilinear(float[] source, int c, int h, int w, int height, int width, boolean alignCorners) {
        check(source, c, h, w, height, width);
        return planes(source, c, w, linearTaps(h, height, alignCorners), linearTaps(w, width, alignCorners));
    }

    /**
     * Bicubic convolution with a = -3/4, half-pixel centres.
     *
     * @param source {@code [c, h, w]}
     * @return {@code [c, height, width]}
     */
    public static float[] bicubic(float[] source, int c, int h, int w, int height, int width) {
        check(source, c, h, w, height, width);
        return planes(source, c, w, cubicTaps(h, height), cubicTaps(w, width));
    }

    /**
     * {@link #bicubic} for channels last, the layout of positional embeddings.
     *
     * @param source {@code [h, w, c]}
     * @return {@code [height, width, c]}
     */
    public static float[] bicubicChannelsLast(float[] source, int h, int w, int c, int height, int width) {
        check(source, c, h, w, height, width);
        float[] lengthened = along(source, 1, w * c, cubicTaps(h, height));
        return along(lengthened, height, c, cubicTaps(w, width));
    }

    /**
     * Nearest neighbour, torch's {@code nearest}: index {@code floor(i*in/out)}.
     *
     * @param source {@code [c, h, w]}
     * @return {@code [c, height, width]}
     */
    public static float[] nearest(float[] source, int c, int h, int w, int height, int width) {
        check(source, c, h, w, height, width);
        return planes(source, c, w, nearestTaps(h, height), nearestTaps(w, width));
    }

    /** One axis: output i is the sum over k of {@code weights[i*width + k]} times input {@code indices[i*width + k]}. */
    private static final class Taps {
        final int inputs;
        final int width;
        final int[] indices;
        final float[] weights;

        Taps(int width, int inputs, int outputs) {
            this.inputs = inputs;
            this.width = width;
            this.indices = new int[width * outputs];
            this.weights = new float[width * outputs];
        }

        void set(int at, int index, float weight) {
            indices[at] = Math.max(0, Math.min(inputs - 1, index));
            weights[at] = weight;
        }

        int outputs() {
            return indices.length / width;
        }
    }

    private static Taps linearTaps(int in, int out, boolean alignCorners) {
        Taps taps = new Taps(2, in, out);
        float scale = alignCorners ? (out > 1 ? (float) (in - 1) / (out - 1) : 0) : (float) in / out;
        for (int i = 0; i < out; i++) {
            float position = alignCorners ? i * scale : Math.max((i + 0.5f) * scale - 0.5f, 0);
            int left = (int) position;
            float fraction = position - left;
            taps.set(2 * i, left, 1 - fraction);
            taps.set(2 * i + 1, left + 1, fraction);
        }
        return taps;
    }

    private static Taps cubicTaps(int in, int out) {
        Taps taps = new Taps(4, in, out);
        float scale = (float) in / out;
        for (int i = 0; i < out; i++) {
            float position = (i + 0.5f) * scale - 0.5f;
            int left = (int) Math.floor(position);
            float t = position - left;
            taps.set(4 * i, left - 1, outerCubic(t + 1));
            taps.set(4 * i + 1, left, innerCubic(t));
            taps.set(4 * i + 2, left + 1, innerCubic(1 - t));
            taps.set(4 * i + 3, left + 2, outerCubic(2 - t));
        }
        return taps;
    }

    private static Taps nearestTaps(int in, int out) {
        Taps taps = new Taps(1, in, out);
        float scale = (float) in / out;
        for (int i = 0; i < out; i++) {
            taps.set(i, (int) (i * scale), 1);
        }
        return taps;
    }

    /** Keys' kernel at distance 0..1. */
    private static float innerCubic(float x) {
        return ((A + 2) * x - (A + 3)) * x * x + 1;
    }

    /** Keys' kernel at distance 1..2. */
    private static float outerCubic(float x) {
        return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
    }

    private static float[] planes(float[] source, int c, int w, Taps rows, Taps columns) {
        float[] lengthened = along(source, c, w, rows);
        return alongLast(lengthened, c * rows.outputs(), columns);
    }

    /** Interpolates the middle axis of {@code [outer, in, inner]}; the result is {@code [outer, out, inner]}. */
    private static float[] along(float[] source, int outer, int inner, Taps taps) {
        int out = taps.outputs();
        float[] result = new float[outer * out * inner];
        for (int o = 0; o < outer; o++) {
            for (int k = 0; k < taps.indices.length; k++) {
                float weight = taps.weights[k];
                int from = (o * taps.inputs + taps.indices[k]) * inner;
                int to = (o * out + k / taps.width) * inner;
                for (int i = 0; i < inner; i++) {
                    result[to + i] += weight * source[from + i];
                }
            }
        }
        return result;
    }

    /** Interpolates the last axis of {@code [outer, in]}; the result is {@code [outer, out]}. */
    private static float[] alongLast(float[] source, int outer, Taps taps) {
        float[] result = new float[outer * taps.outputs()];
        for (int o = 0, to = 0; o < outer; o++) {
            int row = o * taps.inputs;
            for (int k = 0; k < taps.indices.length; to++) {
                float sum = 0;
                for (int end = k + taps.width; k < end; k++) {
                    sum += taps.weights[k] * source[row + taps.indices[k]];
                }
                result[to] = sum;
            }
        }
        return result;
    }

    private static void check(float[] source, int c, int h, int w, int height, int width) {
        if (c < 1 || h < 1 || w < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "cannot interpolate " + c + " channels of " + h + "x" + w + " to " + height + "x" + width);
        }
        if (source.length != (long) c * h * w || (long) c * height * Math.max(width, w) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "the map has " + source.length + " values, not " + c + "*" + h + "*" + w + ", or is too large");
        }
    }
}
