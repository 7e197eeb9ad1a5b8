package org.ttdengine.engine.backend.cpu;

import java.util.Arrays;
import org.ttdengine.engine.backend.MapPlan;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.engine.backend.TtdLossOptions;

/**
 * The losses of TTD (Eq. 4 to 6) and their gradient in one pass over the maps, samples in parallel. Similarities and sums
 * are double: a hard target hangs on which side of one half its cell lies.
 */
final class TtdLossKernel {
    private final WorkerPool pool;
    private final Scratch scratch;

    TtdLossKernel(WorkerPool pool, Scratch scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    /** See the backend's {@code ttdLoss}; {@code dmaps} may be null. */
    void run(
            MapPlan plan,
            TtdLossOptions options,
            float[] maps,
            float[] teacherMaps,
            float[] teacherExtremes,
            float[] selected,
            float[] losses,
            float[] total,
            float[] dmaps) {
        int cells = plan.cells();
        pool.run(plan.samples(), (sample, worker) -> {
            int caption = plan.offsets()[sample];
            double reduction = options.meanOverCells() ? plan.validCells(sample) : 1;
            double tagWeight = options.tagWeight() / reduction / options.batch();
            float[] targets = scratch.floats(worker, 2 * cells);
            Arrays.fill(targets, 0, cells, 0);
            double tag = 0;
            for (int map = caption + 1; map < plan.offsets()[sample + 1]; map++) {
                if (selected[map] > 0.5f) {
                    targets(options, teacherMaps, teacherExtremes, map, cells, targets);
                } else {
                    Arrays.fill(targets, cells, 2 * cells, 0);
                }
                tag += squaredError(plan, options.phi(), sample, maps, map, targets, cells, tagWeight, dmaps);
            }
            double distillWeight = options.distillWeight() / reduction / options.batch();
            double distill = squaredError(plan, options.phi(), sample, maps, caption, targets, 0, distillWeight, dmaps);
            losses[2 * sample] = (float) (distill / reduction);
            losses[2 * sample + 1] = (float) (tag / reduction);
        });
        double sum = 0;
        for (int s = 0; s < plan.samples(); s++) {
            sum += options.weighted(losses[2 * s], losses[2 * s + 1]);
        }
        total[0] = (float) (sum / options.batch());
    }

    /** norm(S) of one tag to {@code targets[cells..]}; {@code targets[..cells]} becomes the union with it. */
    private static void targets(
            TtdLossOptions options, float[] maps, float[] extremes, int map, int cells, float[] targets) {
        Phi phi = options.phi();
        double least = phi.of(extremes[map * 3]);
        double largest = phi.of(extremes[map * 3 + 1]);
        for (int cell = 0; cell < cells; cell++) {
            float target = (float) options.target(phi.of(maps[map * cells + cell]), least, largest);
            targets[cells + cell] = target;
            targets[cell] = Math.max(targets[cell], target);
        }
    }

    /**
     * Sum over the valid cells of (S - target)^2. Its gradient by the cosine, times {@code weight}, goes to {@code dmaps}.
     *
     * @param start index of the target of the first cell
     */
    private static double squaredError(
            MapPlan plan,
            Phi phi,
            int sample,
            float[] maps,
            int map,
            float[] targets,
            int start,
            double weight,
            float[] dmaps) {
        double sum = 0;
        for (int cell = 0; cell < plan.cells(); cell++) {
            int at = map * plan.cells() + cell;
            double gradient = 0;
            if (plan.isValid(sample, cell)) {
                double s = phi.of(maps[at]);
                double difference = s - targets[start + cell];
                sum += difference * difference;
                gradient = 2 * difference * phi.slope(s) * weight;
            }
            if (dmaps != null) {
                dmaps[at] = (float) gradient;
            }
        }
        return sum;
    }
}
