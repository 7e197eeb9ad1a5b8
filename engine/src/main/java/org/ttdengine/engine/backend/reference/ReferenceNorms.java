package org.ttdengine.engine.backend.reference;

import org.ttdengine.engine.Storage;
import org.ttdengine.engine.Tensor;

/** Layer normalisation (Ba et al. 2016) and L2 normalisation, row by row. */
final class ReferenceNorms {
    private ReferenceNorms() {}

    static void layerNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor rstd) {
        int width = x.shape().size(-1);
        for (int row = 0; row < x.shape().rows(); row++) {
            int start = row * width;
            double sum = 0;
            for (int c = 0; c < width; c++) {
                sum += x.storage().get(start + c);
            }
            double m = sum / width;
            double squares = 0;
            for (int c = 0; c < width; c++) {
                double centred = x.storage().get(start + c) - m;
                squares += centred * centred;
            }
            double r = 1 / Math.sqrt(squares / width + epsilon);
            mean.storage().set(row, m);
            rstd.storage().set(row, r);
            for (int c = 0; c < width; c++) {
                double normalised = (x.storage().get(start + c) - m) * r;
                y.storage()
                        .set(
                                start + c,
                                normalised * gamma.storage().get(c)
                                        + beta.storage().get(c));
            }
        }
    }

    static void layerNormBackward(
            Tensor dy,
            Tensor x,
            Tensor gamma,
            Tensor mean,
            Tensor rstd,
            Tensor dx,
            boolean accumulate,
            Tensor dgamma,
            Tensor dbeta) {
        int width = x.shape().size(-1);
        for (int row = 0; row < x.shape().rows(); row++) {
            int start = row * width;
            double m = mean.storage().get(row);
            double r = rstd.storage().get(row);
            double sumG = 0;
            double sumGx = 0;
            for (int c = 0; c < width; c++) {
                double gradient = dy.storage().get(start + c);
                double normalised = (x.storage().get(start + c) - m) * r;
                double g = gradient * gamma.storage().get(c);
                sumG += g;
                sumGx += g * normalised;
                if (dgamma != null) {
                    add(dgamma.storage(), c, gradient * normalised);
                }
                if (dbeta != null) {
                    add(dbeta.storage(), c, gradient);
                }
            }
            for (int c = 0; dx != null && c < width; c++) {
                double normalised = (x.storage().get(start + c) - m) * r;
                double g = dy.storage().get(start + c) * gamma.storage().get(c);
                double value = r * (g - sumG / width - normalised * sumGx / width);
                dx.storage().set(start + c, accumulate ? dx.storage().get(start + c) + value : value);
            }
        }
    }

    static void l2Normalize(Tensor x, double epsilon, Tensor y, Tensor norms) {
        int width = x.shape().size(-1);
        for (int row = 0; row < x.shape().rows(); row++) {
            int start = row * width;
            double squares = 0;
            for (int c = 0; c < width; c++) {
                squares += x.storage().get(start + c) * x.storage().get(start + c);
            }
            double norm = Math.max(Math.sqrt(squares), epsilon);
            norms.storage().set(row, norm);
            for (int c = 0; c < width; c++) {
                y.storage().set(start + c, x.storage().get(start + c) / norm);
            }
        }
    }

    static void l2NormalizeBackward(Tensor dy, Tensor y, Tensor norms, double epsilon, Tensor dx, boolean accumulate) {
        int width = y.shape().size(-1);
        for (int row = 0; row < y.shape().rows(); row++) {
            int start = row * width;
            double norm = norms.storage().get(row);
            double along = 0;
            for (int c = 0; norm > epsilon && c < width; c++) {
                along += dy.storage().get(start + c) * y.storage().get(start + c);
            }
            for (int c = 0; c < width; c++) {
                double value = (dy.storage().get(start + c) - y.storage().get(start + c) * along) / norm;
                dx.storage().set(start + c, accumulate ? dx.storage().get(start + c) + value : value);
            }
        }
    }

    private static void add(Storage storage, int i, double value) {
        storage.set(i, storage.get(i) + value);
    }
}
