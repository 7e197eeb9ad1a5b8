package org.ttdengine.emulator.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HalfDecoderTest {
    private static final int CASES = 4096;

    private static int[][] random(int seed) {
        Random random = new Random(seed);
        int[][] in = new int[3][CASES];
        for (int[] words : in) {
            for (int i = 0; i < CASES; i++) {
                words[i] = random.nextInt();
            }
        }
        return in;
    }

    @ParameterizedTest
    @EnumSource
    void packedFmaRoundsTheExactResultOnce(HalfFormat format) {
        String type = format == HalfFormat.F16 ? "f16x2" : "bf16x2";
        int[][] in = random(11);
        int[] result = Lanes.words("fma.rn." + type + " %r0, %r1, %r2, %r3;", in);
        for (int i = 0; i < CASES; i++) {
            for (int shift = 0; shift <= 16; shift += 16) {
                int a = in[0][i] >>> shift & 0xFFFF;
                int b = in[1][i] >>> shift & 0xFFFF;
                int c = in[2][i] >>> shift & 0xFFFF;
                int actual = result[i] >>> shift & 0xFFFF;
                float x = format.toFloat(a);
                float y = format.toFloat(b);
                float z = format.toFloat(c);
                if (Float.isFinite(x) && Float.isFinite(y) && Float.isFinite(z)) {
                    BigDecimal exact =
                            new BigDecimal(x).multiply(new BigDecimal(y)).add(new BigDecimal(z));
                    assertThat(actual & 0x7FFF).as("%s * %s + %s", x, y, z).isEqualTo(nearest(exact.abs(), format));
                } else {
                    float special = Math.fma(x, y, z);
                    assertThat(Float.compare(format.toFloat(actual), special)).isZero();
                }
            }
        }
    }

    /** Magnitude bits of the nearest value, ties to the even pattern. */
    private static int nearest(BigDecimal exact, HalfFormat format) {
        int fraction = format == HalfFormat.F16 ? 10 : 7;
        int minExponent = format == HalfFormat.F16 ? -14 : -126;
        int infinity = format == HalfFormat.F16 ? 0x7C00 : 0x7F80;
        int exponent = exact.signum() == 0 ? minExponent : Math.max(minExponent, floorLog2(exact));
        BigDecimal step = power(exponent - fraction);
        BigDecimal steps = exact.divide(step, 0, RoundingMode.HALF_EVEN);
        if (exponent > 200) {
            return infinity;
        }
        long bits = steps.longValueExact() + ((long) (exponent - minExponent) << fraction);
        return (int) Math.min(bits, infinity);
    }

    private static int floorLog2(BigDecimal value) {
        int guess = Math.getExponent(value.doubleValue());
        return power(guess).compareTo(value) > 0 ? guess - 1 : guess;
    }

    private static BigDecimal power(int exponent) {
        return exponent >= 0
                ? new BigDecimal(BigInteger.ONE.shiftLeft(exponent))
                : BigDecimal.ONE.divide(new BigDecimal(BigInteger.ONE.shiftLeft(-exponent)));
    }

    @Test
    void theAdditionOfTheConstantMinusZeroKeepsTheProduct() {
        int[] in = {0x3FC0_BF80, 0x0001_8000};
        assertThat(Lanes.words(
                        "{.reg .b32 c; mov.b32 c, 0x80008000U; fma.rn.bf16x2 %r0, %r1, %r2, c;}",
                        in, new int[] {0x4000_4000, 0x3F80_3F80}))
                .containsExactly(0x4040_C000, 0x0001_8000);
    }

    @Test
    void maximumPrefersNumbers() {
        int[] a = {0x7FC0_3F80, 0x7FC0_8000};
        int[] b = {0x4000_4040, 0x7FC0_0000};
        assertThat(Lanes.words("max.bf16x2 %r0, %r1, %r2;", a, b)).containsExactly(0x4000_4040, 0x7FFF_0000);
    }

    @Test
    void signsOfPairsAreChangedBitByBit() {
        int[] a = {0x7FC0_3F80};
        assertThat(Lanes.words("neg.bf16x2 %r0, %r1;", a)).containsExactly(0xFFC0_BF80);
        assertThat(Lanes.words("abs.f16x2 %r0, %r1;", new int[] {0xBC00_3C00})).containsExactly(0x3C00_3C00);
    }
}
