package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ttdengine.engine.DType.BF16;
import static org.ttdengine.engine.DType.F32;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.engine.backend.cuda.Twins.Twin;

/** Softmax cross-entropy against the double-precision reference. */
class CudaCrossEntropyTest {
    @RegisterExtension
    static final RunsEvery KERNELS = RunsEvery.ofModules("cross_entropy");

    private static final double WEIGHT = 0.25;

    private record Call(Twin x, Twin logScale, int[] targets, Twin losses, Twin dx, Twin dlogScale) {
        static Call of(Twins twins, int rows, int classes, double scale) {
            Twin logScale = twins.empty("log scale", F32, 1);
            logScale.expected().set(new double[] {(float) Math.log(scale)});
            int[] targets = new int[rows];
            Arrays.setAll(targets, row -> row * 7 % classes);
            return new Call(
                    twins.gaussian("x", F32, rows, classes),
                    twins.align(logScale),
                    targets,
                    twins.empty("losses", F32, rows),
                    twins.empty("dx", F32, rows, classes),
                    twins.empty("dlogScale", F32, rows));
        }

        void reference(Twins twins) {
            twins.reference()
                    .softmaxCrossEntropy(
                            x.expected(),
                            logScale.expected(),
                            targets,
                            WEIGHT,
                            losses.expected(),
                            dx.expected(),
                            dlogScale.expected());
        }

        void run(Twins twins, boolean plain, boolean gradients) {
            new CudaCrossEntropy(twins.context(), plain)
                    .run(
                            x.gpu(),
                            logScale.gpu(),
                            targets,
                            WEIGHT,
                            losses.gpu(),
                            gradients ? dx.gpu() : null,
                            gradients ? dlogScale.gpu() : null);
        }
    }

    /** No row, one class, a warp and one more, several warps, more blocks than one; cosines as hot as CLIP's. */
    @ParameterizedTest
    @CsvSource({"0, 3, 1", "1, 1, 1", "3, 1, 5", "2, 32, 1", "5, 33, 3", "40, 100, 1", "300, 7, 0.1", "4, 70, 100"})
    void lossesAndGradientsAreThoseOfTheReference(int rows, int classes, double scale) {
        for (boolean plain : new boolean[] {false, true}) {
            try (Twins twins = new Twins(1)) {
                Call call = Call.of(twins, rows, classes, scale);
                call.reference(twins);
                call.run(twins, plain, true);
                call.losses.assertAgrees("plain " + plain);
                call.dx.assertAgrees("plain " + plain);
                call.dlogScale.assertAgrees("plain " + plain);
            }
        }
    }

    @Test
    void lossesAreFoundWithoutGradients() {
        for (boolean plain : new boolean[] {false, true}) {
            try (Twins twins = new Twins(1)) {
                Call call = Call.of(twins, 9, 12, 2);
                call.reference(twins);
                call.run(twins, plain, false);
                call.losses.assertAgrees("plain " + plain);
            }
        }
    }

    @Test
    void tensorsOfAnotherSizeOrTypeAreRefused() {
        try (Twins twins = new Twins(1)) {
            Call call = Call.of(twins, 3, 4, 1);
            CudaCrossEntropy kernel = new CudaCrossEntropy(twins.context());
            Twin small = twins.empty("small", F32, 2);
            assertThatThrownBy(() ->
                            kernel.run(call.x.gpu(), call.logScale.gpu(), call.targets, 1, small.gpu(), null, null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("small");
            Twin rounded = twins.empty("rounded", BF16, 3, 4);
            assertThatThrownBy(() -> kernel.run(
                            rounded.gpu(), call.logScale.gpu(), call.targets, 1, call.losses.gpu(), null, null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("rounded");
        }
    }
}
