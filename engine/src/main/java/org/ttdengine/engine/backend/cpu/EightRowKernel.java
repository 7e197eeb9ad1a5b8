package org.ttdengine.engine.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Register blocks of eight rows by up to two vectors.
 *
 * <p>Written out, without helpers, branches or arrays of vectors: the compiler keeps vectors in registers only while
 * each is an ordinary local variable of a loop it has compiled whole; otherwise it puts them on the heap.
 */
final class EightRowKernel implements MicroKernel {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();

    @Override
    public int rows() {
        return 8;
    }

    @Override
    public int vectors() {
        return 2;
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
            case 2 -> twoVectors(a, aStart, aStride, aRows, b, bStart, depth, c, cStart, cStride);
            case 1 -> oneVector(a, aStart, aStride, aRows, b, bStart, depth, c, cStart, cStride);
            default -> throw new IllegalArgumentException("no register block of " + vectors + " vectors");
        }
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
        int a6 = a5 + (aRows > 6 ? aStride : 0);
        int a7 = a6 + (aRows > 7 ? aStride : 0);
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
        FloatVector s60 = FloatVector.zero(SPECIES);
        FloatVector s61 = FloatVector.zero(SPECIES);
        FloatVector s70 = FloatVector.zero(SPECIES);
        FloatVector s71 = FloatVector.zero(SPECIES);
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
            FloatVector x6 = FloatVector.broadcast(SPECIES, a[a6 + k]);
            s60 = x6.fma(b0, s60);
            s61 = x6.fma(b1, s61);
            FloatVector x7 = FloatVector.broadcast(SPECIES, a[a7 + k]);
            s70 = x7.fma(b0, s70);
            s71 = x7.fma(b1, s71);
        }
        int c1 = c0 + cStride;
        int c2 = c1 + cStride;
        int c3 = c2 + cStride;
        int c4 = c3 + cStride;
        int c5 = c4 + cStride;
        int c6 = c5 + cStride;
        int c7 = c6 + cStride;
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
        FloatVector.fromArray(SPECIES, c, c6).add(s60).intoArray(c, c6);
        FloatVector.fromArray(SPECIES, c, c6 + LANES).add(s61).intoArray(c, c6 + LANES);
        FloatVector.fromArray(SPECIES, c, c7).add(s70).intoArray(c, c7);
        FloatVector.fromArray(SPECIES, c, c7 + LANES).add(s71).intoArray(c, c7 + LANES);
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
        int a6 = a5 + (aRows > 6 ? aStride : 0);
        int a7 = a6 + (aRows > 7 ? aStride : 0);
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s10 = FloatVector.zero(SPECIES);
        FloatVector s20 = FloatVector.zero(SPECIES);
        FloatVector s30 = FloatVector.zero(SPECIES);
        FloatVector s40 = FloatVector.zero(SPECIES);
        FloatVector s50 = FloatVector.zero(SPECIES);
        FloatVector s60 = FloatVector.zero(SPECIES);
        FloatVector s70 = FloatVector.zero(SPECIES);
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
            FloatVector x6 = FloatVector.broadcast(SPECIES, a[a6 + k]);
            s60 = x6.fma(b0, s60);
            FloatVector x7 = FloatVector.broadcast(SPECIES, a[a7 + k]);
            s70 = x7.fma(b0, s70);
        }
        int c1 = c0 + cStride;
        int c2 = c1 + cStride;
        int c3 = c2 + cStride;
        int c4 = c3 + cStride;
        int c5 = c4 + cStride;
        int c6 = c5 + cStride;
        int c7 = c6 + cStride;
        FloatVector.fromArray(SPECIES, c, c0).add(s00).intoArray(c, c0);
        FloatVector.fromArray(SPECIES, c, c1).add(s10).intoArray(c, c1);
        FloatVector.fromArray(SPECIES, c, c2).add(s20).intoArray(c, c2);
        FloatVector.fromArray(SPECIES, c, c3).add(s30).intoArray(c, c3);
        FloatVector.fromArray(SPECIES, c, c4).add(s40).intoArray(c, c4);
        FloatVector.fromArray(SPECIES, c, c5).add(s50).intoArray(c, c5);
        FloatVector.fromArray(SPECIES, c, c6).add(s60).intoArray(c, c6);
        FloatVector.fromArray(SPECIES, c, c7).add(s70).intoArray(c, c7);
    }
}
