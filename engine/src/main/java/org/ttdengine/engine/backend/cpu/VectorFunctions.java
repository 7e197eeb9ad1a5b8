package org.ttdengine.engine.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transcendental functions over ranges of float arrays: the exponential and the activations built on it. An element's
 * result depends on its value alone, not on its place in the range. Results may overwrite arguments.
 */
public final class VectorFunctions {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private static final float QUICK_GELU_SLOPE = 1.702f;
    private static final float INVERSE_SQRT_2_PI = 0.39894228f;
    /** Where the normal distribution has no mass left in fp32. */
    private static final float NORMAL_END = 20;

    private VectorFunctions() {}

    /** y = e^x, within 2 ulp, subnormal results included; exp(-inf) = 0, NaN stays NaN. */
    public static void exp(float[] x, int xStart, float[] y, int yStart, int size) {
        map(VectorFunctions::expBlocks, x, xStart, y, yStart, size);
    }

    /** y = 1 / (1 + e^-x); 0 where e^-x overflows. */
    public static void sigmoid(float[] x, int xStart, float[] y, int yStart, int size) {
        map(VectorFunctions::sigmoidBlocks, x, xStart, y, yStart, size);
    }

    /** y = x sigmoid(1.702 x); NaN at -inf, as 0 times infinity. */
    public static void quickGelu(float[] x, int xStart, float[] y, int yStart, int size) {
        map(VectorFunctions::quickGeluBlocks, x, xStart, y, yStart, size);
    }

    /** dx = dy times the derivative of {@link #quickGelu} at x: with s = sigmoid(1.702 x), s (1 + 1.702 x (1 - s)). */
    public static void quickGeluGradient(
            float[] x, int xStart, float[] dy, int dyStart, float[] dx, int dxStart, int size) {
        map(VectorFunctions::quickGeluGradientBlocks, x, xStart, dy, dyStart, dx, dxStart, size);
    }

    /** y = x Phi(x), Phi being the standard normal distribution function (1 + erf(x / sqrt 2)) / 2. */
    public static void gelu(float[] x, int xStart, float[] y, int yStart, int size) {
        map(VectorFunctions::geluBlocks, x, xStart, y, yStart, size);
    }

    /** dx = dy times the derivative of {@link #gelu} at x: Phi(x) + x phi(x), phi being the normal density. */
    public static void geluGradient(float[] x, int xStart, float[] dy, int dyStart, float[] dx, int dxStart, int size) {
        map(VectorFunctions::geluGradientBlocks, x, xStart, dy, dyStart, dx, dxStart, size);
    }

    /** y = erf(x), to 1e-7 absolute. */
    public static void erf(float[] x, int xStart, float[] y, int yStart, int size) {
        map(VectorFunctions::erfBlocks, x, xStart, y, yStart, size);
    }

    private static void expBlocks(float[] x, int xStart, float[] y, int yStart, int size) {
        for (int i = 0; i < size; i += LANES) {
            exp(FloatVector.fromArray(SPECIES, x, xStart + i)).intoArray(y, yStart + i);
        }
    }

