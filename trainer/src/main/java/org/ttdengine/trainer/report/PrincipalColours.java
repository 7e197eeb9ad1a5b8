package org.ttdengine.trainer.report;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Colours of feature vectors: their three first principal components as red, green and blue. Vectors of like direction
 * in feature space get like colours. The components are fitted to all vectors jointly, so that colours can be compared
 * between pictures and between models. Each component is turned so that its largest entry is positive, and scaled so that
 * the vectors fill the range of its colour.
 *
 * @param mean {@code [channels]}
 * @param components {@code [3][channels]} of unit length, by descending variance; all zero where there are fewer
 * @param least {@code [3]} smallest projection
 * @param largest {@code [3]} largest projection
 */
@SuppressWarnings("ArrayRecordComponent") // an intermediate result, compared by nobody
record PrincipalColours(double[] mean, double[][] components, double[] least, double[] largest) {
    private static final int COLOURS = 3;

    /**
     * Fits the components.
     *
     * @param vectors rows of {@code channels} values each, one after the other, in any number of arrays; at least one row
     */
    static PrincipalColours fit(List<float[]> vectors, int channels) {
        double[] mean = mean(vectors, channels);
        double[][] components = components(covariance(vectors, mean));
        double[] least = new double[COLOURS];
        double[] largest = new double[COLOURS];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        PrincipalColours unscaled = new PrincipalColours(mean, components, least, largest);
        for (float[] rows : vectors) {
            for (int row = 0; row < rows.length / channels; row++) {
                for (int c = 0; c < COLOURS; c++) {
                    double projection = unscaled.projection(rows, row, c);
                    least[c] = Math.min(least[c], projection);
                    largest[c] = Math.max(largest[c], projection);
                }
            }
        }
        return unscaled;
    }

    private static double[] mean(List<float[]> vectors, int channels) {
        double[] mean = new double[channels];
        long count = 0;
        for (float[] rows : vectors) {
            count += rows.length / channels;
            for (int i = 0; i < rows.length; i++) {
                mean[i % channels] += rows[i];
            }
        }
        for (int c = 0; c < channels; c++) {
            mean[c] /= count;
        }
        return mean;
    }

    /** The sums of products of deviations; their factor does not matter. */
    private static DMatrixRMaj covariance(List<float[]> vectors, double[] mean) {
        int channels = mean.length;
        DMatrixRMaj covariance = new DMatrixRMaj(channels, channels);
        double[] deviation = new double[channels];
        for (float[] rows : vectors) {
            for (int first = 0; first < rows.length; first += channels) {
                for (int c = 0; c < channels; c++) {
                    deviation[c] = rows[first + c] - mean[c];
                }
                addOuterProduct(deviation, covariance.data);
            }
        }
        return covariance;
    }

    private static void addOuterProduct(double[] vector, double[] matrix) {
        for (int i = 0; i < vector.length; i++) {
            for (int j = 0; j < vector.length; j++) {
                matrix[i * vector.length + j] += vector[i] * vector[j];
            }
        }
    }

    private static double[][] components(DMatrixRMaj covariance) {
        int channels = covariance.numRows;
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(channels, true, true);
        if (!eigen.decompose(covariance)) {
            throw new IllegalArgumentException("the features have no principal components: some are not finite");
        }
        int[] order = IntStream.range(0, channels)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -eigen.getEigenvalue(i).getReal()))
                .mapToInt(Integer::intValue)
                .toArray();
        double[][] components = new double[COLOURS][channels];
        for (int c = 0; c < Math.min(COLOURS, channels); c++) {
            components[c] = turned(eigen.getEigenVector(order[c]).data);
        }
        return components;
    }

    /** The vector or its opposite: the one whose entry of largest magnitude, the first among equals, is positive. */
    private static double[] turned(double[] vector) {
        double largest = 0;
        for (double entry : vector) {
            largest = Math.abs(entry) > Math.abs(largest) ? entry : largest;
        }
        double sign = largest < 0 ? -1 : 1;
        return Arrays.stream(vector).map(entry -> sign * entry).toArray();
    }

    private double projection(float[] rows, int row, int component) {
        double sum = 0;
        for (int c = 0; c < mean.length; c++) {
            sum += components[component][c] * (rows[row * mean.length + c] - mean[c]);
        }
        return sum;
    }

    /** Red, green and blue of a row, from 0 to 1; 0.5 where all vectors agree. */
    float[] colour(float[] rows, int row) {
        float[] colour = new float[COLOURS];
        for (int c = 0; c < COLOURS; c++) {
            double range = largest[c] - least[c];
            double share = range > 0 ? (projection(rows, row, c) - least[c]) / range : 0.5;
            colour[c] = (float) Math.max(0, Math.min(1, share));
        }
        return colour;
    }
}
