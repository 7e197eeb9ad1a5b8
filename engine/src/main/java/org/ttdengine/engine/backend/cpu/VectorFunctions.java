package org.ttdengine.engine.backend.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transcendental functions over ranges of float arrays: the exponential and the activations built on it. An element's
 * result depends on its value alone, not on its place in the range. Results may overwrite arguments.
 *
 * <p>A function runs as several loops over a chunk that stays in the first-level cache. One loop with the exponential as a
 * helper method would be shorter, but whether the compiler inlines such a helper depends on what it compiled before, and
 * where it does not, every vector goes through the heap.
 */
public final class VectorFunctions {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    /** Elements that pass through the loops of a function together; a multiple of every vector length. */
    private static final int CHUNK = 256;

    private static final float QUICK_GELU_SLOPE = 1.702f;
    private static final float INVERSE_SQRT_2_PI = 0.3989423f;
    /** From here on the normal distribution has no mass in fp32. */
    private static final float NORMAL_END = 20;
    /** Below this, e^x is finite in fp32. */
    private static final float EXP_END = 88;

    private VectorFunctions() {}

    /** y = e^x, within 2 ulp, subnormal results included; 0 at -inf. */
    public static void exp(float[] x, int xStart, float[] y, int yStart, int size) {
        float[] e = new float[chunkSize(size)];
        for (int i = 0; i < size; i += CHUNK) {
            int length = Math.min(CHUNK, size - i);
            System.arraycopy(x, xStart + i, e, 0, length);
            expInPlace(e, length);
            System.arraycopy(e, 0, y, yStart + i, length);
        }
    }

    /** y = 1 / (1 + e^-x); 0 where e^-x overflows. */
    public static void sigmoid(float[] x, int xStart, float[] y, int yStart, int size) {
        float[] e = new float[chunkSize(size)];
        float[] ones = new float[e.length];
        Arrays.fill(ones, 1);
        for (int i = 0; i < size; i += CHUNK) {
            int length = Math.min(CHUNK, size - i);
            VectorMath.scale(-1, x, xStart + i, e, 0, length);
            expInPlace(e, length);
            divideByOnePlus(e, ones, 0, y, yStart + i, length);
        }
    }

    /** y = x sigmoid(1.702 x); NaN at -inf, as 0 times infinity. */
    public static void quickGelu(float[] x, int xStart, float[] y, int yStart, int size) {
        float[] e = new float[chunkSize(size)];
        for (int i = 0; i < size; i += CHUNK) {
            int length = Math.min(CHUNK, size - i);
            VectorMath.scale(-QUICK_GELU_SLOPE, x, xStart + i, e, 0, length);
            expInPlace(e, length);
            divideByOnePlus(e, x, xStart + i, y, yStart + i, length);
        }
    }

    /** dx = dy times the derivative of {@link #quickGelu} at x: with s = sigmoid(1.702 x), s (1 + 1.702 x (1 - s)). */
    public static void quickGeluGradient(
            float[] x, int xStart, float[] dy, int dyStart, float[] dx, int dxStart, int size) {
        float[] z = new float[chunkSize(size)];
        float[] e = new float[z.length];
        for (int i = 0; i < size; i += CHUNK) {
            int length = Math.min(CHUNK, size - i);
            VectorMath.scale(QUICK_GELU_SLOPE, x, xStart + i, z, 0, length);
            negateUpTo(EXP_END, z, e);
            expInPlace(e, length);
            quickGeluSlope(z, e);
            VectorMath.multiply(e, 0, dy, dyStart + i, dx, dxStart + i, length);
        }
    }

    /** y = x Phi(x), Phi being the standard normal distribution function (1 + erf(x / sqrt 2)) / 2. */
    public static void gelu(float[] x, int xStart, float[] y, int yStart, int size) {
        float[] v = new float[chunkSize(size)];
        float[] e = new float[v.length];
        for (int i = 0; i < size; i += CHUNK) {
            int length = Math.min(CHUNK, size - i);
            System.arraycopy(x, xStart + i, v, 0, length);
            bellExponent(v, e);
            expInPlace(e, length);
            timesUpperTail(v, e, e);
            geluValue(v, e);
            System.arraycopy(v, 0, y, yStart + i, length);
        }
    }

