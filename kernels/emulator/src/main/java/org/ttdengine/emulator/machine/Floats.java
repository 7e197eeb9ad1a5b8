package org.ttdengine.emulator.machine;

/** Arithmetic on f32 that Java's operators do not offer: flushing, saturation, directed rounding, IEEE minimum and maximum. */
final class Floats {
    /** What the device returns when no operand gives a number. */
    static final float NAN = Float.intBitsToFloat(0x7FFF_FFFF);

    private Floats() {}

    /** Rounding of a result. */
    enum Rounding {
        NEAREST_EVEN,
        TOWARD_ZERO,
        DOWN,
        UP;

        /** The rounding a modifier names; null when it names none. */
        static Rounding of(String modifier) {
            return switch (modifier) {
                case "rn" -> NEAREST_EVEN;
                case "rz" -> TOWARD_ZERO;
                case "rm" -> DOWN;
                case "rp" -> UP;
                default -> null;
            };
        }
    }

    /** Subnormal numbers become zero of the same sign (.ftz). */
    static float flush(float x) {
        return Math.abs(x) < Float.MIN_NORMAL ? Math.copySign(0f, x) : x;
    }

    /** Clamps to [0, 1]; NaN becomes 0 (.sat). */
    static float saturate(float x) {
        return x > 0 ? Math.min(x, 1f) : 0f;
    }

    /** a * b + c rounded once in a given direction. */
    static float fma(float a, float b, float c, Rounding rounding) {
        if (rounding == Rounding.NEAREST_EVEN) {
            return Math.fma(a, b, c);
        }
        double product = (double) a * b;
        double sum = product + c;
        double error = sumError(product, c, sum);
        if (sum == 0 && error == 0) {
            return zero(product, c, rounding);
        }
        return round(sum, error, rounding);
    }

    /** The sign of an exact zero sum: negative when both are, or when opposite ones cancel and rounding is downward. */
    private static float zero(double a, double b, Rounding rounding) {
        boolean negative = Double.doubleToRawLongBits(a) < 0;
        boolean same = negative == Double.doubleToRawLongBits(b) < 0;
        return same ? (negative ? -0f : 0f) : rounding == Rounding.DOWN ? -0f : 0f;
    }

    /** What is lost in sum = a + b (Knuth's two-sum); 0 when the sum is not finite. */
    static double sumError(double a, double b, double sum) {
        if (Double.isNaN(sum) || Double.isInfinite(sum)) {
            return 0;
        }
        double virtual = sum - a;
        return a - (sum - virtual) + (b - virtual);
    }

    /** The f32 next to {@code value + error} in a direction, error being below half an ulp of value. */
    static float round(double value, double error, Rounding rounding) {
        float nearest = (float) value;
        if (Double.isNaN(value) || Double.isInfinite(value) || rounding == Rounding.NEAREST_EVEN) {
            return nearest;
        }
        boolean down = rounding == Rounding.DOWN || rounding == Rounding.TOWARD_ZERO && value > 0;
        if (down) {
            return nearest > value || nearest == value && error < 0 ? Math.nextDown(nearest) : nearest;
        }
        return nearest < value || nearest == value && error > 0 ? Math.nextUp(nearest) : nearest;
    }

    /** The tf32 (10 bits of fraction) nearest to an f32, ties away from zero; infinity stays, NaN becomes the device's. */
    static int tf32(int bits) {
        if ((bits & 0x7F80_0000) == 0x7F80_0000) {
            return (bits & 0x007F_FFFF) == 0 ? bits : 0x7FFF_FFFF;
        }
        return bits + 0x1000 & 0xFFFF_E000;
    }

    /** The smaller operand; the other one when one is NaN; -0 is below +0. */
    static float min(float a, float b) {
        if (Float.isNaN(a)) {
            return Float.isNaN(b) ? NAN : b;
        }
        return Float.isNaN(b) ? a : Math.min(a, b);
    }

    /** The larger operand; the other one when one is NaN; -0 is below +0. */
    static float max(float a, float b) {
        if (Float.isNaN(a)) {
            return Float.isNaN(b) ? NAN : b;
        }
        return Float.isNaN(b) ? a : Math.max(a, b);
    }
}
