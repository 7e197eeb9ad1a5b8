package org.ttdengine.engine.backend.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Layer normalisation (Ba et al. 2016) and L2 normalisation, rows in parallel. */
final class CpuNorms {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private final WorkerPool pool;
    private final Scratch scratch;
    private final PartialSums weightGradients;

    CpuNorms(WorkerPool pool, Scratch scratch) {
        this.pool = pool;
        this.scratch = scratch;
        this.weightGradients = new PartialSums(pool);
    }

    void layerNorm(
            int rows,
            int width,
            float[] x,
            float[] gamma,
            float[] beta,
            double epsilon,
            float[] y,
            float[] mean,
            float[] rstd) {
        Ranges.rows(pool, rows, width, (first, end, worker) -> {
            for (int row = first; row < end; row++) {
                int start = row * width;
                float m = (float) (VectorMath.sum(x, start, width) / width);
                subtract(x, start, m, y, width);
                double variance = VectorMath.sumOfSquares(y, start, width) / width;
                float r = (float) (1 / Math.sqrt(variance + epsilon));
                mean[row] = m;
                rstd[row] = r;
                stretch(y, start, r, gamma, beta, width);
            }
        });
    }

    /** y = x - m for one row. */
    private static void subtract(float[] x, int start, float m, float[] y, int width) {
        int whole = width - width % LANES;
        for (int c = 0; c < whole; c += LANES) {
            FloatVector.fromArray(SPECIES, x, start + c).sub(m).intoArray(y, start + c);
        }
        for (int c = whole; c < width; c++) {
            y[start + c] = x[start + c] - m;
        }
    }

    /** y = y r gamma + beta for one row. */
    private static void stretch(float[] y, int start, float r, float[] gamma, float[] beta, int width) {
        int whole = width - width % LANES;
        for (int c = 0; c < whole; c += LANES) {
            FloatVector normalised =
                    FloatVector.fromArray(SPECIES, y, start + c).mul(r);
            FloatVector shift = FloatVector.fromArray(SPECIES, beta, c);
            normalised.fma(FloatVector.fromArray(SPECIES, gamma, c), shift).intoArray(y, start + c);
        }
        for (int c = whole; c < width; c++) {
            y[start + c] = Math.fma(y[start + c] * r, gamma[c], beta[c]);
        }
    }

    /** The results dx, dgamma and dbeta may each be null; the latter two are added to. */
    void layerNormBackward(
            int rows,
            int width,
            float[] dy,
            float[] x,
            float[] gamma,
            float[] mean,
            float[] rstd,
            float[] dx,
            boolean accumulate,
            float[] dgamma,
            float[] dbeta) {
        int grain = Ranges.rowGrain(width);
        boolean sumsWanted = dgamma != null || dbeta != null;
        if (sumsWanted) {
            weightGradients.clear(Ranges.count(rows, grain), 2 * width);
        }
        Ranges.run(pool, rows, grain, (first, end, worker) -> {
            float[] work = scratch.floats(worker, 2 * width);
            for (int row = first; row < end; row++) {
                int start = row * width;
                products(dy, x, start, mean[row], rstd[row], gamma, width, work);
                if (sumsWanted) {
                    int sums = weightGradients.start(first / grain);
                    float[] partial = weightGradients.data();
                    addProducts(dy, start, work, 0, partial, sums, width);
                    VectorMath.axpy(1, dy, start, partial, sums + width, width);
                }
                if (dx != null) {
                    inputGradient(work, rstd[row], dx, start, accumulate, width);
                }
            }
        });
        if (dgamma != null) {
            weightGradients.addTo(dgamma, 0, 0, width);
        }
        if (dbeta != null) {
            weightGradients.addTo(dbeta, 0, width, width);
        }
    }

    /** The normalised row to {@code work[..width]}, dy gamma to {@code work[width..]}. */
    private static void products(
            float[] dy, float[] x, int start, float m, float r, float[] gamma, int width, float[] work) {
        int whole = width - width % LANES;
        for (int c = 0; c < whole; c += LANES) {
            FloatVector.fromArray(SPECIES, x, start + c).sub(m).mul(r).intoArray(work, c);
            FloatVector.fromArray(SPECIES, dy, start + c)
                    .mul(FloatVector.fromArray(SPECIES, gamma, c))
                    .intoArray(work, width + c);
        }
        for (int c = whole; c < width; c++) {
            work[c] = (x[start + c] - m) * r;
            work[width + c] = dy[start + c] * gamma[c];
        }
    }

