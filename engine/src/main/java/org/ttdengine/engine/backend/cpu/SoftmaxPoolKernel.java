package org.ttdengine.engine.backend.cpu;

/** Rows pooled with their softmax, rows in parallel; see the backend's {@code softmaxPool}. */
final class SoftmaxPoolKernel {
    private final WorkerPool pool;
    private final Scratch scratch;

    SoftmaxPoolKernel(WorkerPool pool, Scratch scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    void forward(float[] x, int cells, float sharpness, float[] y, int rows) {
        Ranges.rows(pool, rows, cells, (first, end, worker) -> {
            float[] weights = scratch.floats(worker, cells);
            for (int row = first; row < end; row++) {
                double sum = exponentials(x, row * cells, cells, sharpness, weights);
                y[row] = (float) (VectorMath.dot(weights, 0, x, row * cells, cells) / sum);
            }
        });
    }

    void backward(
            float[] dy, float[] x, float[] y, int cells, float sharpness, float[] dx, boolean accumulate, int rows) {
        Ranges.rows(pool, rows, cells, (first, end, worker) -> {
            float[] weights = scratch.floats(worker, cells);
            for (int row = first; row < end; row++) {
                int start = row * cells;
                float factor = (float) (dy[row] / exponentials(x, start, cells, sharpness, weights));
                for (int c = 0; c < cells; c++) {
                    float slope = factor * weights[c] * (1 + sharpness * (x[start + c] - y[row]));
                    dx[start + c] = accumulate ? dx[start + c] + slope : slope;
                }
            }
        });
    }

    /** Writes {@code exp(sharpness (x - max x))} and returns their sum. */
    private static double exponentials(float[] x, int start, int cells, float sharpness, float[] weights) {
        float largest = VectorMath.max(x, start, cells);
        for (int c = 0; c < cells; c++) {
            weights[c] = sharpness * (x[start + c] - largest);
        }
        VectorFunctions.exp(weights, 0, weights, 0, cells);
        return VectorMath.sum(weights, 0, cells);
    }
}
