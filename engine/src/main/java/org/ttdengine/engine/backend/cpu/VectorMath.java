package org.ttdengine.engine.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Linear arithmetic and reductions over ranges of float arrays. Element-wise results may overwrite arguments.
 *
 * <p>Sums are formed in fp32 over short runs, in many lanes at once, and lanes and runs added in double precision: the error
 * is that of a sum of {@link #CHAIN} terms. The order is fixed for a machine's vector length; the Vector API's own lane
 * reduction leaves it open, and may change it when a method is compiled, so it serves only for maxima.
 */
public final class VectorMath {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    /** Terms added one after another in fp32 before going on in double precision. */
    private static final int CHAIN = 32;

    private static final int PAIR = 2 * LANES;
    private static final int RUN = CHAIN * PAIR;

    private VectorMath() {}

    /** Bits of the vectors used here. */
    static int vectorBits() {
        return SPECIES.vectorBitSize();
    }

    /** z = x + y. */
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

    /** z = x y, element by element. */
    public static void multiply(float[] x, int xStart, float[] y, int yStart, float[] z, int zStart, int size) {
        int whole = size - size % LANES;
        for (int i = 0; i < whole; i += LANES) {
            FloatVector a = FloatVector.fromArray(SPECIES, x, xStart + i);
            FloatVector b = FloatVector.fromArray(SPECIES, y, yStart + i);
            a.mul(b).intoArray(z, zStart + i);
        }
        for (int i = whole; i < size; i++) {
            z[zStart + i] = x[xStart + i] * y[yStart + i];
        }
    }

    /** y = alpha x. */
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

    /** Sum of the elements. */
    public static double sum(float[] x, int start, int size) {
        double sum = 0;
        int whole = size - size % PAIR;
        for (int i = 0; i < whole; i += RUN) {
            sum += runSum(x, start + i, Math.min(RUN, whole - i));
        }
        for (int i = whole; i < size; i++) {
            sum += x[start + i];
        }
        return sum;
    }

    private static double runSum(float[] x, int start, int size) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        for (int i = 0; i < size; i += PAIR) {
            s0 = s0.add(FloatVector.fromArray(SPECIES, x, start + i));
            s1 = s1.add(FloatVector.fromArray(SPECIES, x, start + i + LANES));
        }
        float[] lanes = new float[PAIR];
        s0.intoArray(lanes, 0);
        s1.intoArray(lanes, LANES);
        return total(lanes);
    }

    /** Sum of the squares of the elements. */
    public static double sumOfSquares(float[] x, int start, int size) {
        return dot(x, start, x, start, size);
    }

    /** Sum of the products of corresponding elements. */
    public static double dot(float[] x, int xStart, float[] y, int yStart, int size) {
        double sum = 0;
        int whole = size - size % PAIR;
        for (int i = 0; i < whole; i += RUN) {
            sum += runDot(x, xStart + i, y, yStart + i, Math.min(RUN, whole - i));
        }
        for (int i = whole; i < size; i++) {
            sum += (double) x[xStart + i] * y[yStart + i];
        }
        return sum;
    }

    private static double runDot(float[] x, int xStart, float[] y, int yStart, int size) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        for (int i = 0; i < size; i += PAIR) {
            FloatVector a0 = FloatVector.fromArray(SPECIES, x, xStart + i);
            FloatVector a1 = FloatVector.fromArray(SPECIES, x, xStart + i + LANES);
            s0 = a0.fma(FloatVector.fromArray(SPECIES, y, yStart + i), s0);
            s1 = a1.fma(FloatVector.fromArray(SPECIES, y, yStart + i + LANES), s1);
        }
        float[] lanes = new float[PAIR];
        s0.intoArray(lanes, 0);
        s1.intoArray(lanes, LANES);
        return total(lanes);
    }

    private static double total(float[] lanes) {
        double total = 0;
        for (float lane : lanes) {
            total += lane;
        }
        return total;
    }

    /** Largest element; NaN if there is one; -inf of an empty range. */
    public static float max(float[] x, int start, int size) {
        float max = Float.NEGATIVE_INFINITY;
        int whole = size - size % LANES;
        if (whole > 0) {
            FloatVector m = FloatVector.fromArray(SPECIES, x, start);
            for (int i = LANES; i < whole; i += LANES) {
                m = m.max(FloatVector.fromArray(SPECIES, x, start + i));
            }
            max = m.reduceLanes(VectorOperators.MAX);
        }
        for (int i = whole; i < size; i++) {
            max = Math.max(max, x[start + i]);
        }
        return max;
    }
}
