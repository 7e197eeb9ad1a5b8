package org.ttdengine.emulator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfFloatsTest {

    /** Value of a float with {@code exponentBits} and {@code fractionBits} by the definition of IEEE 754. */
    private static double defined(int bits, int exponentBits, int fractionBits) {
        int bias = (1 << (exponentBits - 1)) - 1;
        int exponent = bits >> fractionBits & ((1 << exponentBits) - 1);
        int fraction = bits & ((1 << fractionBits) - 1);
        double sign = bits >> (exponentBits + fractionBits) == 0 ? 1 : -1;
        if (exponent == (1 << exponentBits) - 1) {
            return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        double significand = fraction / (double) (1 << fractionBits) + (exponent == 0 ? 0 : 1);
        return sign * significand * Math.pow(2, Math.max(exponent, 1) - bias);
    }

    @Test
    void everyHalfWidensToItsValue() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            assertThat((double) HalfFloats.f16(bits)).isEqualTo(Double.valueOf(defined(bits, 5, 10)));
        }
    }

    @Test
    void everyBfloatWidensToItsValue() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            assertThat((double) HalfFloats.bf16(bits)).isEqualTo(Double.valueOf(defined(bits, 8, 7)));
        }
    }

    @Test
    void tf32DropsThirteenBits() {
        assertThat(HalfFloats.tf32(0x3F80_1FFF)).isEqualTo(1f);
        assertThat(HalfFloats.tf32(0x3F80_2000)).isEqualTo(1f + 0x1p-10f);
    }
}
