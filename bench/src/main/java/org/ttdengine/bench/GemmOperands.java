package org.ttdengine.bench;

import java.util.Random;

/**
 * Operands of Y = X W^T.
 *
 * @param m rows of X and Y
 * @param n rows of W, columns of Y
 * @param k columns of X and W
 * @param x random values in [-0.5, 0.5)
 * @param w random values in [-0.5, 0.5)
 * @param y zeros, room for the result
 */
@SuppressWarnings("ArrayRecordComponent") // a bundle of buffers: identity is the meaning wanted
record GemmOperands(int m, int n, int k, float[] x, float[] w, float[] y) {
    /** Operands of the size given as {@code MxNxK}. */
    static GemmOperands of(String shape) {
        String[] sizes = shape.split("x", -1);
        int m = Integer.parseInt(sizes[0]);
        int n = Integer.parseInt(sizes[1]);
        int k = Integer.parseInt(sizes[2]);
        return new GemmOperands(m, n, k, random(m * k, 1), random(n * k, 2), new float[m * n]);
    }

    private static float[] random(int size, long seed) {
        Random random = new Random(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }
}
