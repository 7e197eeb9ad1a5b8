package org.ttdengine.engine.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class VectorFunctionsTest {
    private static final float INF = Float.POSITIVE_INFINITY;

    @FunctionalInterface
    private interface Function {
        void map(float[] x, int xStart, float[] y, int yStart, int size);
    }

    @FunctionalInterface
    private interface Gradient {
        void map(float[] x, int xStart, float[] dy, int dyStart, float[] dx, int dxStart, int size);
    }

    @Test
    void expIsWithinTwoUlpOverItsWholeRange() {
        double worst = 0;
        float[] x = grid(-105, 89, 400_000);
        float[] y = apply(VectorFunctions::exp, x);
        for (int i = 0; i < x.length; i++) {
            double exact = Math.exp(x[i]);
            if (exact <= Float.MAX_VALUE) {
                worst = Math.max(worst, Math.abs(y[i] - exact) / Math.ulp((float) exact));
            }
        }
        assertThat(worst).isLessThanOrEqualTo(2).isGreaterThan(0);
    }

    @Test
    void expOfSpecialValuesIsExact() {
        float[] x = {0, -0f, INF, -INF, Float.NaN, 88.7228f, 88.7229f, 1e30f, -1e30f, -103.9f, -104.1f, Float.MIN_VALUE
        };
        float[] y = apply(VectorFunctions::exp, x);
        assertThat(y[0]).isEqualTo(1);
        assertThat(y[1]).isEqualTo(1);
        assertThat(y[2]).isEqualTo(INF);
        assertThat(y[3]).isEqualTo(0);
        assertThat(y[4]).isNaN();
        assertThat(y[5]).isFinite();
        assertThat(y[6]).isEqualTo(INF);
        assertThat(y[7]).isEqualTo(INF);
        assertThat(y[8]).isEqualTo(0);
        assertThat(y[9]).isEqualTo(Float.MIN_VALUE);
        assertThat(y[10]).isEqualTo(0);
        assertThat(y[11]).isEqualTo(1);
    }

    @Test
    void sigmoidIsWithinFourUlpWhereItDoesNotUnderflow() {
        float[] x = grid(-87, 100, 100_000);
        float[] y = apply(VectorFunctions::sigmoid, x);
        for (int i = 0; i < x.length; i++) {
            double exact = sigmoid(x[i]);
            assertThat(Math.abs(y[i] - exact)).as("at %s", x[i]).isLessThanOrEqualTo(4 * Math.ulp((float) exact));
        }
        assertThat(apply(VectorFunctions::sigmoid, new float[] {INF, -INF, Float.NaN, -200, 200}))
                .containsExactly(1, 0, Float.NaN, 0, 1);
    }

    @Test
    void quickGeluAndItsGradientAgreeWithDoublePrecision() {
        DoubleUnaryOperator exact = x -> x * sigmoid(1.702f * x);
        checkValue(VectorFunctions::quickGelu, exact, 4e-7);
        checkGradient(
                VectorFunctions::quickGeluGradient,
                x -> {
                    double s = sigmoid(1.702f * x);
                    return s * (1 + 1.702f * x * (1 - s));
                },
                4e-7);
        checkDerivative(exact, VectorFunctions::quickGeluGradient);
        assertThat(apply(VectorFunctions::quickGelu, new float[] {INF, Float.NaN, -200, 0}))
                .containsExactly(INF, Float.NaN, -0f, 0);
    }

    @Test
    void geluAndItsGradientAgreeWithDoublePrecision() {
        DoubleUnaryOperator exact = x -> x * normal(x);
        checkValue(VectorFunctions::gelu, exact, 2e-7);
        checkGradient(
                VectorFunctions::geluGradient,
                x -> normal(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI),
                4e-7);
        checkDerivative(exact, VectorFunctions::geluGradient);
        assertThat(apply(VectorFunctions::gelu, new float[] {INF, -INF, Float.NaN, -200}))
                .containsExactly(INF, 0, Float.NaN, 0);
    }

    @Test
    void theNormalDistributionInsideGeluIsWithinOneTenMillionth() {
        float[] x = grid(-7, 7, 40_000);
        float[] y = apply(VectorFunctions::gelu, x);
        for (int i = 0; i < x.length; i++) {
            double product = Math.abs(x[i]);
            assertThat(Math.abs(y[i] - x[i] * normal(x[i])))
                    .as("at %s", x[i])
                    .isLessThanOrEqualTo(1e-7 * product + Math.ulp(y[i]));
        }
    }

    @Test
    void anElementsResultDoesNotDependOnItsPlaceAndNothingElseIsWritten() {
        Random random = new Random(5);
        float[] x = new float[100];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextFloat() * 20 - 10;
        }
        float[] all = apply(VectorFunctions::gelu, x);
        for (int size = 0; size < 70; size++) {
            float[] inPlace = x.clone();
            VectorFunctions.gelu(inPlace, 7, inPlace, 7, size);
            float[] expected = x.clone();
            System.arraycopy(all, 7, expected, 7, size);
            assertThat(inPlace).containsExactly(expected);
        }
    }

    /** Error relative to max(1, |exact|). */
    private static void checkValue(Function function, DoubleUnaryOperator exact, double tolerance) {
        float[] x = grid(-30, 30, 60_000);
        float[] y = apply(function, x);
        for (int i = 0; i < x.length; i++) {
            double value = exact.applyAsDouble(x[i]);
            assertThat(Math.abs(y[i] - value))
                    .as("at %s", x[i])
                    .isLessThanOrEqualTo(tolerance * Math.max(1, Math.abs(value)));
        }
    }

    private static void checkGradient(Gradient gradient, DoubleUnaryOperator slope, double tolerance) {
        float[] x = grid(-60, 60, 60_000);
        float[] dx = new float[x.length];
        gradient.map(x, 0, constant(x.length, 3), 0, dx, 0, x.length);
        for (int i = 0; i < x.length; i++) {
            double value = 3 * slope.applyAsDouble(x[i]);
            assertThat(Math.abs(dx[i] - value)).as("at %s", x[i]).isLessThanOrEqualTo(3 * tolerance);
        }
    }

    /** The gradient against central differences of the function, an oracle without its formula. */
    private static void checkDerivative(DoubleUnaryOperator function, Gradient gradient) {
        float[] x = grid(-8, 8, 3000);
        float[] dx = new float[x.length];
        gradient.map(x, 0, constant(x.length, 1), 0, dx, 0, x.length);
        double h = 1e-4;
        for (int i = 0; i < x.length; i++) {
            double slope = (function.applyAsDouble(x[i] + h) - function.applyAsDouble(x[i] - h)) / (2 * h);
            assertThat(Math.abs(dx[i] - slope)).as("at %s", x[i]).isLessThanOrEqualTo(1e-6);
        }
    }

    private static float[] apply(Function function, float[] x) {
        float[] y = new float[x.length];
        function.map(x, 0, y, 0, x.length);
        return y;
    }

    private static float[] grid(double from, double to, int size) {
        float[] x = new float[size];
        for (int i = 0; i < size; i++) {
            x[i] = (float) (from + (to - from) * i / (size - 1));
        }
        return x;
    }

    private static float[] constant(int size, float value) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return values;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double normal(double x) {
        return (1 + erf(x / Math.sqrt(2))) / 2;
    }

    /** The Maclaurin series 2/sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!, whose terms are all of one sign. */
    private static double erf(double x) {
        if (Math.abs(x) > 6) {
            return Math.signum(x);
        }
        double term = x;
        double sum = 0;
        for (int n = 0; sum + term != sum; n++) {
            sum += term;
            term *= 2 * x * x / (2 * n + 3);
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
}
