package org.ttdengine.emulator.machine;

/** 2 to a power in double, accurate enough (below 1e-15 relative) to round to the right float. */
final class Exp2 {
    private static final double LN2 = Math.log(2);
    private static final int TERMS = 13;
    /** Powers of ln 2 over factorials: the Taylor series of 2^f. */
    private static final double[] COEFFICIENTS = coefficients();

    private Exp2() {}

    private static double[] coefficients() {
        double[] c = new double[TERMS + 1];
        c[0] = 1;
        for (int i = 1; i <= TERMS; i++) {
            c[i] = c[i - 1] * LN2 / i;
        }
        return c;
    }

    /** 2^x for an x in the range of float. */
    static double of(double x) {
        if (!(x > -200 && x < 200)) {
            return Double.isNaN(x) ? x : x > 0 ? Double.POSITIVE_INFINITY : 0;
        }
        double whole = Math.rint(x);
        double f = x - whole;
        double sum = COEFFICIENTS[TERMS];
        for (int i = TERMS - 1; i >= 0; i--) {
            sum = sum * f + COEFFICIENTS[i];
        }
        return sum * Double.longBitsToDouble((long) whole + 1023 << 52);
    }
}
