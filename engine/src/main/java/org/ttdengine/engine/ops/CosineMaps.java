package org.ttdengine.engine.ops;

import java.util.List;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.MapPlan;

/** Pixel-text similarity maps of a batch, with least, largest and arg-largest value of each (Eq. 2 before phi). */
public final class CosineMaps {
    private CosineMaps() {}

    /**
     * The maps and their extremes.
     *
     * @param maps {@code [maps, cells]}
     * @param extremes {@code [maps, 3]}: least, largest, first cell of the largest; not differentiated
     */
    public record Result(Var maps, Tensor extremes) {}

    /**
     * Maps of each sample's texts over its pixels.
     *
     * @param pixels unit rows {@code [samples * cells, channels]}
     * @param texts unit rows {@code [maps, channels]}, in the order of the plan
     */
    public static Result apply(Tape tape, Var pixels, Var texts, MapPlan plan) {
        int channels = pixels.shape().size(-1);
        Shapes.check(
                pixels.shape().rows() == plan.samples() * plan.cells()
                        && texts.shape().rows() == plan.maps()
                        && texts.shape().size(-1) == channels,
                "cosine maps",
                pixels,
                texts);
        Tensor maps = tape.empty("maps", plan.maps(), plan.cells());
        Tensor extremes = tape.empty("maps.extremes", plan.maps(), 3);
        tape.backend().cosineMaps(plan, pixels.value(), texts.value(), maps, extremes);
        long product = 2L * plan.maps() * plan.cells() * channels;
        tape.device().countFlops(product);
        Var result = tape.record(maps, List.of(pixels, texts), List.of(pixels, texts), List.of(), dmaps -> {
            tape.device().countFlops((pixels.requiresGrad() ? product : 0) + (texts.requiresGrad() ? product : 0));
            pixels.addGradient((dpixels, add) -> tape.backend()
                    .cosineMapsBackward(plan, dmaps, pixels.value(), texts.value(), dpixels, add, null, false));
            texts.addGradient((dtexts, add) -> tape.backend()
                    .cosineMapsBackward(plan, dmaps, pixels.value(), texts.value(), null, false, dtexts, add));
        });
        return new Result(result, extremes);
    }

    /** Cases: one tag, many tags, one cell, masked cells. */
    static OpSpec spec() {
        return new OpSpec(
                "cosine maps",
                1e-5,
                List.of(
                        sample(MapPlans.of(6, false, 2, 1), 8),
                        sample(MapPlans.of(1, false, 3), 16),
                        sample(MapPlans.of(49, true, 41, 7, 2), 32),
                        sample(MapPlans.of(196, true, 7), 64),
                        sample(MapPlans.of(9, false, 2), 1),
                        sample(MapPlans.of(1, false, 41), 24),
                        sample(MapPlans.of(784, false, 2), 8)),
                random -> sample(MapPlans.random(random), 1 + random.nextInt(60)));
    }

    private static OpCase sample(MapPlan plan, int channels) {
        return OpCase.of(
                MapPlans.label(plan) + ", " + channels + " channels",
                List.of(
                        OpCase.scaled("pixels", 1 / Math.sqrt(channels), plan.samples() * plan.cells(), channels)
                                .kept(),
                        OpCase.scaled("texts", 1 / Math.sqrt(channels), plan.maps(), channels)
                                .kept()),
                (tape, v) -> apply(tape, v.get(0), v.get(1), plan).maps());
    }
}
