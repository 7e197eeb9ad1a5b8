package org.ttdengine.engine.backend.cpu;

import org.ttdengine.engine.backend.LargestGap;
import org.ttdengine.engine.backend.MapPlan;
import org.ttdengine.engine.backend.Phi;

/** Similarity maps (Eq. 2 of TTD before phi), their extremes and the selection made from them. */
final class CosineMapKernels {
    private final WorkerPool pool;
    private final Gemm gemm;

    CosineMapKernels(WorkerPool pool, Gemm gemm) {
        this.pool = pool;
        this.gemm = gemm;
    }

    void forward(MapPlan plan, int channels, float[] pixels, float[] texts, float[] maps, float[] extremes) {
        int cells = plan.cells();
        for (int s = 0; s < plan.samples(); s++) {
            FloatView rows = FloatView.of(texts, plan.offsets()[s] * channels, channels);
            FloatView columns = FloatView.transposed(pixels, s * cells * channels, channels);
            FloatView target = FloatView.of(maps, plan.offsets()[s] * cells, cells);
            gemm.multiply(plan.maps(s), cells, channels, 1, rows, columns, target, Epilogue.NONE);
        }
        int[] offsets = plan.offsets();
        Ranges.rows(pool, plan.maps(), cells, (first, end, worker) -> {
            int sample = 0;
            for (int map = first; map < end; map++) {
                while (offsets[sample + 1] <= map) {
                    sample++;
                }
                extremes(plan, sample, maps, map, extremes);
            }
        });
    }

    /** Least value, largest value and its first cell, of the valid cells of one map. */
    private static void extremes(MapPlan plan, int sample, float[] maps, int map, float[] extremes) {
        float least = Float.POSITIVE_INFINITY;
        float largest = Float.NEGATIVE_INFINITY;
        int where = -1;
        for (int cell = 0; cell < plan.cells(); cell++) {
            if (plan.isValid(sample, cell)) {
                float value = maps[map * plan.cells() + cell];
                least = Math.min(least, value);
                if (value > largest) {
                    largest = value;
                    where = cell;
                }
            }
        }
        extremes[map * 3] = least;
        extremes[map * 3 + 1] = largest;
        extremes[map * 3 + 2] = where;
    }

    /** {@code dpixels (+)= dmaps' texts} per sample. */
    void pixelGradient(MapPlan plan, int channels, float[] dmaps, float[] texts, float[] dpixels, boolean accumulate) {
        int cells = plan.cells();
        for (int s = 0; s < plan.samples(); s++) {
            FloatView left = FloatView.transposed(dmaps, plan.offsets()[s] * cells, cells);
            FloatView right = FloatView.of(texts, plan.offsets()[s] * channels, channels);
            FloatView target = FloatView.of(dpixels, s * cells * channels, channels);
            multiply(cells, channels, plan.maps(s), left, right, target, accumulate);
        }
    }

    /** {@code dtexts (+)= dmaps pixels} per sample. */
    void textGradient(MapPlan plan, int channels, float[] dmaps, float[] pixels, float[] dtexts, boolean accumulate) {
        int cells = plan.cells();
        for (int s = 0; s < plan.samples(); s++) {
            FloatView left = FloatView.of(dmaps, plan.offsets()[s] * cells, cells);
            FloatView right = FloatView.of(pixels, s * cells * channels, channels);
            FloatView target = FloatView.of(dtexts, plan.offsets()[s] * channels, channels);
            multiply(plan.maps(s), channels, cells, left, right, target, accumulate);
        }
    }

    private void multiply(int m, int n, int k, FloatView a, FloatView b, FloatView c, boolean accumulate) {
        if (accumulate) {
            gemm.multiplyAdd(m, n, k, 1, a, b, c);
        } else {
            gemm.multiply(m, n, k, 1, a, b, c, Epilogue.NONE);
        }
    }

    /** Largest-gap selection among the tags of each sample; captions are not selected. */
    static void selectTags(MapPlan plan, Phi phi, float[] extremes, boolean[] barred, float[] selected) {
        for (int s = 0; s < plan.samples(); s++) {
            int caption = plan.offsets()[s];
            double[] scores = new double[plan.maps(s) - 1];
            boolean[] tagBarred = barred == null ? null : new boolean[scores.length];
            for (int tag = 0; tag < scores.length; tag++) {
                scores[tag] = phi.of(extremes[(caption + 1 + tag) * 3 + 1]);
                if (barred != null) {
                    tagBarred[tag] = barred[caption + 1 + tag];
                }
            }
            boolean[] chosen = LargestGap.select(scores, tagBarred);
            selected[caption] = 0;
            for (int tag = 0; tag < scores.length; tag++) {
                selected[caption + 1 + tag] = chosen[tag] ? 1 : 0;
            }
        }
    }
}
