package org.ttdengine.engine.backend.reference;

import org.ttdengine.engine.Storage;
import org.ttdengine.engine.Tensor;

/** Softmax pooling as its formula reads. */
final class ReferenceSoftmaxPool {
    private ReferenceSoftmaxPool() {}

    /** {@link org.ttdengine.engine.backend.Backend#softmaxPool}. */
    static void forward(Tensor x, int cells, double sharpness, Tensor y) {
        for (int row = 0; row < y.size(); row++) {
            double[] weights = weights(x.storage(), row * cells, cells, sharpness);
            double sum = 0;
            for (int c = 0; c < cells; c++) {
                sum += weights[c] * x.storage().get(row * cells + c);
            }
            y.storage().set(row, sum);
        }
    }

    /** {@link org.ttdengine.engine.backend.Backend#softmaxPoolBackward}. */
    static void backward(Tensor dy, Tensor x, Tensor y, int cells, double sharpness, Tensor dx, boolean accumulate) {
        for (int row = 0; row < y.size(); row++) {
            double[] weights = weights(x.storage(), row * cells, cells, sharpness);
            for (int c = 0; c < cells; c++) {
                int at = row * cells + c;
                double distance = x.storage().get(at) - y.storage().get(row);
                double slope = dy.storage().get(row) * weights[c] * (1 + sharpness * distance);
                dx.storage().set(at, (accumulate ? dx.storage().get(at) : 0) + slope);
            }
        }
    }

    private static double[] weights(Storage x, int start, int cells, double sharpness) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < cells; c++) {
            largest = Math.max(largest, x.get(start + c));
        }
        double[] weights = new double[cells];
        double sum = 0;
        for (int c = 0; c < cells; c++) {
            weights[c] = Math.exp(sharpness * (x.get(start + c) - largest));
            sum += weights[c];
        }
        for (int c = 0; c < cells; c++) {
            weights[c] /= sum;
        }
        return weights;
    }
}
