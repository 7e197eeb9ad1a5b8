package org.ttdengine.engine.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost part of the matrix product: a block of C, six rows by up to three vectors, kept in registers over a run
 * of k. Every element is summed over k in ascending order by fused multiply-adds starting at zero and then added to C, so
 * that its bits do not depend on the width of the block.
 *
 * <p>The variants are written out, without helpers, branches or arrays of vectors: the compiler keeps vectors in registers
 * only while each is an ordinary local variable of a loop it compiles whole; otherwise it puts them on the heap.
 */
final class MicroKernel {
    /** Rows of the block. */
    static final int ROWS = 6;

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    /** Floats in a vector. */
    static final int LANES = SPECIES.length();

    /**
     * Vectors in a row of the widest block this machine has registers for: 32 registers of 512 bits, or of 128 bits
     * (NEON), hold 18 sums and a row of B; 16 registers of 256 bits hold 12 sums.
     */
    static final int VECTORS = LANES == 8 ? 2 : 3;

    private MicroKernel() {}

    /**
     * C += A B for one block.
     *
     * @param width vectors in a row of this block, 1 to 3
     * @param a left factor, row-major
     * @param a0 index of its first element
     * @param aStride distance of its rows
     * @param aRows its number of rows, 1 to {@link #ROWS}; rows beyond repeat the last
     * @param b right factor: for each k, {@code width * LANES} consecutive floats
     * @param b0 index of its first element
     * @param depth length of the run of k
     * @param c result; {@link #ROWS} rows are written whatever {@code aRows} is
     * @param c0 index of its first element
     * @param cStride distance of its rows
     */
    static void multiplyAdd(
            int width,
            float[] a,
            int a0,
            int aStride,
            int aRows,
            float[] b,
            int b0,
            int depth,
            float[] c,
            int c0,
            int cStride) {
        switch (width) {
            case 3 -> threeVectors(a, a0, aStride, aRows, b, b0, depth, c, c0, cStride);
            case 2 -> twoVectors(a, a0, aStride, aRows, b, b0, depth, c, c0, cStride);
            case 1 -> oneVector(a, a0, aStride, aRows, b, b0, depth, c, c0, cStride);
            default -> throw new IllegalArgumentException("no block of " + width + " vectors");
        }
    }

