package org.ttdengine.engine.backend.reference;

import org.ttdengine.engine.backend.Activation;

/** Activations and their derivatives in double precision. */
public final class Activations {
    private static final double QUICK = 1.702;

    private Activations() {}

    /** act(x). */
    public static double value(Activation activation, double x) {
        return switch (activation) {
            case NONE -> x;
            case QUICK_GELU -> x / (1 + Math.exp(-QUICK * x));
            case GELU_ERF -> x * normalDistribution(x);
        };
    }

    /** act'(x). */
    public static double slope(Activation activation, double x) {
        return switch (activation) {
            case NONE -> 1;
            case QUICK_GELU -> {
                double s = 1 / (1 + Math.exp(-QUICK * x));
                yield s + QUICK * x * s * (1 - s);
            }
            case GELU_ERF -> normalDistribution(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
        };
    }

    private static double normalDistribution(double x) {
        return 0.5 * erfc(-x / Math.sqrt(2));
    }

    /**
     * Complementary error function to double precision: its Maclaurin series near zero, elsewhere Laplace's continued
     * fraction (Abramowitz and Stegun 7.1.6 and 7.1.14).
     */
    static double erfc(double x) {
        double magnitude = Math.abs(x);
        double upper;
        if (magnitude < 2.5) {
            double term = magnitude;
            double sum = magnitude;
            for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
                term *= 2 * magnitude * magnitude / (2 * n + 1);
                sum += term;
            }
            upper = 1 - 2 / Math.sqrt(Math.PI) * Math.exp(-magnitude * magnitude) * sum;
        } else {
            double fraction = magnitude;
            for (int n = 120; n >= 1; n--) {
                fraction = magnitude + n / 2.0 / fraction;
            }
            upper = Math.exp(-magnitude * magnitude) / (Math.sqrt(Math.PI) * fraction);
        }
        return x >= 0 ? upper : 2 - upper;
    }
}
