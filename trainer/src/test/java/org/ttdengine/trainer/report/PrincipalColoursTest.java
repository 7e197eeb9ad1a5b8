package org.ttdengine.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PrincipalColoursTest {
    private static final int CHANNELS = 6;
    private static final Offset<Double> CLOSE = within(1e-6);

    private static float[] rows(int count, long seed) {
        Random random = new Random(seed);
        float[] rows = new float[count * CHANNELS];
        for (int i = 0; i < rows.length; i++) {
            double common = random.nextGaussian();
            rows[i] = (float) (3 + common * (i % CHANNELS + 1) + (i % 2 == 0 ? 0.8 * rows[Math.max(0, i - 1)] : 0));
        }
        return rows;
    }

    /** The leading eigenvector by repeated multiplication, and the matrix without its share. */
    private static double[] powerIteration(double[][] matrix) {
        double[] vector = new double[CHANNELS];
        Arrays.fill(vector, 1);
        double length = 0;
        for (int round = 0; round < 20000; round++) {
            double[] next = new double[CHANNELS];
            for (int i = 0; i < CHANNELS; i++) {
                for (int j = 0; j < CHANNELS; j++) {
                    next[i] += matrix[i][j] * vector[j];
                }
            }
            length = Math.sqrt(Arrays.stream(next).map(x -> x * x).sum());
            for (int i = 0; i < CHANNELS; i++) {
                vector[i] = next[i] / length;
            }
        }
        for (int i = 0; i < CHANNELS; i++) {
            for (int j = 0; j < CHANNELS; j++) {
                matrix[i][j] -= length * vector[i] * vector[j];
            }
        }
        return vector;
    }

    private static double[][] covariance(float[] rows) {
        int count = rows.length / CHANNELS;
        double[][] covariance = new double[CHANNELS][CHANNELS];
        for (int i = 0; i < CHANNELS; i++) {
            for (int j = 0; j < CHANNELS; j++) {
                double products = 0;
                double left = 0;
                double right = 0;
                for (int row = 0; row < count; row++) {
                    products += (double) rows[row * CHANNELS + i] * rows[row * CHANNELS + j];
                    left += rows[row * CHANNELS + i];
                    right += rows[row * CHANNELS + j];
                }
                covariance[i][j] = products / count - left / count * (right / count);
            }
        }
        return covariance;
    }

    @Test
    void componentsAreTheLeadingEigenvectorsOfTheCovariance() {
        float[] rows = rows(400, 1);
        float[] first = Arrays.copyOf(rows, 100 * CHANNELS);
        float[] second = Arrays.copyOfRange(rows, 100 * CHANNELS, rows.length);
        PrincipalColours colours = PrincipalColours.fit(List.of(first, second), CHANNELS);
        double[][] matrix = covariance(rows);
        for (int c = 0; c < 3; c++) {
            double[] expected = powerIteration(matrix);
            double product = 0;
            for (int i = 0; i < CHANNELS; i++) {
                product += expected[i] * colours.components()[c][i];
            }
            assertThat(Math.abs(product)).as("component %d", c).isCloseTo(1, CLOSE);
        }
    }

    @Test
    void theLargestEntryOfEveryComponentIsPositive() {
        for (long seed = 0; seed < 8; seed++) {
            for (double[] component :
                    PrincipalColours.fit(List.of(rows(50, seed)), CHANNELS).components()) {
                double largest = Arrays.stream(component).max().orElseThrow();
                double least = Arrays.stream(component).min().orElseThrow();
                assertThat(largest).isGreaterThanOrEqualTo(-least);
            }
        }
    }

    @Test
    void theVectorsFillTheRangeOfEveryColour() {
        float[] rows = rows(60, 3);
        PrincipalColours colours = PrincipalColours.fit(List.of(rows), CHANNELS);
        for (int c = 0; c < 3; c++) {
            int channel = c;
            float[] shares = new float[60];
            for (int row = 0; row < shares.length; row++) {
                shares[row] = colours.colour(rows, row)[channel];
            }
            Arrays.sort(shares);
            assertThat(shares[0]).isZero();
            assertThat(shares[59]).isOne();
            assertThat(shares[30]).isBetween(0.05f, 0.95f);
        }
    }

    @Test
    void vectorsThatAgreeAreGrey() {
        float[] rows = {1, 2, 1, 2, 1, 2};
        assertThat(PrincipalColours.fit(List.of(rows), 2).colour(rows, 1)).containsExactly(0.5f, 0.5f, 0.5f);
    }
}
