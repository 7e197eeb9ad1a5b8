package org.ttdengine.engine.backend.cpu;

import java.util.Arrays;
import org.ttdengine.engine.backend.Activation;

/** Operations on each element by itself. */
final class CpuElements {
    private final WorkerPool pool;

    CpuElements(WorkerPool pool) {
        this.pool = pool;
    }

    void fill(float[] x, float value, int size) {
        Ranges.elements(pool, size, (start, end, worker) -> Arrays.fill(x, start, end, value));
    }

    void copy(float[] x, float[] y, int size) {
        Ranges.elements(pool, size, (start, end, worker) -> System.arraycopy(x, start, y, start, end - start));
    }

    void axpy(float alpha, float[] x, float[] y, int size) {
        Ranges.elements(pool, size, (start, end, worker) -> VectorMath.axpy(alpha, x, start, y, start, end - start));
    }

    void activation(Activation activation, float[] x, float[] y, int size) {
        Ranges.elements(pool, size, (start, end, worker) -> {
            int n = end - start;
            switch (activation) {
                case NONE -> System.arraycopy(x, start, y, start, n);
                case QUICK_GELU -> VectorFunctions.quickGelu(x, start, y, start, n);
                case GELU_ERF -> VectorFunctions.gelu(x, start, y, start, n);
            }
        });
    }

    /** {@code dx = dy act'(x)}; dx may be dy. */
    void activationBackward(Activation activation, float[] dy, float[] x, float[] dx, int size) {
        Ranges.elements(pool, size, (start, end, worker) -> {
            int n = end - start;
            switch (activation) {
                case NONE -> System.arraycopy(dy, start, dx, start, n);
                case QUICK_GELU -> VectorFunctions.quickGeluGradient(x, start, dy, start, dx, start, n);
                case GELU_ERF -> VectorFunctions.geluGradient(x, start, dy, start, dx, start, n);
            }
        });
    }

    void dropout(float[] x, double p, long seed, float[] y, boolean accumulate, int size) {
        DropoutKernel kernel = new DropoutKernel(p, seed);
        Ranges.elements(pool, size, (start, end, worker) -> kernel.run(x, y, accumulate, start, end));
    }
}