    private static void sigmoidBlocks(float[] x, int xStart, float[] y, int yStart, int size) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1);
        for (int i = 0; i < size; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xStart + i);
            one.div(exp(v.neg()).add(1)).intoArray(y, yStart + i);
        }
    }

    private static void quickGeluBlocks(float[] x, int xStart, float[] y, int yStart, int size) {
        for (int i = 0; i < size; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xStart + i);
            v.div(exp(v.mul(-QUICK_GELU_SLOPE)).add(1)).intoArray(y, yStart + i);
        }
    }

    /** 1 - s is computed as e^-z s: no cancellation. The exponent is held where e^-z is finite. */
    private static void quickGeluGradientBlocks(
            float[] x, int xStart, float[] dy, int dyStart, float[] dx, int dxStart, int size) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1);
        for (int i = 0; i < size; i += LANES) {
            FloatVector z = FloatVector.fromArray(SPECIES, x, xStart + i).mul(QUICK_GELU_SLOPE);
            FloatVector e = exp(z.neg().min(88));
            FloatVector s = one.div(e.add(1));
            FloatVector slope = z.mul(e.mul(s)).fma(s, s);
            FloatVector.fromArray(SPECIES, dy, dyStart + i).mul(slope).intoArray(dx, dxStart + i);
        }
    }

    /** For x >= 0 it is x - x Q, for x < 0 it is x Q, where Q = Phi(-|x|): max(x, 0) - |x| Q for both. */
    private static void geluBlocks(float[] x, int xStart, float[] y, int yStart, int size) {
        for (int i = 0; i < size; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xStart + i);
            FloatVector distance = v.abs().min(NORMAL_END);
            FloatVector tail = normalTail(distance, exp(distance.mul(distance).mul(-0.5f)));
            v.max(0).sub(distance.mul(tail)).intoArray(y, yStart + i);
        }
    }

    private static void geluGradientBlocks(
            float[] x, int xStart, float[] dy, int dyStart, float[] dx, int dxStart, int size) {
        FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
        for (int i = 0; i < size; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xStart + i);
            FloatVector distance = v.abs().min(NORMAL_END);
            FloatVector bell = exp(distance.mul(distance).mul(-0.5f));
            FloatVector tail = normalTail(distance, bell);
            FloatVector sign = withSignOf(v, FloatVector.broadcast(SPECIES, 1));
            FloatVector distribution = sign.fma(half, half).sub(sign.mul(tail));
            FloatVector slope =
                    sign.mul(distance).mul(bell).mul(INVERSE_SQRT_2_PI).add(distribution);
            FloatVector.fromArray(SPECIES, dy, dyStart + i).mul(slope).intoArray(dx, dxStart + i);
        }
    }

    /** erf(x) = sign(x) (1 - 2 Phi(-|x| sqrt 2)). */
    private static void erfBlocks(float[] x, int xStart, float[] y, int yStart, int size) {
        for (int i = 0; i < size; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xStart + i);
            FloatVector distance = v.abs().mul((float) Math.sqrt(2)).min(NORMAL_END);
            FloatVector tail = normalTail(distance, exp(distance.mul(distance).mul(-0.5f)));
            withSignOf(v, tail.mul(-2).add(1)).intoArray(y, yStart + i);
        }
    }

    /**
     * e^x = 2^n e^r with n the integer nearest to x / ln 2, |r| <= ln 2 / 2, and e^r = 1 + r + r^2 q(r), q the minimax
     * polynomial of degree 4. Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits. 2^n is applied as two
     * factors, so that neither leaves the exponent range and subnormal results are rounded once.
     */
    static FloatVector exp(FloatVector x) {
        FloatVector v = x.max(-104).min(89);
        FloatVector shifted =
                v.fma(FloatVector.broadcast(SPECIES, 1.442695f), FloatVector.broadcast(SPECIES, 0x1.8p23f));
        FloatVector n = shifted.sub(0x1.8p23f);
        FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -0x1.62e4p-1f), v);
        r = n.fma(FloatVector.broadcast(SPECIES, -0x1.7f7d1cp-20f), r);
        FloatVector q = FloatVector.broadcast(SPECIES, 0x1.6a2352p-10f);
        q = q.fma(r, FloatVector.broadcast(SPECIES, 0x1.123a6cp-7f));
        q = q.fma(r, FloatVector.broadcast(SPECIES, 0x1.5558f4p-5f));
        q = q.fma(r, FloatVector.broadcast(SPECIES, 0x1.55549p-3f));
        q = q.fma(r, FloatVector.broadcast(SPECIES, 0x1.fffffcp-2f));
        FloatVector power = q.fma(r.mul(r), r).add(1);
        IntVector exponent = shifted.reinterpretAsInts().sub(Float.floatToRawIntBits(0x1.8p23f));
        IntVector first = exponent.lanewise(VectorOperators.ASHR, 1);
        IntVector second = exponent.sub(first);
        FloatVector scale1 = first.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        FloatVector scale2 = second.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        return power.mul(scale1).mul(scale2);
    }

    /**
     * Phi(-d) for d >= 0, given e^(-d^2/2): that times t p(t), t = 1 / (1 + d/4), p the polynomial of degree 6 that is
     * minimax in the absolute error of the result.
     */
    private static FloatVector normalTail(FloatVector distance, FloatVector bell) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1);
        FloatVector t = one.div(distance.mul(0.25f).add(1));
        FloatVector p = FloatVector.broadcast(SPECIES, -0.0864523f);
        p = p.fma(t, FloatVector.broadcast(SPECIES, 0.31546324f));
        p = p.fma(t, FloatVector.broadcast(SPECIES, -0.21194206f));
        p = p.fma(t, FloatVector.broadcast(SPECIES, 0.21967171f));
        p = p.fma(t, FloatVector.broadcast(SPECIES, 0.063220076f));
        p = p.fma(t, FloatVector.broadcast(SPECIES, 0.099479005f));
        p = p.fma(t, FloatVector.broadcast(SPECIES, 0.100560315f));
        return p.mul(t).mul(bell);
    }

    private static FloatVector withSignOf(FloatVector sign, FloatVector magnitude) {
        IntVector bit = sign.reinterpretAsInts().and(Integer.MIN_VALUE);
        return magnitude.reinterpretAsInts().or(bit).reinterpretAsFloats();
    }

    @FunctionalInterface
    private interface Blocks {
        void map(float[] x, int xStart, float[] y, int yStart, int size);
    }

    @FunctionalInterface
    private interface PairBlocks {
        void map(float[] x, int xStart, float[] y, int yStart, float[] z, int zStart, int size);
    }

    /** Applies a function of whole vectors to any range; the last elements pass through a vector-sized copy. */
    private static void map(Blocks blocks, float[] x, int xStart, float[] y, int yStart, int size) {
        int rest = size % LANES;
        int whole = size - rest;
        blocks.map(x, xStart, y, yStart, whole);
        if (rest > 0) {
            float[] last = new float[LANES];
            System.arraycopy(x, xStart + whole, last, 0, rest);
            blocks.map(last, 0, last, 0, LANES);
            System.arraycopy(last, 0, y, yStart + whole, rest);
        }
    }

    private static void map(
            PairBlocks blocks, float[] x, int xStart, float[] y, int yStart, float[] z, int zStart, int size) {
        int rest = size % LANES;
        int whole = size - rest;
        blocks.map(x, xStart, y, yStart, z, zStart, whole);
        if (rest > 0) {
            float[] lastX = new float[LANES];
            float[] lastY = new float[LANES];
            System.arraycopy(x, xStart + whole, lastX, 0, rest);
            System.arraycopy(y, yStart + whole, lastY, 0, rest);
            blocks.map(lastX, 0, lastY, 0, lastX, 0, LANES);
            System.arraycopy(lastX, 0, z, zStart + whole, rest);
        }
    }
}