    /** dx = dy times the derivative of {@link #gelu} at x: Phi(x) + x phi(x), phi being the normal density. */
    public static void geluGradient(float[] x, int xStart, float[] dy, int dyStart, float[] dx, int dxStart, int size) {
        float[] v = new float[chunkSize(size)];
        float[] e = new float[v.length];
        float[] tail = new float[v.length];
        for (int i = 0; i < size; i += CHUNK) {
            int length = Math.min(CHUNK, size - i);
            System.arraycopy(x, xStart + i, v, 0, length);
            bellExponent(v, e);
            expInPlace(e, length);
            timesUpperTail(v, e, tail);
            geluSlope(v, e, tail);
            VectorMath.multiply(v, 0, dy, dyStart + i, dx, dxStart + i, length);
        }
    }

    /** Room for a chunk of a range, rounded up to whole vectors: loops over chunks need no tails. */
    private static int chunkSize(int size) {
        return Math.min(CHUNK, (size + LANES - 1) / LANES * LANES);
    }

    /**
     * e^x = 2^n e^r with n the integer nearest to x / ln 2, |r| <= ln 2 / 2, and e^r = 1 + r + r^2 q(r), q the minimax
     * polynomial of degree 4. Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits. 2^n is applied as two
     * factors, so that neither leaves the exponent range and subnormal results are rounded once.
     */
    private static void expInPlace(float[] e, int size) {
        for (int i = 0; i < size; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, e, i);
            x = x.blend(FloatVector.broadcast(SPECIES, -104), x.compare(VectorOperators.LT, -104));
            x = x.blend(FloatVector.broadcast(SPECIES, 89), x.compare(VectorOperators.GT, 89));
            FloatVector rounder = FloatVector.broadcast(SPECIES, 0x1.8p23f);
            FloatVector shifted = x.fma(FloatVector.broadcast(SPECIES, 1.442695f), rounder);
            FloatVector n = shifted.sub(rounder);
            FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -0x1.62e4p-1f), x);
            r = n.fma(FloatVector.broadcast(SPECIES, -0x1.7f7d1cp-20f), r);
            FloatVector q = FloatVector.broadcast(SPECIES, 0x1.6a2352p-10f);
            q = q.fma(r, FloatVector.broadcast(SPECIES, 0x1.123a6cp-7f));
            q = q.fma(r, FloatVector.broadcast(SPECIES, 0x1.5558f4p-5f));
            q = q.fma(r, FloatVector.broadcast(SPECIES, 0x1.55549p-3f));
            q = q.fma(r, FloatVector.broadcast(SPECIES, 0x1.fffffcp-2f));
            FloatVector power = q.fma(r.mul(r), r).add(1);
            IntVector exponent = shifted.reinterpretAsInts().sub(0x4b400000); // the bits of 1.5 * 2^23
            IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
            IntVector rest = exponent.sub(half);
            power = power.mul(half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            power = power.mul(rest.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            power.intoArray(e, i);
        }
    }

    /** y = x / (1 + e). */
    private static void divideByOnePlus(float[] e, float[] x, int xStart, float[] y, int yStart, int size) {
        int whole = size - size % LANES;
        for (int i = 0; i < whole; i += LANES) {
            FloatVector divisor = FloatVector.fromArray(SPECIES, e, i).add(1);
            FloatVector.fromArray(SPECIES, x, xStart + i).div(divisor).intoArray(y, yStart + i);
        }
        for (int i = whole; i < size; i++) {
            y[yStart + i] = x[xStart + i] / (e[i] + 1);
        }
    }

    /** e = min(-z, limit). */
    private static void negateUpTo(float limit, float[] z, float[] e) {
        for (int i = 0; i < z.length; i += LANES) {
            FloatVector.fromArray(SPECIES, z, i).neg().min(limit).intoArray(e, i);
        }
    }

    /** e = s (1 + z (1 - s)) where on entry e = e^-z, and s = 1 / (1 + e). 1 - s = e s does not cancel. */
    private static void quickGeluSlope(float[] z, float[] e) {
        for (int i = 0; i < z.length; i += LANES) {
            FloatVector power = FloatVector.fromArray(SPECIES, e, i);
            FloatVector s = FloatVector.broadcast(SPECIES, 1).div(power.add(1));
            FloatVector complement = power.mul(s);
            FloatVector.fromArray(SPECIES, z, i).mul(complement).fma(s, s).intoArray(e, i);
        }
    }

    /** e = -x^2 / 2, where the normal density is not zero. */
    private static void bellExponent(float[] x, float[] e) {
        for (int i = 0; i < x.length; i += LANES) {
            FloatVector distance = FloatVector.fromArray(SPECIES, x, i).abs().min(NORMAL_END);
            distance.mul(distance).mul(-0.5f).intoArray(e, i);
        }
    }

    /**
     * tail = Phi(-|x|), given bell = e^(-x^2/2). It is bell t p(1 - t) with t = 1 / (1 + |x|/4), p the polynomial of
     * degree 6 that minimises the largest absolute error of the result.
     */
    private static void timesUpperTail(float[] x, float[] bell, float[] tail) {
        for (int i = 0; i < x.length; i += LANES) {
            FloatVector distance = FloatVector.fromArray(SPECIES, x, i).abs().min(NORMAL_END);
            FloatVector quarter = distance.mul(0.25f);
            FloatVector t = FloatVector.broadcast(SPECIES, 1).div(quarter.add(1));
            FloatVector u = quarter.mul(t);
            FloatVector p = FloatVector.broadcast(SPECIES, -0.0864523f);
            p = p.fma(u, FloatVector.broadcast(SPECIES, 0.20325053f));
            p = p.fma(u, FloatVector.broadcast(SPECIES, 0.06858976f));
            p = p.fma(u, FloatVector.broadcast(SPECIES, -0.79749006f));
            p = p.fma(u, FloatVector.broadcast(SPECIES, 1.3084309f));
            p = p.fma(u, FloatVector.broadcast(SPECIES, -1.0957686f));
            p = p.fma(u, FloatVector.broadcast(SPECIES, 0.5f));
            p.mul(t).mul(FloatVector.fromArray(SPECIES, bell, i)).intoArray(tail, i);
        }
    }

    /** x = x Phi(x): with tail = Phi(-|x|) it is x - x tail for x >= 0 and x tail below, max(x, 0) - |x| tail for both. */
    private static void geluValue(float[] x, float[] tail) {
        for (int i = 0; i < x.length; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, i);
            FloatVector distance = v.abs().min(NORMAL_END);
            FloatVector lost = distance.mul(FloatVector.fromArray(SPECIES, tail, i));
            v.max(0).sub(lost).intoArray(x, i);
        }
    }

    /** x = Phi(x) + x phi(x): Phi is 1 - tail for x >= 0 and tail below, (1 + s)/2 - s tail with s the sign of x. */
    private static void geluSlope(float[] x, float[] bell, float[] tail) {
        for (int i = 0; i < x.length; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, i);
            IntVector signBit = v.reinterpretAsInts().and(Integer.MIN_VALUE);
            FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
            FloatVector sign = signBit.or(0x3f800000).reinterpretAsFloats(); // the bits of 1
            FloatVector distribution = sign.fma(half, half).sub(sign.mul(FloatVector.fromArray(SPECIES, tail, i)));
            FloatVector bounded = sign.mul(v.abs().min(NORMAL_END));
            FloatVector density = FloatVector.fromArray(SPECIES, bell, i).mul(INVERSE_SQRT_2_PI);
            bounded.mul(density).add(distribution).intoArray(x, i);
        }
    }
}
