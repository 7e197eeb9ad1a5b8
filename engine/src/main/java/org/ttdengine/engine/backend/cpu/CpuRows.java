package org.ttdengine.engine.backend.cpu;

import java.util.Arrays;
import org.ttdengine.engine.backend.RowMix;

/** Operations that move or add whole rows. */
final class CpuRows {
    /** Least columns of a range: a few cache lines of every row. */
    private static final int LEAST_COLUMNS = 64;

    private final WorkerPool pool;
    private final PartialSums columnSums;

    CpuRows(WorkerPool pool) {
        this.pool = pool;
        this.columnSums = new PartialSums(pool);
    }

    /** Adds the sum of every column of x to {@code sums}. */
    void columnSums(FloatView x, int rows, int columns, float[] sums, int offset) {
        int grain = Ranges.rowGrain(columns);
        columnSums.clear(Ranges.count(rows, grain), columns);
        Ranges.run(pool, rows, grain, (first, end, worker) -> {
            int partial = columnSums.start(first / grain);
            for (int row = first; row < end; row++) {
                VectorMath.axpy(1, x.data(), x.offset() + row * x.stride(), columnSums.data(), partial, columns);
            }
        });
        columnSums.addTo(sums, offset, 0, columns);
    }

    /** {@code y[i] (+)= sum_t weight[i,t] x[index[i,t]]}; rows of y in parallel. */
    void mix(RowMix mix, int width, float[] x, float[] y, boolean accumulate) {
        Ranges.rows(pool, mix.rows(), width * mix.taps(), (first, end, worker) -> {
            for (int row = first; row < end; row++) {
                int target = row * width;
                if (!accumulate) {
                    Arrays.fill(y, target, target + width, 0);
                }
                for (int e = row * mix.taps(); e < (row + 1) * mix.taps(); e++) {
                    if (mix.index()[e] >= 0) {
                        VectorMath.axpy(mix.weight(e), x, mix.index()[e] * width, y, target, width);
                    }
                }
            }
        });
    }

    /** {@code dx[index[i,t]] += weight[i,t] dy[i]}; columns in parallel, rows in order. */
    void mixBackward(RowMix mix, int width, float[] dy, float[] dx) {
        int entries = mix.index().length;
        int grain = Math.max(LEAST_COLUMNS, Ranges.rowGrain(entries));
        Ranges.run(pool, width, grain, (first, end, worker) -> {
            for (int e = 0; e < entries; e++) {
                if (mix.index()[e] >= 0) {
                    int from = e / mix.taps() * width + first;
                    VectorMath.axpy(mix.weight(e), dy, from, dx, mix.index()[e] * width + first, end - first);
                }
            }
        });
    }

    /**
     * Pictures cut into patches; see the backend's {@code patches}.
     *
     * @param shape of the pictures: images, channels, height, width
     */
    void patches(int[] shape, float[] pixels, int patch, float[] patches) {
        int channels = shape[1];
        int height = shape[2];
        int width = shape[3];
        int h = height / patch;
        int w = width / patch;
        int size = channels * patch * patch;
        Ranges.rows(pool, shape[0] * h * w, size, (first, end, worker) -> {
            int target = first * size;
            for (int row = first; row < end; row++) {
                int image = row / (h * w);
                int top = row / w % h * patch;
                int left = row % w * patch;
                for (int line = 0; line < channels * patch; line++) {
                    int y = image * channels * height + line / patch * height + top + line % patch;
                    System.arraycopy(pixels, y * width + left, patches, target, patch);
                    target += patch;
                }
            }
        });
    }
}
