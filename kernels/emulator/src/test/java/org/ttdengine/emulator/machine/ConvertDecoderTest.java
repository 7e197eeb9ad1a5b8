package org.ttdengine.emulator.machine;

import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvertDecoderTest {

    /** Any NaN stands for NaN. */
    private static void assertSame(int bits, float expected) {
        assertThat(Float.floatToIntBits(intBitsToFloat(bits))).isEqualTo(Float.floatToIntBits(expected));
    }

    private static int[] floats() {
        int[] bits = new int[Lanes.FLOATS.length + 400];
        Random random = new Random(5);
        for (int i = 0; i < bits.length; i++) {
            bits[i] = i < Lanes.FLOATS.length ? floatToRawIntBits(Lanes.FLOATS[i]) : random.nextInt();
        }
        return bits;
    }

    @ParameterizedTest
    @CsvSource({"rni,HALF_EVEN", "rzi,DOWN", "rmi,FLOOR", "rpi,CEILING"})
    void floatsBecomeIntegersClampedToTheirRange(String rounding, RoundingMode mode) {
        int[] in = floats();
        int[] signed = Lanes.words("cvt." + rounding + ".s32.f32 %r0, %f1;", in);
        int[] unsigned = Lanes.words("cvt." + rounding + ".u32.f32 %r0, %f1;", in);
        int[] shorts = Lanes.words("cvt." + rounding + ".s16.f32 %h0, %f1;\ncvt.s32.s16 %r0, %h0;", in);
        for (int i = 0; i < in.length; i++) {
            float x = intBitsToFloat(in[i]);
            assertThat(signed[i]).as("%s", x).isEqualTo((int) clamp(x, mode, Integer.MIN_VALUE, Integer.MAX_VALUE));
            assertThat(unsigned[i]).as("%s", x).isEqualTo((int) clamp(x, mode, 0, 0xFFFF_FFFFL));
            assertThat(shorts[i]).as("%s", x).isEqualTo((int) clamp(x, mode, Short.MIN_VALUE, Short.MAX_VALUE));
        }
    }

    private static long clamp(float x, RoundingMode mode, long min, long max) {
        if (Float.isNaN(x)) {
            return 0;
        }
        if (Float.isInfinite(x)) {
            return x > 0 ? max : min;
        }
        BigDecimal whole = new BigDecimal(x).setScale(0, mode);
        return whole.max(BigDecimal.valueOf(min)).min(BigDecimal.valueOf(max)).longValueExact();
    }

    @Test
    void notANumberBecomesTheHighestBitOfLongs() {
        int[] high = Lanes.words(
                "cvt.rzi.s64.f32 %d0, %f1;\nshr.u64 %d0, %d0, 32;\ncvt.u32.u64 %r0, %d0;",
                new int[] {floatToRawIntBits(Float.NaN), floatToRawIntBits(-2f)});
        assertThat(high).containsExactly(0x8000_0000, -1);
    }

    @Test
    void integersBecomeTheNearestFloat() {
        int[] in = Lanes.INTEGERS;
        int[] signed = Lanes.words("cvt.rn.f32.s32 %f0, %r1;\nmov.b32 %r0, %f0;", in);
        int[] unsigned = Lanes.words("cvt.rn.f32.u32 %f0, %r1;\nmov.b32 %r0, %f0;", in);
        int[] down = Lanes.words("cvt.rz.f32.u32 %f0, %r1;\nmov.b32 %r0, %f0;", in);
        int[] longs = Lanes.words("mul.wide.u32 %d1, %r1, %r1;\ncvt.rn.f32.u64 %f0, %d1;\nmov.b32 %r0, %f0;", in);
        for (int i = 0; i < in.length; i++) {
            long positive = in[i] & 0xFFFF_FFFFL;
            assertThat(intBitsToFloat(signed[i])).isEqualTo((float) in[i]);
            assertThat(intBitsToFloat(unsigned[i])).isEqualTo((float) positive);
            float zero = (double) (float) positive > positive ? Math.nextDown((float) positive) : positive;
            assertThat(intBitsToFloat(down[i])).isEqualTo(zero);
            BigDecimal square = BigDecimal.valueOf(positive).pow(2);
            assertThat(intBitsToFloat(longs[i])).isEqualTo(square.floatValue());
        }
    }

    @Test
    void integersExtendTruncateAndSaturate() {
        int[] in = Lanes.INTEGERS;
        int[] bytes = Lanes.words("cvt.s32.s8 %r0, %r1;", in);
        int[] cut = Lanes.words("cvt.u16.u32 %h0, %r1;\ncvt.u32.u16 %r0, %h0;", in);
        int[] saturated = Lanes.words("cvt.sat.u8.s32 %r0, %r1;", in);
        int[] saturatedShort = Lanes.words("cvt.sat.s16.s32 %h0, %r1;\ncvt.s32.s16 %r0, %h0;", in);
        for (int i = 0; i < in.length; i++) {
            assertThat(bytes[i]).isEqualTo((byte) in[i]);
            assertThat(cut[i]).isEqualTo(in[i] & 0xFFFF);
            assertThat(saturated[i]).isEqualTo(Math.max(0, Math.min(255, in[i])));
            assertThat(saturatedShort[i]).isEqualTo(Math.max(-32768, Math.min(32767, in[i])));
        }
    }

    @ParameterizedTest
    @CsvSource({"f16,10,-14,15", "bf16,7,-126,127"})
    void halvesAreTheNeighbourTheRoundingAsksFor(String type, int fraction, int minExponent, int maxExponent) {
        int[] in = floats();
        int[] nearest = Lanes.words("{.reg .b16 q; cvt.rn." + type + ".f32 q, %f1; mov.b32 %r0, {q, 0};}", in);
        int[] zero = Lanes.words("{.reg .b16 q; cvt.rz." + type + ".f32 q, %f1; mov.b32 %r0, {q, 0};}", in);
        for (int i = 0; i < in.length; i++) {
            float x = intBitsToFloat(in[i]);
            if (Float.isNaN(x)) {
                assertThat(nearest[i]).isEqualTo(0x7FFF);
                continue;
            }
            assertThat(nearest[i]).as("%s", x).isEqualTo(encode(x, fraction, minExponent, maxExponent, true));
            assertThat(zero[i]).as("%s toward zero", x).isEqualTo(encode(x, fraction, minExponent, maxExponent, false));
        }
    }

    /** Counts, in exact decimals, the steps of the format below |x|. */
    private static int encode(float x, int fraction, int minExponent, int maxExponent, boolean nearest) {
        int sign = floatToRawIntBits(x) < 0 ? 0x8000 : 0;
        int infinity = (2 * maxExponent + 1) << fraction;
        if (Float.isInfinite(x)) {
            return sign | infinity;
        }
        int exponent = Math.max(minExponent, x == 0 ? minExponent : Math.getExponent((double) Math.abs(x)));
        BigDecimal step = new BigDecimal(Math.scalb(1.0, exponent - fraction));
        RoundingMode mode = nearest ? RoundingMode.HALF_EVEN : RoundingMode.DOWN;
        int steps = new BigDecimal(Math.abs(x)).divide(step, 0, mode).intValueExact();
        int bits = steps + ((exponent - minExponent) << fraction);
        return sign | Math.min(bits, nearest ? infinity : infinity - 1);
    }

    @Test
    void pairsPutTheFirstOperandIntoTheUpperHalf() {
        int[] in = {floatToRawIntBits(1f), floatToRawIntBits(Float.NaN), 0x3F80_8000, 0x3F81_8000};
        int[] other = {floatToRawIntBits(2f), floatToRawIntBits(1f), floatToRawIntBits(Float.POSITIVE_INFINITY), 0};
        assertThat(Lanes.words("cvt.rn.bf16x2.f32 %r0, %f1, %f2;", in, other))
                .containsExactly(0x3F80_4000, 0x7FFF_3F80, 0x3F80_7F80, 0x3F82_0000);
        assertThat(Lanes.words("cvt.rn.f16x2.f32 %r0, %f1, %f2;", new int[] {in[0]}, new int[] {other[0]}))
                .containsExactly(0x3C00_4000);
    }

    @Test
    void halvesWidenExactly() {
        int[] in = new int[0x1_0000];
        for (int i = 0; i < in.length; i++) {
            in[i] = i;
        }
        int[] half = Lanes.words("cvt.f32.f16 %f0, %h1;\nmov.b32 %r0, %f0;", in);
        int[] brain = Lanes.words("mov.b32 %f0, {0, %h1};\nmov.b32 %r0, %f0;", in);
        for (int i = 0; i < in.length; i++) {
            int exponent = i >> 10 & 31;
            double magnitude = exponent == 0
                    ? (i & 1023) * 0x1p-24
                    : exponent == 31
                            ? ((i & 1023) == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                            : Math.scalb(1024.0 + (i & 1023), exponent - 25);
            assertSame(half[i], (float) ((i & 0x8000) != 0 ? -magnitude : magnitude));
            assertThat(brain[i]).isEqualTo(i << 16);
        }
    }

    @Test
    void tensorFloatRoundsTiesAwayFromZero() {
        int[] in = {0x3F80_1000, 0x3F80_0FFF, 0xBF80_1000, 0x3F80_3000, 0x7F80_0000, 0x7FC0_0001, 0x3F7F_F000};
        assertThat(Lanes.words("cvt.rna.tf32.f32 %r0, %f1;", in))
                .containsExactly(
                        0x3F80_2000, 0x3F80_0000, 0xBF80_2000, 0x3F80_4000, 0x7F80_0000, 0x7FFF_FFFF, 0x3F80_0000);
    }

    @Test
    void floatsRoundToIntegralValuesAndSaturate() {
        int[] in = floats();
        int[] even = Lanes.words("cvt.rni.f32.f32 %f0, %f1;\nmov.b32 %r0, %f0;", in);
        int[] down = Lanes.words("cvt.rmi.f32.f32 %f0, %f1;\nmov.b32 %r0, %f0;", in);
        int[] unit = Lanes.words("cvt.sat.f32.f32 %f0, %f1;\nmov.b32 %r0, %f0;", in);
        for (int i = 0; i < in.length; i++) {
            float x = intBitsToFloat(in[i]);
            assertSame(even[i], (float) Math.rint(x));
            assertSame(down[i], (float) Math.floor(x));
            assertThat(intBitsToFloat(unit[i])).isEqualTo(Float.isNaN(x) || x <= 0 ? 0f : Math.min(1f, x));
        }
    }

    @Test
    void doublesNarrowOnce() {
        double[] values = {0.1, 1 + 0x1p-24, 1 + 0x1p-24 + 0x1p-52, 1e300, -1e-46, Math.PI};
        long[] bits = new long[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Double.doubleToRawLongBits(values[i]);
        }
        long[] result = Lanes.longs("cvt.rn.f32.f64 %f0, %fd1;\nmov.b32 %r0, %f0;\ncvt.u64.u32 %d0, %r0;", bits);
        long[] back = Lanes.longs("cvt.rn.f32.f64 %f0, %fd1;\ncvt.f64.f32 %fd0, %f0;\nmov.b64 %d0, %fd0;", bits);
        for (int i = 0; i < bits.length; i++) {
            assertThat((int) result[i]).isEqualTo(floatToRawIntBits((float) values[i]));
            assertThat(back[i]).isEqualTo(Double.doubleToRawLongBits((float) values[i]));
        }
    }
}
