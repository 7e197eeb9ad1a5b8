package org.ttdengine.engine.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VectorMathTest {
    private static final int START = 5;
    private static final int END = 3;

    private final Random random = new Random(1);

    @Test
    void elementWiseResultsAreThoseOfScalarArithmeticAndStayInTheirRange() {
        for (int size = 0; size < 100; size++) {
            float[] x = guarded(size);
            float[] y = guarded(size);
            float[] sum = y.clone();
            float[] product = y.clone();
            float[] scaled = y.clone();
            float[] axpy = y.clone();
            VectorMath.add(x, START, y, START, sum, START, size);
            VectorMath.multiply(x, START, y, START, product, START, size);
            VectorMath.scale(0.3f, x, START, scaled, START, size);
            VectorMath.axpy(0.3f, x, START, axpy, START, size);
            for (int i = START; i < START + size; i++) {
                assertThat(sum[i]).isEqualTo(x[i] + y[i]);
                assertThat(product[i]).isEqualTo(x[i] * y[i]);
                assertThat(scaled[i]).isEqualTo(0.3f * x[i]);
                assertThat(axpy[i]).isEqualTo(Math.fma(0.3f, x[i], y[i]));
            }
            for (float[] result : new float[][] {sum, product, scaled, axpy}) {
                assertThat(guardsOf(result, size)).containsOnly(Float.NaN);
            }
        }
    }

    @Test
    void reductionsAgreeWithDoublePrecision() {
        for (int size : new int[] {0, 1, 15, 16, 17, 31, 32, 33, 100, 768, 1023, 1024, 1025, 5000, 100_003}) {
            float[] x = guarded(size);
            float[] y = guarded(size);
            double sum = 0;
            double magnitude = 0;
            double dot = 0;
            double products = 0;
            double squares = 0;
            float max = Float.NEGATIVE_INFINITY;
            for (int i = START; i < START + size; i++) {
                sum += x[i];
                magnitude += Math.abs(x[i]);
                dot += (double) x[i] * y[i];
                products += Math.abs((double) x[i] * y[i]);
                squares += (double) x[i] * x[i];
                max = Math.max(max, x[i]);
            }
            double bound = 33 * 0x1p-24; // a chain of 32 terms in fp32
            assertThat(Math.abs(VectorMath.sum(x, START, size) - sum)).isLessThanOrEqualTo(bound * magnitude);
            assertThat(Math.abs(VectorMath.dot(x, START, y, START, size) - dot)).isLessThanOrEqualTo(bound * products);
            assertThat(Math.abs(VectorMath.sumOfSquares(x, START, size) - squares))
                    .isLessThanOrEqualTo(bound * squares);
            assertThat(VectorMath.max(x, START, size)).isEqualTo(max);
        }
    }

    @Test
    void theSumOfAMillionEqualTermsDoesNotDrift() {
        float[] tenths = new float[1 << 20];
        Arrays.fill(tenths, 0.1f);
        assertThat(VectorMath.sum(tenths, 0, tenths.length) / ((double) 0.1f * tenths.length) - 1)
                .isBetween(-1e-6, 1e-6);
    }

    @Test
    void reductionsGiveTheSameBitsBeforeAndAfterCompilation() {
        float[] x = guarded(777);
        double first = VectorMath.sum(x, START, 777);
        double firstDot = VectorMath.dot(x, START, x, START, 777);
        for (int i = 0; i < 20_000; i++) {
            assertThat(VectorMath.sum(x, START, 777) == first).isTrue();
            assertThat(VectorMath.dot(x, START, x, START, 777) == firstDot).isTrue();
        }
    }

    @Test
    void theMaximumSeesNaNAndInfinities() {
        for (int size : new int[] {1, 16, 40, 53}) {
            float[] x = guarded(size);
            x[START + size - 1] = Float.POSITIVE_INFINITY;
            assertThat(VectorMath.max(x, START, size)).isEqualTo(Float.POSITIVE_INFINITY);
            x[START] = Float.NaN;
            assertThat(VectorMath.max(x, START, size)).isNaN();
        }
    }

    /** Random values in [-1, 1) with NaN before and after. */
    private float[] guarded(int size) {
        float[] x = new float[START + size + END];
        Arrays.fill(x, Float.NaN);
        for (int i = 0; i < size; i++) {
            x[START + i] = random.nextFloat() * 2 - 1;
        }
        return x;
    }

    private static float[] guardsOf(float[] x, int size) {
        float[] guards = new float[START + END];
        System.arraycopy(x, 0, guards, 0, START);
        System.arraycopy(x, START + size, guards, START, END);
        return guards;
    }
}
