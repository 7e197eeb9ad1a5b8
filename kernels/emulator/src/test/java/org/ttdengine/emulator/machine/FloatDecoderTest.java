package org.ttdengine.emulator.machine;

import static java.lang.Float.intBitsToFloat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class FloatDecoderTest {
    private static final int[][] IN = Lanes.floatPairs();

    /** A function of three floats. */
    interface Oracle {
        float apply(float a, float b, float c);
    }

    /** Bits must agree, but for NaN, where any NaN does. */
    private static void check(String statement, Oracle oracle) {
        int[] result = Lanes.words(statement + "\nmov.b32 %r0, %f0;", IN);
        for (int i = 0; i < result.length; i++) {
            float a = intBitsToFloat(IN[0][i]);
            float b = intBitsToFloat(IN[1][i]);
            float c = intBitsToFloat(IN[2][i]);
            assertThat(Float.floatToIntBits(intBitsToFloat(result[i])))
                    .as("%s of %s %s %s", statement, a, b, c)
                    .isEqualTo(Float.floatToIntBits(oracle.apply(a, b, c)));
        }
    }

    @Test
    void arithmeticRoundsToNearestEven() {
        check("add.f32 %f0, %f1, %f2;", (a, b, c) -> a + b);
        check("sub.f32 %f0, %f1, %f2;", (a, b, c) -> a - b);
        check("mul.f32 %f0, %f1, %f2;", (a, b, c) -> a * b);
        check("fma.rn.f32 %f0, %f1, %f2, %f3;", (a, b, c) -> Math.fma(a, b, c));
        check("div.rn.f32 %f0, %f1, %f2;", (a, b, c) -> a / b);
        check("neg.f32 %f0, %f1;", (a, b, c) -> -a);
        check("abs.f32 %f0, %f1;", (a, b, c) -> Math.abs(a));
        check("sqrt.rn.f32 %f0, %f1;", (a, b, c) -> (float) Math.sqrt(a));
        check("rcp.rn.f32 %f0, %f1;", (a, b, c) -> 1f / a);
        check(
                "copysign.f32 %f0, %f1, %f2;",
                (a, b, c) -> intBitsToFloat(
                        Float.floatToRawIntBits(a) & 0x8000_0000 | Float.floatToRawIntBits(b) & 0x7FFF_FFFF));
    }

    @Test
    void directedRoundingsBracketTheExactResult() {
        for (String mode : new String[] {"rm", "rp", "rz"}) {
            check("fma." + mode + ".f32 %f0, %f1, %f2, %f3;", (a, b, c) -> directed(a, b, c, mode));
        }
        check("add.rz.f32 %f0, %f1, %f2;", (a, b, c) -> directed(a, 1, b, "rz"));
        check("add.rm.f32 %f0, %f1, %f2;", (a, b, c) -> directed(a, 1, b, "rm"));
    }

    /** a * b + c by exact decimals; sums that are exactly zero as Java gives them, but for rounding down. */
    private static float directed(float a, float b, float c, String mode) {
        float nearest = Math.fma(a, b, c);
        if (!(Float.isFinite(a) && Float.isFinite(b) && Float.isFinite(c))) {
            return nearest;
        }
        BigDecimal exact = new BigDecimal(a).multiply(new BigDecimal(b)).add(new BigDecimal(c));
        if (exact.signum() == 0) {
            boolean cancel = Math.copySign(1, a) * Math.copySign(1, b) != Math.copySign(1, c);
            return cancel ? (mode.equals("rm") ? -0f : 0f) : nearest;
        }
        boolean down = mode.equals("rm") || mode.equals("rz") && exact.signum() > 0;
        float result = nearest;
        while (down && exceeds(result, exact) > 0) {
            result = Math.nextDown(result);
        }
        while (!down && exceeds(result, exact) < 0) {
            result = Math.nextUp(result);
        }
        return result == 0 ? Math.copySign(0f, exact.signum()) : result;
    }

    private static int exceeds(float value, BigDecimal exact) {
        return Float.isInfinite(value) ? (value > 0 ? 1 : -1) : new BigDecimal(value).compareTo(exact);
    }

    @Test
    void minimumAndMaximumPreferNumbersAndOrderZeros() {
        check("min.f32 %f0, %f1, %f2;", (a, b, c) -> Float.isNaN(a) ? b : Float.isNaN(b) ? a : Math.min(a, b));
        check("max.f32 %f0, %f1, %f2;", (a, b, c) -> Float.isNaN(a) ? b : Float.isNaN(b) ? a : Math.max(a, b));
        check("max.NaN.f32 %f0, %f1, %f2;", (a, b, c) -> Math.max(a, b));
    }

    @Test
    void flushingActsOnInputsAndOutputs() {
        check("add.ftz.f32 %f0, %f1, %f2;", (a, b, c) -> flush(flush(a) + flush(b)));
        check("mul.ftz.f32 %f0, %f1, %f2;", (a, b, c) -> flush(flush(a) * flush(b)));
        check("fma.rn.ftz.f32 %f0, %f1, %f2, %f3;", (a, b, c) -> flush(Math.fma(flush(a), flush(b), flush(c))));
    }

    private static float flush(float x) {
        return Math.abs(x) < Float.MIN_NORMAL ? Math.copySign(0f, x) : x;
    }

    @Test
    void saturationClampsToTheUnitInterval() {
        check("add.sat.f32 %f0, %f1, %f2;", (a, b, c) -> Float.isNaN(a + b) ? 0 : a + b <= 0 ? 0 : Math.min(1, a + b));
    }

    @Test
    void functionsAreCorrectlyRounded() {
        float[] values = {0.001f, 0.3f, 1f, 1.0000001f, 2f, 3.7f, 10.25f, 88.5f, 126.99f};
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        int[] ex2 = Lanes.words("ex2.approx.ftz.f32 %f0, %f1;\nmov.b32 %r0, %f0;", bits);
        int[] lg2 = Lanes.words("lg2.approx.f32 %f0, %f1;\nmov.b32 %r0, %f0;", bits);
        int[] rsqrt = Lanes.words("rsqrt.approx.f32 %f0, %f1;\nmov.b32 %r0, %f0;", bits);
        int[] sin = Lanes.words("sin.approx.f32 %f0, %f1;\nmov.b32 %r0, %f0;", bits);
        int[] tanh = Lanes.words("tanh.approx.f32 %f0, %f1;\nmov.b32 %r0, %f0;", bits);
        for (int i = 0; i < values.length; i++) {
            assertThat(intBitsToFloat(ex2[i])).isEqualTo((float) Math.pow(2, values[i]));
            assertThat((double) intBitsToFloat(lg2[i])).isCloseTo(Math.log(values[i]) / Math.log(2), within(3e-7));
            assertThat(intBitsToFloat(rsqrt[i])).isEqualTo((float) (1 / Math.sqrt(values[i])));
            assertThat(intBitsToFloat(sin[i])).isEqualTo((float) Math.sin(values[i]));
            assertThat(intBitsToFloat(tanh[i])).isEqualTo((float) Math.tanh(values[i]));
        }
    }

    @Test
    void powersOfTwoEndInZeroAndInfinity() {
        int[] result = Lanes.words(
                "ex2.approx.ftz.f32 %f0, %f1;\nmov.b32 %r0, %f0;",
                new int[] {
                    Float.floatToRawIntBits(Float.NEGATIVE_INFINITY), Float.floatToRawIntBits(-1000f),
                    Float.floatToRawIntBits(129f), Float.floatToRawIntBits(-127f)
                });
        assertThat(result).containsExactly(0, 0, Float.floatToRawIntBits(Float.POSITIVE_INFINITY), 0);
    }
}
