package org.ttdengine.engine.backend.cpu;

/** Softmax cross-entropy of rows, rows in parallel; see the backend's {@code softmaxCrossEntropy}. */
final class CrossEntropyKernel {
    private final WorkerPool pool;
    private final Scratch scratch;

    CrossEntropyKernel(WorkerPool pool, Scratch scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    /** The results dx and dlogScale may each be null. */
    void run(
            int classes,
            float[] x,
            float logScale,
            int[] targets,
            double weight,
            float[] losses,
            float[] dx,
            float[] dlogScale) {
        float scale = (float) Math.exp(logScale);
        Ranges.rows(pool, targets.length, classes, (first, end, worker) -> {
            float[] p = scratch.floats(worker, classes);
            for (int row = first; row < end; row++) {
                int start = row * classes;
                int target = targets[row];
                VectorMath.scale(scale, x, start, p, 0, classes);
                float largest = VectorMath.max(p, 0, classes);
                for (int j = 0; j < classes; j++) {
                    p[j] -= largest;
                }
                float atTarget = p[target];
                VectorFunctions.exp(p, 0, p, 0, classes);
                double sum = VectorMath.sum(p, 0, classes);
                losses[row] = (float) (weight * (Math.log(sum) - atTarget));
                VectorMath.scale((float) (1 / sum), p, 0, p, 0, classes);
                if (dlogScale != null) {
                    dlogScale[row] = (float) (weight * scale * meanDifference(p, x, start, target, classes));
                }
                if (dx != null) {
                    VectorMath.scale((float) (weight * scale), p, 0, dx, start, classes);
                    dx[start + target] = (float) (weight * scale * (p[target] - 1.0));
                }
            }
        });
    }

    /** {@code sum_j p_j (x_j - x_target)}: zero, and not the difference of two large numbers, where the target is sure. */
    private static double meanDifference(float[] p, float[] x, int start, int target, int classes) {
        double sum = 0;
        for (int j = 0; j < classes; j++) {
            sum += p[j] * ((double) x[start + j] - x[start + target]);
        }
        return sum;
    }
}
