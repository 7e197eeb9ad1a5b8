package org.ttdengine.engine.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfPrecisionTest {
    private static final int HALF_INFINITY = 0x7c00;
    private static final int BFLOAT16_INFINITY = 0x7f80;

    /** IEEE 754 binary16 by its definition, in double arithmetic. */
    private static double half(int bits) {
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        double magnitude = exponent == 0 ? fraction * 0x1p-24 : Math.scalb(1 + fraction / 1024.0, exponent - 15);
        if (exponent == 0x1f) {
            magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        }
        return (bits & 0x8000) == 0 ? magnitude : -magnitude;
    }

    /** bfloat16 by its definition, in double arithmetic. */
    private static double bfloat16(int bits) {
        int exponent = bits >> 7 & 0xff;
        int fraction = bits & 0x7f;
        double magnitude = exponent == 0 ? fraction * 0x1p-133 : Math.scalb(1 + fraction / 128.0, exponent - 127);
        if (exponent == 0xff) {
            magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        }
        return (bits & 0x8000) == 0 ? magnitude : -magnitude;
    }

    @Test
    void allHalvesWidenToTheirExactValue() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            assertThat((double) HalfPrecision.halfToFloat((short) bits))
                    .as("%04x", bits)
                    .isEqualTo(Double.valueOf(half(bits)));
        }
    }

    @Test
    void allBfloat16sWidenToTheirExactValue() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            assertThat((double) HalfPrecision.bfloat16ToFloat((short) bits))
                    .as("%04x", bits)
                    .isEqualTo(Double.valueOf(bfloat16(bits)));
        }
    }

    @Test
    void allHalvesComeBackFromFloat() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            short back = HalfPrecision.floatToHalf(HalfPrecision.halfToFloat((short) bits));
            if (Double.isNaN(half(bits))) {
                assertThat(half(back)).isNaN();
                assertThat(back & 0x8000).as("sign of a NaN").isEqualTo(bits & 0x8000);
            } else {
                assertThat(back).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void allBfloat16sComeBackFromFloat() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            short back = HalfPrecision.floatToBfloat16(HalfPrecision.bfloat16ToFloat((short) bits));
            if (Double.isNaN(bfloat16(bits))) {
                assertThat(bfloat16(back)).isNaN();
            } else {
                assertThat(back).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void halvesRoundToNearestAndTiesToEven() {
        for (int bits = 0; bits < HALF_INFINITY; bits++) {
            // The largest finite half has 65536, not infinity, as its upper neighbour when it comes to rounding.
            double above = bits + 1 == HALF_INFINITY ? 65536 : half(bits + 1);
            float tie = (float) ((half(bits) + above) / 2);
            int even = (bits & 1) == 0 ? bits : bits + 1;
            assertNarrowsToHalf(tie, even);
            assertNarrowsToHalf(Math.nextDown(tie), bits);
            assertNarrowsToHalf(Math.nextUp(tie), bits + 1);
        }
    }

    private static void assertNarrowsToHalf(float value, int bits) {
        assertThat(HalfPrecision.floatToHalf(value)).as("%s", value).isEqualTo((short) bits);
        assertThat(HalfPrecision.floatToHalf(-value)).as("-%s", value).isEqualTo((short) (bits | 0x8000));
    }

    @Test
    void bfloat16sRoundToNearestAndTiesToEven() {
        for (int bits = 0; bits < BFLOAT16_INFINITY; bits++) {
            double above = bits + 1 == BFLOAT16_INFINITY ? 0x1p128 : bfloat16(bits + 1);
            float tie = (float) ((bfloat16(bits) + above) / 2);
            int even = (bits & 1) == 0 ? bits : bits + 1;
            assertThat(HalfPrecision.floatToBfloat16(tie)).isEqualTo((short) even);
            assertThat(HalfPrecision.floatToBfloat16(Math.nextDown(tie))).isEqualTo((short) bits);
            assertThat(HalfPrecision.floatToBfloat16(Math.nextUp(tie))).isEqualTo((short) (bits + 1));
            assertThat(HalfPrecision.floatToBfloat16(-tie)).isEqualTo((short) (even | 0x8000));
        }
    }

    @Test
    void aNanWhoseLowBitsAloneAreSetStaysNan() {
        for (int bits : new int[] {0x7f800001, 0xff800001, 0x7fc00000, 0xffffffff}) {
            float nan = Float.intBitsToFloat(bits);
            assertThat(half(HalfPrecision.floatToHalf(nan))).isNaN();
            assertThat(bfloat16(HalfPrecision.floatToBfloat16(nan))).isNaN();
        }
    }

    @Test
    void infinitiesAndTheLargestFloatsBecomeInfinite() {
        assertNarrowsToHalf(Float.POSITIVE_INFINITY, HALF_INFINITY);
        assertNarrowsToHalf(Float.MAX_VALUE, HALF_INFINITY);
        assertThat(HalfPrecision.floatToBfloat16(Float.POSITIVE_INFINITY)).isEqualTo((short) BFLOAT16_INFINITY);
        assertThat(HalfPrecision.floatToBfloat16(Float.MAX_VALUE)).isEqualTo((short) BFLOAT16_INFINITY);
        assertNarrowsToHalf(Float.MIN_VALUE, 0);
    }
}
