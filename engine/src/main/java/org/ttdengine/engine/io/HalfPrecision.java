package org.ttdengine.engine.io;

/**
 * Conversions between fp32 and the 16-bit floating-point formats: IEEE 754 binary16 (1 sign, 5 exponent, 10 fraction bits)
 * and bfloat16 (1, 8, 7: the upper half of an fp32). Widening is exact; narrowing rounds to nearest, ties to even; NaN
 * stays NaN and keeps its sign.
 */
public final class HalfPrecision {
    private static final int FLOAT_INFINITY = 0x7f800000;
    /** 65520, half way between the largest binary16 and the next power of two: everything from here rounds to infinity. */
    private static final int HALF_OVERFLOW = 0x477ff000;
    /** 2^-14, the smallest normal binary16. */
    private static final int HALF_SMALLEST_NORMAL = 0x38800000;
    /** Difference of the two formats' exponent biases, 127 - 15, in an fp32's exponent field. */
    private static final int HALF_BIAS = 112 << 23;

    private HalfPrecision() {}

    /** Value of a binary16 given by its bits. */
    public static float halfToFloat(short half) {
        int magnitude = (half & 0x7fff) << 13;
        int sign = (half & 0x8000) << 16;
        if (magnitude >= 0x7c00 << 13) {
            return Float.intBitsToFloat(sign | FLOAT_INFINITY | magnitude);
        }
        // The bits read as fp32 are the value times 2^-112, for normal and subnormal numbers alike.
        float scaled = Float.intBitsToFloat(magnitude) * 0x1p112f;
        return Float.intBitsToFloat(sign | Float.floatToRawIntBits(scaled));
    }

    /** Bits of the binary16 nearest to a value. */
    public static short floatToHalf(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (magnitude > FLOAT_INFINITY) {
            return (short) (sign | 0x7e00 | (magnitude >>> 13 & 0x1ff));
        }
        if (magnitude >= HALF_OVERFLOW) {
            return (short) (sign | 0x7c00);
        }
        if (magnitude < HALF_SMALLEST_NORMAL) {
            // An fp32 in [0.5, 1) is a multiple of 2^-24, the subnormal binary16's unit: the addition does the
            // rounding.
            float shifted = Float.intBitsToFloat(magnitude) + 0.5f;
            return (short) (sign | (Float.floatToRawIntBits(shifted) - Float.floatToRawIntBits(0.5f)));
        }
        int odd = magnitude >>> 13 & 1;
        return (short) (sign | (magnitude - HALF_BIAS + 0xfff + odd) >>> 13);
    }

    /** Value of a bfloat16 given by its bits. */
    public static float bfloat16ToFloat(short bfloat16) {
        return Float.intBitsToFloat(bfloat16 << 16);
    }

    /** Bits of the bfloat16 nearest to a value. */
    public static short floatToBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if ((bits & 0x7fffffff) > FLOAT_INFINITY) {
            // A payload in the lower half alone would vanish and leave an infinity: set the quiet bit.
            return (short) (bits >>> 16 | 0x40);
        }
        int odd = bits >>> 16 & 1;
        return (short) ((bits + 0x7fff + odd) >>> 16);
    }
}
