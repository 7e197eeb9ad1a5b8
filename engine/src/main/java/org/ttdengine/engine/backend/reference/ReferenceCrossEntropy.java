package org.ttdengine.engine.backend.reference;

import org.ttdengine.engine.Storage;
import org.ttdengine.engine.Tensor;

/** Softmax cross-entropy as its formula reads. */
final class ReferenceCrossEntropy {
    private ReferenceCrossEntropy() {}

    /** {@link org.ttdengine.engine.backend.Backend#softmaxCrossEntropy}. */
    static void run(
            Tensor x, Tensor logScale, int[] targets, double weight, Tensor losses, Tensor dx, Tensor dlogScale) {
        int classes = x.shape().size(-1);
        double scale = Math.exp(logScale.item());
        for (int row = 0; row < targets.length; row++) {
            double[] z = new double[classes];
            double largest = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < classes; j++) {
                z[j] = scale * x.storage().get(row * classes + j);
                largest = Math.max(largest, z[j]);
            }
            double sum = 0;
            for (double value : z) {
                sum += Math.exp(value - largest);
            }
            double logSum = largest + Math.log(sum);
            int target = targets[row];
            losses.storage().set(row, weight * (logSum - z[target]));
            double slope = 0;
            for (int j = 0; j < classes; j++) {
                double gradient = weight * (Math.exp(z[j] - logSum) - (j == target ? 1 : 0));
                slope += gradient * z[j];
                set(dx, row * classes + j, gradient * scale);
            }
            set(dlogScale, row, slope);
        }
    }

    private static void set(Tensor tensor, int at, double value) {
        if (tensor != null) {
            Storage data = tensor.storage();
            data.set(at, value);
        }
    }
}