    /** z += x y. */
    private static void addProducts(float[] x, int xStart, float[] y, int yStart, float[] z, int zStart, int size) {
        int whole = size - size % LANES;
        for (int i = 0; i < whole; i += LANES) {
            FloatVector sum = FloatVector.fromArray(SPECIES, z, zStart + i);
            FloatVector.fromArray(SPECIES, x, xStart + i)
                    .fma(FloatVector.fromArray(SPECIES, y, yStart + i), sum)
                    .intoArray(z, zStart + i);
        }
        for (int i = whole; i < size; i++) {
            z[zStart + i] = Math.fma(x[xStart + i], y[yStart + i], z[zStart + i]);
        }
    }

    /** dx (+)= r (g - mean(g) - normalised mean(g normalised)), with what {@link #products} left in {@code work}. */
    private static void inputGradient(float[] work, float r, float[] dx, int start, boolean accumulate, int width) {
        float meanG = (float) (VectorMath.sum(work, width, width) / width);
        float meanGx = (float) (VectorMath.dot(work, width, work, 0, width) / width);
        if (!accumulate) {
            Arrays.fill(dx, start, start + width, 0);
        }
        int whole = width - width % LANES;
        FloatVector minusMeanGx = FloatVector.broadcast(SPECIES, -meanGx);
        for (int c = 0; c < whole; c += LANES) {
            FloatVector normalised = FloatVector.fromArray(SPECIES, work, c);
            FloatVector centred =
                    FloatVector.fromArray(SPECIES, work, width + c).sub(meanG);
            FloatVector old = FloatVector.fromArray(SPECIES, dx, start + c);
            normalised.fma(minusMeanGx, centred).mul(r).add(old).intoArray(dx, start + c);
        }
        for (int c = whole; c < width; c++) {
            dx[start + c] += Math.fma(work[c], -meanGx, work[width + c] - meanG) * r;
        }
    }

    void l2Normalize(int rows, int width, float[] x, float epsilon, float[] y, float[] norms) {
        Ranges.rows(pool, rows, width, (first, end, worker) -> {
            for (int row = first; row < end; row++) {
                int start = row * width;
                float norm = (float) Math.max(Math.sqrt(VectorMath.sumOfSquares(x, start, width)), epsilon);
                norms[row] = norm;
                divide(x, start, norm, y, width);
            }
        });
    }

    /** dx (+)= (dy - y (y . dy)) / norm; the second term is absent where the norm was clamped to epsilon. */
    void l2NormalizeBackward(
            int rows, int width, float[] dy, float[] y, float[] norms, float epsilon, float[] dx, boolean accumulate) {
        Ranges.rows(pool, rows, width, (first, end, worker) -> {
            for (int row = first; row < end; row++) {
                int start = row * width;
                float along = norms[row] > epsilon ? (float) VectorMath.dot(dy, start, y, start, width) : 0;
                if (!accumulate) {
                    Arrays.fill(dx, start, start + width, 0);
                }
                removeDirection(dy, y, start, along, norms[row], dx, width);
            }
        });
    }

    /** y = x / norm for one row: a quotient, not a product with the inverse, so that a row of one element becomes 1. */
    private static void divide(float[] x, int start, float norm, float[] y, int width) {
        int whole = width - width % LANES;
        for (int c = 0; c < whole; c += LANES) {
            FloatVector.fromArray(SPECIES, x, start + c).div(norm).intoArray(y, start + c);
        }
        for (int c = whole; c < width; c++) {
            y[start + c] = x[start + c] / norm;
        }
    }

    /** dx += (dy - y along) / norm for one row. */
    private static void removeDirection(
            float[] dy, float[] y, int start, float along, float norm, float[] dx, int width) {
        int whole = width - width % LANES;
        FloatVector minusAlong = FloatVector.broadcast(SPECIES, -along);
        for (int c = 0; c < whole; c += LANES) {
            FloatVector gradient = FloatVector.fromArray(SPECIES, dy, start + c);
            FloatVector across = FloatVector.fromArray(SPECIES, y, start + c).fma(minusAlong, gradient);
            FloatVector.fromArray(SPECIES, dx, start + c).add(across.div(norm)).intoArray(dx, start + c);
        }
        for (int c = whole; c < width; c++) {
            dx[start + c] += Math.fma(y[start + c], -along, dy[start + c]) / norm;
        }
    }
}
