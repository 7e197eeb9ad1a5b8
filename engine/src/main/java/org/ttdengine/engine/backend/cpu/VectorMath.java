package org.ttdengine.engine.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Vectorised arithmetic over ranges of float arrays. */
public final class VectorMath {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private VectorMath() {}

    /** z = x + y; z may be x or y. */
    public static void add(float[] x, int xStart, float[] y, int yStart, float[] z, int zStart, int size) {
        int whole = size - size % LANES;
        for (int i = 0; i < whole; i += LANES) {
            FloatVector a = FloatVector.fromArray(SPECIES, x, xStart + i);
            FloatVector b = FloatVector.fromArray(SPECIES, y, yStart + i);
            a.add(b).intoArray(z, zStart + i);
        }
        for (int i = whole; i < size; i++) {
            z[zStart + i] = x[xStart + i] + y[yStart + i];
        }
    }

    /** y = alpha x; y may be x. */
    public static void scale(float alpha, float[] x, int xStart, float[] y, int yStart, int size) {
        int whole = size - size % LANES;
        for (int i = 0; i < whole; i += LANES) {
            FloatVector.fromArray(SPECIES, x, xStart + i).mul(alpha).intoArray(y, yStart + i);
        }
        for (int i = whole; i < size; i++) {
            y[yStart + i] = alpha * x[xStart + i];
        }
    }

    /** y += alpha x, with one rounding. */
    public static void axpy(float alpha, float[] x, int xStart, float[] y, int yStart, int size) {
        int whole = size - size % LANES;
        FloatVector factor = FloatVector.broadcast(SPECIES, alpha);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector sum = FloatVector.fromArray(SPECIES, y, yStart + i);
            FloatVector.fromArray(SPECIES, x, xStart + i).fma(factor, sum).intoArray(y, yStart + i);
        }
        for (int i = whole; i < size; i++) {
            y[yStart + i] = Math.fma(alpha, x[xStart + i], y[yStart + i]);
        }
    }
}
