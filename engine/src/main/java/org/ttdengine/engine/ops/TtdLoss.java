package org.ttdengine.engine.ops;

import java.util.List;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.MapPlan;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.engine.backend.TtdLossOptions;

/**
 * The losses of TTD (Eq. 4 to 6): {@code L = |S(T) - sg U|^2 + sum_selected |S(t) - sg norm S(t)|^2 + sum_rejected |S(t)|^2}
 * with U the union of the selected tags' normalised maps. Targets are constants.
 */
public final class TtdLoss {
    private TtdLoss() {}

    /**
     * The weighted loss, a scalar, and its parts.
     *
     * @param loss {@code []}: the weighted sum of both losses over the samples, divided by the options' batch
     * @param parts {@code [samples, 2]}: L_distill and L_tag of each sample, unweighted
     */
    public record Result(Var loss, Tensor parts) {}

    /**
     * The loss of a batch.
     *
     * @param maps cosines {@code [maps, cells]} of the model that learns
     * @param teacherMaps cosines that make the targets; {@code maps.value()} for the moving teacher
     * @param teacherExtremes their extremes {@code [maps, 3]}
     * @param selected {@code [maps]}, 1 for selected tags
     */
    public static Result apply(
            Tape tape,
            Var maps,
            Tensor teacherMaps,
            Tensor teacherExtremes,
            Tensor selected,
            MapPlan plan,
            TtdLossOptions options) {
        Shapes.check(
                maps.shape().size(0) == plan.maps()
                        && maps.shape().size(1) == plan.cells()
                        && teacherMaps.size() == maps.shape().size()
                        && selected.size() == plan.maps(),
                "TTD loss",
                maps);
        Tensor parts = tape.empty("loss.parts", plan.samples(), 2);
        Tensor dmaps = tape.records(maps) ? tape.scope().empty("maps.grad", maps.shape()) : null;
        Tensor loss = tape.empty("loss");
        tape.backend().ttdLoss(plan, options, maps.value(), teacherMaps, teacherExtremes, selected, parts, loss, dmaps);
        Var result = tape.record(
                loss,
                List.of(maps),
                List.of(),
                dmaps == null ? List.of() : List.of(dmaps),
                dloss -> maps.sumIntoGradient(d -> tape.backend().axpy(dloss, dmaps, d)));
        return new Result(result, parts);
    }

    /** Cases: both forms of phi, one tag, padding, sums instead of means, hard targets, one loss alone. */
    static OpSpec spec() {
        TtdLossOptions paper = TtdLossOptions.of(Phi.CLIP, 2);
        return new OpSpec(
                "TTD loss",
                1e-5,
                List.of(
                        sample("paper", MapPlans.of(9, false, 4, 2), paper),
                        sample("padding", MapPlans.of(30, true, 3, 6, 2), paper),
                        sample("one tag", MapPlans.of(12, false, 2), paper),
                        sample("40 tags", MapPlans.of(50, true, 41, 2), paper),
                        sample("one cell", MapPlans.of(1, false, 3), paper),
                        sample("cosine", MapPlans.of(9, true, 5), TtdLossOptions.of(Phi.COSINE, 1)),
                        sample(
                                "sums, weights",
                                MapPlans.of(9, true, 5, 3),
                                new TtdLossOptions(Phi.sigmoid(4, 0.5), 0.25, 2, false, false, 1e-5, 4)),
                        sample(
                                "hard targets",
                                MapPlans.of(9, true, 5, 3),
                                new TtdLossOptions(Phi.CLIP, 1, 0, true, true, 1e-5, 2))),
                random -> sample("random", MapPlans.random(random), paper));
    }

    private static OpCase sample(String what, MapPlan plan, TtdLossOptions options) {
        return new OpCase(
                what + ", " + MapPlans.label(plan),
                List.of(OpCase.scaled("maps", 0.3, plan.maps(), plan.cells()).kept()),
                (tape, v) -> taughtBy(tape, v.get(0), v.get(0).value(), plan, options),
                base -> (tape, v) -> taughtBy(tape, v.get(0), base.get(0), plan, options));
    }

    private static Var taughtBy(Tape tape, Var maps, Tensor teacher, MapPlan plan, TtdLossOptions options) {
        Tensor extremes = tape.empty("extremes", plan.maps(), 3).set(MapPlans.extremes(plan, teacher.toDoubles()));
        Tensor selected = tape.empty("selected", plan.maps());
        tape.backend().selectTags(plan, options.phi(), extremes, null, selected);
        return apply(tape, maps, teacher, extremes, selected, plan, options).loss();
    }
}