    private static void threeVectors(
            float[] a, int a0, int aStride, int aRows, float[] b, int b0, int depth, float[] c, int c0, int cStride) {
        int a1 = a0 + (aRows > 1 ? aStride : 0);
        int a2 = a1 + (aRows > 2 ? aStride : 0);
        int a3 = a2 + (aRows > 3 ? aStride : 0);
        int a4 = a3 + (aRows > 4 ? aStride : 0);
        int a5 = a4 + (aRows > 5 ? aStride : 0);
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s01 = FloatVector.zero(SPECIES);
        FloatVector s02 = FloatVector.zero(SPECIES);
        FloatVector s10 = FloatVector.zero(SPECIES);
        FloatVector s11 = FloatVector.zero(SPECIES);
        FloatVector s12 = FloatVector.zero(SPECIES);
        FloatVector s20 = FloatVector.zero(SPECIES);
        FloatVector s21 = FloatVector.zero(SPECIES);
        FloatVector s22 = FloatVector.zero(SPECIES);
        FloatVector s30 = FloatVector.zero(SPECIES);
        FloatVector s31 = FloatVector.zero(SPECIES);
        FloatVector s32 = FloatVector.zero(SPECIES);
        FloatVector s40 = FloatVector.zero(SPECIES);
        FloatVector s41 = FloatVector.zero(SPECIES);
        FloatVector s42 = FloatVector.zero(SPECIES);
        FloatVector s50 = FloatVector.zero(SPECIES);
        FloatVector s51 = FloatVector.zero(SPECIES);
        FloatVector s52 = FloatVector.zero(SPECIES);
        for (int k = 0; k < depth; k++) {
            int row = b0 + k * 3 * LANES;
            FloatVector y0 = FloatVector.fromArray(SPECIES, b, row);
            FloatVector y1 = FloatVector.fromArray(SPECIES, b, row + LANES);
            FloatVector y2 = FloatVector.fromArray(SPECIES, b, row + 2 * LANES);
            FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x0.fma(y0, s00);
            s01 = x0.fma(y1, s01);
            s02 = x0.fma(y2, s02);
            FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + k]);
            s10 = x1.fma(y0, s10);
            s11 = x1.fma(y1, s11);
            s12 = x1.fma(y2, s12);
            FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + k]);
            s20 = x2.fma(y0, s20);
            s21 = x2.fma(y1, s21);
            s22 = x2.fma(y2, s22);
            FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + k]);
            s30 = x3.fma(y0, s30);
            s31 = x3.fma(y1, s31);
            s32 = x3.fma(y2, s32);
            FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4 + k]);
            s40 = x4.fma(y0, s40);
            s41 = x4.fma(y1, s41);
            s42 = x4.fma(y2, s42);
            FloatVector x5 = FloatVector.broadcast(SPECIES, a[a5 + k]);
            s50 = x5.fma(y0, s50);
            s51 = x5.fma(y1, s51);
            s52 = x5.fma(y2, s52);
        }
        int c1 = c0 + cStride;
        int c2 = c1 + cStride;
        int c3 = c2 + cStride;
        int c4 = c3 + cStride;
        int c5 = c4 + cStride;
        FloatVector.fromArray(SPECIES, c, c0).add(s00).intoArray(c, c0);
        FloatVector.fromArray(SPECIES, c, c0 + LANES).add(s01).intoArray(c, c0 + LANES);
        FloatVector.fromArray(SPECIES, c, c0 + 2 * LANES).add(s02).intoArray(c, c0 + 2 * LANES);
        FloatVector.fromArray(SPECIES, c, c1).add(s10).intoArray(c, c1);
        FloatVector.fromArray(SPECIES, c, c1 + LANES).add(s11).intoArray(c, c1 + LANES);
        FloatVector.fromArray(SPECIES, c, c1 + 2 * LANES).add(s12).intoArray(c, c1 + 2 * LANES);
        FloatVector.fromArray(SPECIES, c, c2).add(s20).intoArray(c, c2);
        FloatVector.fromArray(SPECIES, c, c2 + LANES).add(s21).intoArray(c, c2 + LANES);
        FloatVector.fromArray(SPECIES, c, c2 + 2 * LANES).add(s22).intoArray(c, c2 + 2 * LANES);
        FloatVector.fromArray(SPECIES, c, c3).add(s30).intoArray(c, c3);
        FloatVector.fromArray(SPECIES, c, c3 + LANES).add(s31).intoArray(c, c3 + LANES);
        FloatVector.fromArray(SPECIES, c, c3 + 2 * LANES).add(s32).intoArray(c, c3 + 2 * LANES);
        FloatVector.fromArray(SPECIES, c, c4).add(s40).intoArray(c, c4);
        FloatVector.fromArray(SPECIES, c, c4 + LANES).add(s41).intoArray(c, c4 + LANES);
        FloatVector.fromArray(SPECIES, c, c4 + 2 * LANES).add(s42).intoArray(c, c4 + 2 * LANES);
        FloatVector.fromArray(SPECIES, c, c5).add(s50).intoArray(c, c5);
        FloatVector.fromArray(SPECIES, c, c5 + LANES).add(s51).intoArray(c, c5 + LANES);
        FloatVector.fromArray(SPECIES, c, c5 + 2 * LANES).add(s52).intoArray(c, c5 + 2 * LANES);
    }

    private static void twoVectors(
            float[] a, int a0, int aStride, int aRows, float[] b, int b0, int depth, float[] c, int c0, int cStride) {
        int a1 = a0 + (aRows > 1 ? aStride : 0);
        int a2 = a1 + (aRows > 2 ? aStride : 0);
        int a3 = a2 + (aRows > 3 ? aStride : 0);
        int a4 = a3 + (aRows > 4 ? aStride : 0);
        int a5 = a4 + (aRows > 5 ? aStride : 0);
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s01 = FloatVector.zero(SPECIES);
        FloatVector s10 = FloatVector.zero(SPECIES);
        FloatVector s11 = FloatVector.zero(SPECIES);
        FloatVector s20 = FloatVector.zero(SPECIES);
        FloatVector s21 = FloatVector.zero(SPECIES);
        FloatVector s30 = FloatVector.zero(SPECIES);
        FloatVector s31 = FloatVector.zero(SPECIES);
        FloatVector s40 = FloatVector.zero(SPECIES);
        FloatVector s41 = FloatVector.zero(SPECIES);
        FloatVector s50 = FloatVector.zero(SPECIES);
        FloatVector s51 = FloatVector.zero(SPECIES);
        for (int k = 0; k < depth; k++) {
            int row = b0 + k * 2 * LANES;
            FloatVector y0 = FloatVector.fromArray(SPECIES, b, row);
            FloatVector y1 = FloatVector.fromArray(SPECIES, b, row + LANES);
            FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x0.fma(y0, s00);
            s01 = x0.fma(y1, s01);
            FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + k]);
            s10 = x1.fma(y0, s10);
            s11 = x1.fma(y1, s11);
            FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + k]);
            s20 = x2.fma(y0, s20);
            s21 = x2.fma(y1, s21);
            FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + k]);
            s30 = x3.fma(y0, s30);
            s31 = x3.fma(y1, s31);
            FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4 + k]);
            s40 = x4.fma(y0, s40);
            s41 = x4.fma(y1, s41);
            FloatVector x5 = FloatVector.broadcast(SPECIES, a[a5 + k]);
            s50 = x5.fma(y0, s50);
            s51 = x5.fma(y1, s51);
        }
        int c1 = c0 + cStride;
        int c2 = c1 + cStride;
        int c3 = c2 + cStride;
        int c4 = c3 + cStride;
        int c5 = c4 + cStride;
        FloatVector.fromArray(SPECIES, c, c0).add(s00).intoArray(c, c0);
        FloatVector.fromArray(SPECIES, c, c0 + LANES).add(s01).intoArray(c, c0 + LANES);
        FloatVector.fromArray(SPECIES, c, c1).add(s10).intoArray(c, c1);
        FloatVector.fromArray(SPECIES, c, c1 + LANES).add(s11).intoArray(c, c1 + LANES);
        FloatVector.fromArray(SPECIES, c, c2).add(s20).intoArray(c, c2);
        FloatVector.fromArray(SPECIES, c, c2 + LANES).add(s21).intoArray(c, c2 + LANES);
        FloatVector.fromArray(SPECIES, c, c3).add(s30).intoArray(c, c3);
        FloatVector.fromArray(SPECIES, c, c3 + LANES).add(s31).intoArray(c, c3 + LANES);
        FloatVector.fromArray(SPECIES, c, c4).add(s40).intoArray(c, c4);
        FloatVector.fromArray(SPECIES, c, c4 + LANES).add(s41).intoArray(c, c4 + LANES);
        FloatVector.fromArray(SPECIES, c, c5).add(s50).intoArray(c, c5);
        FloatVector.fromArray(SPECIES, c, c5 + LANES).add(s51).intoArray(c, c5 + LANES);
    }

    private static void oneVector(
            float[] a, int a0, int aStride, int aRows, float[] b, int b0, int depth, float[] c, int c0, int cStride) {
        int a1 = a0 + (aRows > 1 ? aStride : 0);
        int a2 = a1 + (aRows > 2 ? aStride : 0);
        int a3 = a2 + (aRows > 3 ? aStride : 0);
        int a4 = a3 + (aRows > 4 ? aStride : 0);
        int a5 = a4 + (aRows > 5 ? aStride : 0);
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s10 = FloatVector.zero(SPECIES);
        FloatVector s20 = FloatVector.zero(SPECIES);
        FloatVector s30 = FloatVector.zero(SPECIES);
        FloatVector s40 = FloatVector.zero(SPECIES);
        FloatVector s50 = FloatVector.zero(SPECIES);
        for (int k = 0; k < depth; k++) {
            int row = b0 + k * LANES;
            FloatVector y0 = FloatVector.fromArray(SPECIES, b, row);
            FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x0.fma(y0, s00);
            FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + k]);
            s10 = x1.fma(y0, s10);
            FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + k]);
            s20 = x2.fma(y0, s20);
            FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + k]);
            s30 = x3.fma(y0, s30);
            FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4 + k]);
            s40 = x4.fma(y0, s40);
            FloatVector x5 = FloatVector.broadcast(SPECIES, a[a5 + k]);
            s50 = x5.fma(y0, s50);
        }
        int c1 = c0 + cStride;
        int c2 = c1 + cStride;
        int c3 = c2 + cStride;
        int c4 = c3 + cStride;
        int c5 = c4 + cStride;
        FloatVector.fromArray(SPECIES, c, c0).add(s00).intoArray(c, c0);
        FloatVector.fromArray(SPECIES, c, c1).add(s10).intoArray(c, c1);
        FloatVector.fromArray(SPECIES, c, c2).add(s20).intoArray(c, c2);
        FloatVector.fromArray(SPECIES, c, c3).add(s30).intoArray(c, c3);
        FloatVector.fromArray(SPECIES, c, c4).add(s40).intoArray(c, c4);
        FloatVector.fromArray(SPECIES, c, c5).add(s50).intoArray(c, c5);
    }
}
