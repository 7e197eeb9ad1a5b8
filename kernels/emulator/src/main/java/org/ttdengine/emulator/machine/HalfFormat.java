package org.ttdengine.emulator.machine;

import org.ttdengine.emulator.machine.Floats.Rounding;

/** The two 16-bit float formats. */
enum HalfFormat {
    /** IEEE binary16. */
    F16(10, -14, 15),
    /** The upper half of an f32. */
    BF16(7, -126, 127);

    /** What the device returns for NaN in either format. */
    static final int NAN = 0x7FFF;

    private static final int BF16_NAN_BITS = 0x7F80;

    private final int fraction;
    private final int minExponent;
    private final int maxExponent;

    HalfFormat(int fraction, int minExponent, int maxExponent) {
        this.fraction = fraction;
        this.minExponent = minExponent;
        this.maxExponent = maxExponent;
    }

    /** The value of 16 bits, exactly. */
    float toFloat(int bits) {
        if (this == BF16) {
            return Float.intBitsToFloat(bits << 16);
        }
        int exponent = bits >>> 10 & 31;
        int low = bits & 0x3FF;
        float magnitude;
        if (exponent == 31) {
            magnitude = low == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else if (exponent == 0) {
            magnitude = low * 0x1p-24f;
        } else {
            magnitude = Float.intBitsToFloat(exponent + 112 << 23 | low << 13);
        }
        return (bits & 0x8000) != 0 ? -magnitude : magnitude;
    }

    /** bf16 nearest to an f32, ties to even; the common case of {@link #round}. */
    static int bf16(int floatBits) {
        if ((floatBits & 0x7FFF_FFFF) > 0x7F80_0000) {
            return NAN;
        }
        return floatBits + 0x7FFF + (floatBits >>> 16 & 1) >>> 16;
    }

    /** The 16 bits of a value rounded once; too large values become infinity or, toward zero, the largest number. */
    int round(double value, Rounding rounding) {
        return round(value, 0, rounding);
    }

    /**
     * The 16 bits of {@code value + error} rounded once.
     *
     * @param error what value lacks of the exact result, less than half an ulp of it
     */
    int round(double value, double error, Rounding rounding) {
        if (Double.isNaN(value)) {
            return NAN;
        }
        double exact = roundToOdd(value, error);
        int sign = Double.doubleToRawLongBits(exact) < 0 ? 0x8000 : 0;
        double magnitude = Math.abs(exact);
        int infinity = maxExponent * 2 + 1 << fraction;
        if (magnitude == Double.POSITIVE_INFINITY) {
            return sign | infinity;
        }
        int overflow = sign | (rounding == Rounding.NEAREST_EVEN ? infinity : infinity - 1);
        if (Math.getExponent(magnitude) > maxExponent) {
            return overflow;
        }
        int exponent = Math.max(Math.getExponent(magnitude), minExponent);
        double scaled = Math.scalb(magnitude, fraction - exponent);
        double steps = rounding == Rounding.NEAREST_EVEN ? Math.rint(scaled) : Math.floor(scaled);
        int bits = (int) steps + (exponent - minExponent << fraction);
        return bits >= infinity ? overflow : sign | bits;
    }

    /** The double next to value + error whose last bit is set unless it is exact: rounding it again is then safe. */
    private static double roundToOdd(double value, double error) {
        long bits = Double.doubleToRawLongBits(value);
        if (error == 0 || (bits & 1) != 0) {
            return value;
        }
        boolean outward = error > 0 == bits >= 0;
        return Double.longBitsToDouble(outward ? bits + 1 : bits - 1);
    }

    /** a * b + c rounded once. */
    int fma(int a, int b, int c) {
        double product = (double) toFloat(a) * toFloat(b);
        double addend = toFloat(c);
        double sum = product + addend;
        return round(sum, Floats.sumError(product, addend, sum), Rounding.NEAREST_EVEN);
    }

    boolean isNan(int bits) {
        int magnitude = bits & 0x7FFF;
        return magnitude > (this == BF16 ? BF16_NAN_BITS : 0x7C00);
    }
}
