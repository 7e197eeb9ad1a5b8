package org.ttdengine.vit.image;

/**
 * One axis of Pillow's convolution resampling: which input pixels make an output pixel, and with what fixed-point
 * weights.
 */
final class ResampleTaps {
    /** 32 bits less 8 for the sample and 2 for weights outside 0..1. */
    static final int PRECISION_BITS = 32 - 8 - 2;

    /** Index of the first input pixel, for each output pixel. */
    final int[] first;

    /** Number of input pixels, for each output pixel. */
    final int[] count;

    /** Room for the weights of one output pixel. */
    final int stride;

    /** {@code [outputs, stride]}, with {@link #PRECISION_BITS} fractional bits; a row sums to about one. */
    final int[] weights;

    /**
     * Taps of the output pixels {@code from .. from + length - 1} when {@code in} pixels become {@code out}. On
     * reduction the kernel widens with the scale, which is what antialiases.
     */
    ResampleTaps(int in, long out, long from, int length, PillowResize.Filter filter) {
        double scale = (double) in / out;
        double widening = Math.max(scale, 1.0);
        double support = filter.support() * widening;
        stride = (int) Math.min(Math.ceil(support) * 2 + 1, in);
        first = new int[length];
        count = new int[length];
        weights = new int[length * stride];
        double[] row = new double[stride];
        for (int i = 0; i < length; i++) {
            double center = (from + i + 0.5) * scale;
            first[i] = Math.max((int) (center - support + 0.5), 0);
            count[i] = Math.min((int) (center + support + 0.5), in) - first[i];
            double sum = 0;
            for (int k = 0; k < count[i]; k++) {
                row[k] = filter.weight((k + first[i] - center + 0.5) * (1.0 / widening));
                sum += row[k];
            }
            for (int k = 0; k < count[i]; k++) {
                weights[i * stride + k] = fixedPoint(sum == 0 ? row[k] : row[k] / sum);
            }
        }
    }

    /** One past the last input pixel that any output pixel needs. */
    int end() {
        int last = first.length - 1;
        return first[last] + count[last];
    }

    private static int fixedPoint(double weight) {
        return (int) (weight * (1 << PRECISION_BITS) + (weight < 0 ? -0.5 : 0.5));
    }
}
