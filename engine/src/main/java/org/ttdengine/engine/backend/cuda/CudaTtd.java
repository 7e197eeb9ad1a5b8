package org.ttdengine.engine.backend.cuda;

import static org.ttdengine.engine.backend.cuda.TensorChecks.requireF32;
import static org.ttdengine.engine.backend.cuda.TensorChecks.requireSize;

import java.util.Arrays;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.MapPlan;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.engine.backend.TtdLossOptions;
import org.ttdengine.kernels.TtdKernels;

/** Tag selection and the losses of TTD on a GPU; see ttd.cu. All tensors are F32. */
final class CudaTtd {
    private static final int WARP = 32;

    private final CudaContext context;

    CudaTtd(CudaContext context) {
        this.context = context;
    }

    /**
     * See {@code Backend.selectTags}.
     *
     * @throws IllegalArgumentException if a tensor's type or size does not fit, or a sample has more tags than
     *     {@value TtdKernels#MOST_TAGS}
     */
    void selectTags(MapPlan plan, Phi phi, Tensor extremes, boolean[] barred, Tensor selected) {
        requireF32(extremes, selected);
        requireSize(3 * plan.maps(), extremes);
        requireSize(plan.maps(), selected);
        if (barred != null && barred.length != plan.maps()) {
            throw new IllegalArgumentException("there are " + plan.maps() + " maps and " + barred.length + " bars");
        }
        int tags = MapTables.mostMaps(plan) - 1;
        if (tags > TtdKernels.MOST_TAGS) {
            throw new IllegalArgumentException(
                    "a sample has " + tags + " tags; at most " + TtdKernels.MOST_TAGS + " can be chosen from");
        }
        if (plan.samples() == 0) {
            return;
        }
        context.kernel(TtdKernels.SELECT)
                .launch(
                        LaunchShape.of(plan.samples()).threads(WARP).shared(Double.BYTES * tags),
                        context.upload(plan.offsets()),
                        extremes,
                        bars(barred),
                        selected,
                        phi.sigmoid() ? 1 : 0,
                        phi.w(),
                        phi.b());
    }

    private Long bars(boolean[] barred) {
        if (barred == null) {
            return null;
        }
        int[] table = new int[barred.length];
        Arrays.setAll(table, i -> barred[i] ? 1 : 0);
        return context.upload(table);
    }

    /**
     * See {@code Backend.ttdLoss}.
     *
     * @throws IllegalArgumentException if a tensor's type or size does not fit
     */
    void ttdLoss(
            MapPlan plan,
            TtdLossOptions options,
            Tensor maps,
            Tensor teacherMaps,
            Tensor teacherExtremes,
            Tensor selected,
            Tensor losses,
            Tensor total,
            Tensor dmaps) {
        requireF32(maps, teacherMaps, teacherExtremes, selected, losses, total, dmaps);
        requireSize(Math.multiplyExact(plan.maps(), plan.cells()), maps, teacherMaps, dmaps);
        requireSize(3 * plan.maps(), teacherExtremes);
        requireSize(plan.maps(), selected);
        requireSize(2 * plan.samples(), losses);
        requireSize(1, total);
        int tiles = (plan.cells() + TtdKernels.LOSS_THREADS - 1) / TtdKernels.LOSS_THREADS;
        long reductions = context.upload(reductions(plan, options));
        float distillScale = (float) (options.distillWeight() / options.batch());
        float tagScale = (float) (options.tagWeight() / options.batch());
        Phi phi = options.phi();
        try (ScratchMemory.Block partial = context.scratch(2L * Float.BYTES * plan.samples() * tiles)) {
            if (plan.samples() > 0) {
                MapTables tables = MapTables.upload(context, plan);
                context.kernel(TtdKernels.LOSS)
                        .launch(
                                LaunchShape.of(tiles, plan.samples(), 1).threads(TtdKernels.LOSS_THREADS),
                                tables.offsets(),
                                tables.valid(),
                                reductions,
                                maps,
                                teacherMaps,
                                teacherExtremes,
                                selected,
                                partial,
                                dmaps,
                                plan.cells(),
                                phi.sigmoid() ? 1 : 0,
                                (float) phi.w(),
                                (float) phi.b(),
                                options.hardTargets() ? 1 : 0,
                                (float) options.minimumRange(),
                                distillScale,
                                tagScale);
            }
            context.kernel(TtdKernels.LOSS_FINISH)
                    .launch(
                            LaunchShape.of(1).threads(TtdKernels.FINISH_THREADS),
                            partial,
                            reductions,
                            plan.samples(),
                            tiles,
                            distillScale,
                            tagScale,
                            losses,
                            total);
        }
    }

    /** What the sums over the cells of each sample are divided by. */
    static float[] reductions(MapPlan plan, TtdLossOptions options) {
        if (options.meanOverCells()) {
            return MapTables.validCells(plan);
        }
        float[] ones = new float[plan.samples()];
        Arrays.fill(ones, 1);
        return ones;
    }
}
