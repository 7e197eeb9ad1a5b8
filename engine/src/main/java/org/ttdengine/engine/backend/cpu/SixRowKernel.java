package org.ttdengine.engine.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Register blocks of six rows by up to three vectors.
 *
 * <p>Written out, without helpers, branches or arrays of vectors: the compiler keeps vectors in registers only while
 * each is an ordinary local variable of a loop it has compiled whole; otherwise it puts them on the heap.
 */
final class SixRowKernel implements MicroKernel {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();

    private final int vectors;

    SixRowKernel(int vectors) {
        this.vectors = vectors;
    }

    @Override
    public int rows() {
        return 6;
    }

    @Override
    public int vectors() {
        return vectors;
    }

    @Override
    public int lanes() {
        return LANES;
    }

    @Override
    public void multiplyAdd(
            int vectors,
            float[] a,
            int aStart,
            int aStride,
            int aRows,
            float[] b,
            int bStart,
            int depth,
            float[] c,
            int cStart,
            int cStride) {
        switch (vectors) {
            case 3 -> threeVectors(a, aStart, aStride, aRows, b, bStart, depth, c, cStart, cStride);
            case 2 -> twoVectors(a, aStart, aStride, aRows, b, bStart, depth, c, cStart, cStride);
            case 1 -> oneVector(a, aStart, aStride, aRows, b, bStart, depth, c, cStart, cStride);
            default -> throw new IllegalArgumentException("no register block of " + vectors + " vectors");
        }
    }

    private static void threeVectors(
            float[] a,
            int a0,
            int aStride,
            int aRows,
            float[] b,
            int bStart,
            int depth,
            float[] c,
            int c0,
            int cStride) {
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
            int row = bStart + k * 3 * LANES;
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, row);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, row + LANES);
            FloatVector b2 = FloatVector.fromArray(SPECIES, b, row + 2 * LANES);
            FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            s02 = x0.fma(b2, s02);
            FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + k]);
            s10 = x1.fma(b0, s10);
            s11 = x1.fma(b1, s11);
            s12 = x1.fma(b2, s12);
            FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + k]);
            s20 = x2.fma(b0, s20);
            s21 = x2.fma(b1, s21);
            s22 = x2.fma(b2, s22);
            FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + k]);
            s30 = x3.fma(b0, s30);
            s31 = x3.fma(b1, s31);
            s32 = x3.fma(b2, s32);
            FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4 + k]);
            s40 = x4.fma(b0, s40);
            s41 = x4.fma(b1, s41);
            s42 = x4.fma(b2, s42);
            FloatVector x5 = FloatVector.broadcast(SPECIES, a[a5 + k]);
            s50 = x5.fma(b0, s50);
            s51 = x5.fma(b1, s51);
            s52 = x5.fma(b2, s52);
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
            float[] a,
            int a0,
            int aStride,
            int aRows,
            float[] b,
            int bStart,
            int depth,
            float[] c,
            int c0,
            int cStride) {
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
            int row = bStart + k * 2 * LANES;
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, row);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, row + LANES);
            FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + k]);
            s10 = x1.fma(b0, s10);
            s11 = x1.fma(b1, s11);
            FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + k]);
            s20 = x2.fma(b0, s20);
            s21 = x2.fma(b1, s21);
            FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + k]);
            s30 = x3.fma(b0, s30);
            s31 = x3.fma(b1, s31);
            FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4 + k]);
            s40 = x4.fma(b0, s40);
            s41 = x4.fma(b1, s41);
            FloatVector x5 = FloatVector.broadcast(SPECIES, a[a5 + k]);
            s50 = x5.fma(b0, s50);
            s51 = x5.fma(b1, s51);
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
            float[] a,
            int a0,
            int aStride,
            int aRows,
            float[] b,
            int bStart,
            int depth,
            float[] c,
            int c0,
            int cStride) {
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
            int row = bStart + k * LANES;
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, row);
            FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x0.fma(b0, s00);
            FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + k]);
            s10 = x1.fma(b0, s10);
            FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + k]);
            s20 = x2.fma(b0, s20);
            FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + k]);
            s30 = x3.fma(b0, s30);
            FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4 + k]);
            s40 = x4.fma(b0, s40);
            FloatVector x5 = FloatVector.broadcast(SPECIES, a[a5 + k]);
            s50 = x5.fma(b0, s50);
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
