package org.ttdengine.engine.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.backend.MapPlan;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.engine.backend.TtdLossOptions;
import org.ttdengine.engine.io.TensorFile;
import org.ttdengine.engine.io.TensorFiles;
import org.ttdengine.engine.testing.SharedFiles;

/** Scores, targets, union and losses against the {@code ttd.*} entries of {@code shared/golden}, made from TCL's cosines. */
class TtdGoldenTest {
    private static final int CELLS = 24 * 32;
    private static final Offset<Double> TOLERANCE = Offset.offset(1e-5);
    private static final MapPlan PLAN = new MapPlan(CELLS, new int[] {0, 3}, null);
    private static final TtdLossOptions OPTIONS = TtdLossOptions.of(Phi.sigmoid(11.5, -2.75), 1);

    static Stream<Supplier<Device>> devices() {
        return Stream.of(() -> Device.cpu(2), () -> Device.reference(DType.F32));
    }

    @ParameterizedTest
    @MethodSource("devices")
    void scoresUnionAndLossesMatch(Supplier<Device> devices) throws IOException {
        try (TensorFile golden = TensorFiles.open(SharedFiles.require("golden").resolve("tiny_outputs.safetensors"));
                Device device = devices.get();
                Scope scope = device.scope("golden")) {
            float[] cosines = Arrays.copyOf(golden.readFloats("tcl.cosine"), 3 * CELLS);
            Tensor maps = scope.of("maps", Shape.of(3, CELLS), cosines);
            double[] extremes = MapPlans.extremes(PLAN, maps.toDoubles());
            Tensor ends = scope.empty("extremes", Shape.of(3, 3)).set(extremes);
            float[] scores = golden.readFloats("ttd.scores");
            for (int t = 0; t < 3; t++) {
                assertThat(OPTIONS.phi().of(extremes[3 * t + 1])).isCloseTo(scores[t], TOLERANCE);
            }
            checkTargets(golden, cosines, extremes);
            double distill = golden.readFloats("ttd.l_distill_mean")[0];
            double tag = golden.readFloats("ttd.l_tag_sel1_rej2_mean")[0];
            assertThat(losses(scope, maps, ends, 1, 1)[0]).isCloseTo(distill, TOLERANCE);
            assertThat(losses(scope, maps, ends, 1, 0)[1]).isCloseTo(tag, TOLERANCE);
        }
    }

    private static void checkTargets(TensorFile golden, float[] cosines, double[] extremes) throws IOException {
        float[] norm = golden.readFloats("ttd.norm_tag1");
        float[] union = golden.readFloats("ttd.union_tags12");
        for (int cell = 0; cell < CELLS; cell++) {
            double first = target(cosines, extremes, 1, cell);
            assertThat(first).isCloseTo(norm[cell], TOLERANCE);
            assertThat(Math.max(first, target(cosines, extremes, 2, cell))).isCloseTo(union[cell], TOLERANCE);
        }
    }

    private static double target(float[] cosines, double[] extremes, int tag, int cell) {
        Phi phi = OPTIONS.phi();
        return OPTIONS.target(
                phi.of(cosines[tag * CELLS + cell]), phi.of(extremes[3 * tag]), phi.of(extremes[3 * tag + 1]));
    }

    /** L_distill and L_tag when these of the two tags are selected. */
    private static double[] losses(Scope scope, Tensor maps, Tensor extremes, int first, int second) {
        Tape tape = new Tape(scope, false);
        Tensor selected = scope.of("selected", Shape.of(3), 0, first, second);
        return TtdLoss.apply(tape, tape.constant(maps), maps, extremes, selected, PLAN, OPTIONS)
                .parts()
                .toDoubles();
    }
}
