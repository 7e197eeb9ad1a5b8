package org.ttdengine.engine.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What attention does with its scores, whole vectors at a time: sizes are rounded up to {@link #wholeVectors}.
 *
 * <p>Exponentials are {@code 2^-y} for y from 0 to 126, larger y giving {@code 2^-126}, nothing beside the 1 that every row
 * has. With n the integer nearest to y and f = y - n it is {@code 2^-f 2^-n}: the polynomial of degree 6 that is minimax
 * in the relative error on |f| <= 1/2 and 1 at 0, with n taken off its exponent. Adding 1.5 * 2^23 to -y rounds to an integer
 * and leaves it in the low bits. Written into each loop: a method that takes vectors may stay a call, with its vectors on
 * the heap.
 */
final class ScoreMath {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private static final float LOG2_E = 1.442695f;
    private static final float ROUNDER = 0x1.8p23f;
    private static final int LARGEST_EXPONENT = Float.floatToRawIntBits(126);
    private static final int MANTISSA_BITS = 23;

    private static final float C1 = -0x1.62e432p-1f;
    private static final float C2 = 0x1.ebfbe2p-3f;
    private static final float C3 = -0x1.c6ae72p-5f;
    private static final float C4 = 0x1.3b270ep-7f;
    private static final float C5 = -0x1.5f7276p-10f;
    private static final float C6 = 0x1.470b4ap-13f;

    private ScoreMath() {}

    /**
     * The largest element, NaN if there is a positive NaN. Compared as integers, whose order is that of the floats once the
     * magnitude bits of negative ones are flipped; the maximum of floats costs several instructions in Java.
     */
    static float largest(float[] x, int start, int size) {
        IntVector largest = IntVector.broadcast(INTS, Integer.MIN_VALUE);
        for (int i = 0; i < size; i += LANES) {
            IntVector bits = FloatVector.fromArray(SPECIES, x, start + i).reinterpretAsInts();
            IntVector flips = bits.lanewise(VectorOperators.ASHR, 31).and(Integer.MAX_VALUE);
            largest = largest.max(bits.lanewise(VectorOperators.XOR, flips));
        }
        int ordered = largest.reduceLanes(VectorOperators.MAX);
        return Float.intBitsToFloat(ordered ^ (ordered >> 31 & Integer.MAX_VALUE));
    }

    /** {@code x = e^(scale (x - largest))}; returns their sum, which begins in {@code lanes}. */
    static float exponentials(float[] x, int start, int size, float scale, float largest, float[] lanes) {
        float slope = scale * LOG2_E;
        FloatVector minusSlope = FloatVector.broadcast(SPECIES, -slope);
        FloatVector top = FloatVector.broadcast(SPECIES, slope * largest);
        FloatVector rounder = FloatVector.broadcast(SPECIES, ROUNDER);
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int i = 0; i < size; i += LANES) {
            FloatVector distance = FloatVector.fromArray(SPECIES, x, start + i).fma(minusSlope, top);
            FloatVector y = distance.reinterpretAsInts().min(LARGEST_EXPONENT).reinterpretAsFloats();
            FloatVector shifted = rounder.sub(y);
            FloatVector f = shifted.sub(rounder).add(y);
            FloatVector p = FloatVector.broadcast(SPECIES, C6);
            p = p.fma(f, FloatVector.broadcast(SPECIES, C5));
            p = p.fma(f, FloatVector.broadcast(SPECIES, C4));
            p = p.fma(f, FloatVector.broadcast(SPECIES, C3));
            p = p.fma(f, FloatVector.broadcast(SPECIES, C2));
            p = p.fma(f, FloatVector.broadcast(SPECIES, C1));
            p = p.fma(f, FloatVector.broadcast(SPECIES, 1));
            IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA_BITS);
            FloatVector e = p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
            e.intoArray(x, start + i);
            sums = sums.add(e);
        }
        sums.intoArray(lanes, 0);
        return sumOfLanes(lanes);
    }

    /**
     * Probabilities and gradients of the scores.
     *
     * @param p holds {@code s - lse / scale}; becomes {@code e^(scale (s - lse / scale))}
     * @param ds holds {@code dp - sum of p dp}; is multiplied by p
     */
    static void gradients(float[] p, int pStart, float[] ds, int dsStart, int size, float scale) {
        FloatVector minusSlope = FloatVector.broadcast(SPECIES, -scale * LOG2_E);
        FloatVector rounder = FloatVector.broadcast(SPECIES, ROUNDER);
        for (int i = 0; i < size; i += LANES) {
            FloatVector distance = FloatVector.fromArray(SPECIES, p, pStart + i).mul(minusSlope);
            FloatVector y = distance.reinterpretAsInts().min(LARGEST_EXPONENT).reinterpretAsFloats();
            FloatVector shifted = rounder.sub(y);
            FloatVector f = shifted.sub(rounder).add(y);
            FloatVector q = FloatVector.broadcast(SPECIES, C6);
            q = q.fma(f, FloatVector.broadcast(SPECIES, C5));
            q = q.fma(f, FloatVector.broadcast(SPECIES, C4));
            q = q.fma(f, FloatVector.broadcast(SPECIES, C3));
            q = q.fma(f, FloatVector.broadcast(SPECIES, C2));
            q = q.fma(f, FloatVector.broadcast(SPECIES, C1));
            q = q.fma(f, FloatVector.broadcast(SPECIES, 1));
            IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA_BITS);
            FloatVector e = q.reinterpretAsInts().add(exponent).reinterpretAsFloats();
            e.intoArray(p, pStart + i);
            FloatVector.fromArray(SPECIES, ds, dsStart + i).mul(e).intoArray(ds, dsStart + i);
        }
    }

    /** Fills row i of {@code rows} rows of {@code width} with {@code factor * values[i]}. */
    static void fillRows(float[] x, int start, int rows, int width, float factor, float[] values, int first) {
        for (int i = 0; i < rows; i++) {
            FloatVector value = FloatVector.broadcast(SPECIES, factor * values[first + i]);
            for (int j = 0; j < width; j += LANES) {
                value.intoArray(x, start + i * width + j);
            }
        }
    }

    /** {@code size} rounded up to whole vectors. */
    static int wholeVectors(int size) {
        return (size + LANES - 1) / LANES * LANES;
    }

    /** Sum, pair by pair, of the first vector's elements, which it overwrites; the API's own reduction leaves the order open. */
    private static float sumOfLanes(float[] lanes) {
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                lanes[i] += lanes[i + half];
            }
        }
        return lanes[0];
    }
}
