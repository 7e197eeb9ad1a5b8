package org.ttdengine.engine.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums over a row. Vectors are summed lane by lane, then the lanes pairwise, then the elements that fill no vector: an
 * order fixed here because {@code reduceLanes} leaves its own open and it changes when the compiler steps in.
 */
final class RowMath {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    /** Floats in a vector, and least length of the {@code lanes} arrays these functions work in. */
    static final int LANES = SPECIES.length();

    private RowMath() {}

    /** Sum of x. */
    static float sum(float[] x, int start, int size, float[] lanes) {
        int whole = size - size % LANES;
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int i = 0; i < whole; i += LANES) {
            sums = sums.add(FloatVector.fromArray(SPECIES, x, start + i));
        }
        sums.intoArray(lanes, 0);
        float total = sumOfLanes(lanes);
        for (int i = whole; i < size; i++) {
            total += x[start + i];
        }
        return total;
    }

    /** Sum of (x - centre)^2. */
    static float squaredDistance(float[] x, int start, int size, float centre, float[] lanes) {
        int whole = size - size % LANES;
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector distance = FloatVector.fromArray(SPECIES, x, start + i).sub(centre);
            sums = distance.fma(distance, sums);
        }
        sums.intoArray(lanes, 0);
        float total = sumOfLanes(lanes);
        for (int i = whole; i < size; i++) {
            float distance = x[start + i] - centre;
            total = Math.fma(distance, distance, total);
        }
        return total;
    }

    /** Sum of x y. */
    static float dot(float[] x, int xStart, float[] y, int yStart, int size, float[] lanes) {
        int whole = size - size % LANES;
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector a = FloatVector.fromArray(SPECIES, x, xStart + i);
            sums = a.fma(FloatVector.fromArray(SPECIES, y, yStart + i), sums);
        }
        sums.intoArray(lanes, 0);
        float total = sumOfLanes(lanes);
        for (int i = whole; i < size; i++) {
            total = Math.fma(x[xStart + i], y[yStart + i], total);
        }
        return total;
    }

    /** {@code size} rounded up to whole vectors. */
    static int wholeVectors(int size) {
        return (size + LANES - 1) / LANES * LANES;
    }

    /** Pairwise sum of the first {@link #LANES} elements, which it overwrites. */
    static float sumOfLanes(float[] lanes) {
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                lanes[i] += lanes[i + half];
            }
        }
        return lanes[0];
    }
}
