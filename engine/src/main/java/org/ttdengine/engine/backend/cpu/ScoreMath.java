package org.ttdengine.engine.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** What attention does with its scores, whole vectors at a time: ranges are rounded up to {@link RowMath#wholeVectors}. */
final class ScoreMath {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private ScoreMath() {}

    /** The largest element. */
    static float largest(float[] x, int start, int size) {
        FloatVector largest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < size; i += LANES) {
            largest = largest.max(FloatVector.fromArray(SPECIES, x, start + i));
        }
        return largest.reduceLanes(VectorOperators.MAX);
    }

    /** x = e^(scale (x - largest)); returns their sum. */
    static float exponentials(float[] x, int start, int size, float scale, float largest, float[] lanes) {
        FloatVector sums = FloatVector.zero(SPECIES);
        FloatVector factor = FloatVector.broadcast(SPECIES, scale);
        for (int i = 0; i < size; i += LANES) {
            FloatVector e = VectorFunctions.exp(
                    FloatVector.fromArray(SPECIES, x, start + i).sub(largest).mul(factor));
            e.intoArray(x, start + i);
            sums = sums.add(e);
        }
        sums.intoArray(lanes, 0);
        return RowMath.sumOfLanes(lanes);
    }

    /**
     * Probabilities and gradients of the scores.
     *
     * @param p holds {@code s - lse / scale}; becomes {@code p = e^(scale (s - lse / scale))}
     * @param ds holds {@code dp - sum of p dp}; is multiplied by p
     */
    static void gradients(float[] p, int pStart, float[] ds, int dsStart, int size, float scale) {
        FloatVector factor = FloatVector.broadcast(SPECIES, scale);
        for (int i = 0; i < size; i += LANES) {
            FloatVector e = VectorFunctions.exp(
                    FloatVector.fromArray(SPECIES, p, pStart + i).mul(factor));
            e.intoArray(p, pStart + i);
            FloatVector.fromArray(SPECIES, ds, dsStart + i).mul(e).intoArray(ds, dsStart + i);
        }
    }
}
