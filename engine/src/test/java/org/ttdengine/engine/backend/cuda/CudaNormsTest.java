package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ttdengine.engine.DType.BF16;
import static org.ttdengine.engine.DType.F32;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.backend.cuda.Twins.Twin;

/** The norm kernels against the double-precision reference. */
class CudaNormsTest {
    @RegisterExtension
    static final RunsEvery KERNELS = RunsEvery.ofModules("layer_norm", "l2_normalize");

    private static final double EPSILON = 1e-5;

    /** One element, one row, no row, odd widths, the models' widths, the limits of warps and blocks, beyond them. */
    private static final int[][] SHAPES = {
        {1, 1}, {3, 1}, {0, 8}, {1, 64}, {7, 33}, {70, 12}, {40, 768}, {3, 257}, {9, 1024}, {2, 1028}, {2, 1023},
        {3, 2048}, {2, 2051}
    };

    static Stream<Arguments> cases() {
        return Stream.of(SHAPES)
                .flatMap(shape -> Stream.of(F32, BF16).map(type -> Arguments.of(shape[0], shape[1], type)));
    }

    /** Tensors of a layer norm whose statistics the reference has found. */
    private record Norm(Twin x, Twin gamma, Twin beta, Twin y, Twin mean, Twin rstd) {
        static Norm of(Twins twins, DType type, int rows, int width) {
            return new Norm(
                    twins.gaussian("x", type, rows, width),
                    twins.gaussian("gamma", F32, width),
                    twins.gaussian("beta", F32, width),
                    twins.empty("y", type, rows, width),
                    twins.empty("mean", F32, rows),
                    twins.empty("rstd", F32, rows));
        }

        void reference(Twins twins) {
            twins.reference()
                    .layerNorm(
                            x.expected(),
                            gamma.expected(),
                            beta.expected(),
                            EPSILON,
                            y.expected(),
                            mean.expected(),
                            rstd.expected());
        }

        void assertAgrees(String when) {
            y.assertAgrees(when);
            mean.assertAgrees(when);
            rstd.assertAgrees(when);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void layerNormNormalisesEveryRow(int rows, int width, DType type) {
        for (boolean plain : new boolean[] {false, true}) {
            try (Twins twins = new Twins(1)) {
                Norm n = Norm.of(twins, type, rows, width);
                n.reference(twins);
                new CudaNorms(twins.context(), plain)
                        .layerNorm(
                                n.x.gpu(), n.gamma.gpu(), n.beta.gpu(), EPSILON, n.y.gpu(), n.mean.gpu(), n.rstd.gpu());
                n.assertAgrees("plain " + plain);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void layerNormOfASumNormalisesTheSumAsItIsStored(int rows, int width, DType type) {
        for (boolean plain : new boolean[] {false, true}) {
            try (Twins twins = new Twins(2)) {
                Norm n = Norm.of(twins, type, rows, width);
                Twin residual = twins.gaussian("residual", type, rows, width);
                new CudaNorms(twins.context(), plain)
                        .layerNormOfSum(
                                n.x.gpu(),
                                residual.gpu(),
                                residual.gpu(),
                                n.gamma.gpu(),
                                n.beta.gpu(),
                                EPSILON,
                                n.y.gpu(),
                                n.mean.gpu(),
                                n.rstd.gpu());
                twins.reference().axpy(1, n.x.expected(), residual.expected());
                residual.assertAgrees("plain " + plain);
                n.x.expected().set(residual.gpu().toDoubles());
                n.reference(twins);
                n.assertAgrees("plain " + plain);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void layerNormBackwardFindsEveryGradientThatIsWanted(int rows, int width, DType type) {
        for (int wanted = 0; wanted < 16; wanted++) {
            try (Twins twins = new Twins(3)) {
                Norm n = Norm.of(twins, type, rows, width);
                n.reference(twins);
                twins.align(n.mean);
                twins.align(n.rstd);
                Twin dy = twins.gaussian("dy", type, rows, width);
                Twin dx = (wanted & 1) == 0 ? null : twins.gaussian("dx", type, rows, width);
                Twin dgamma = (wanted & 2) == 0 ? null : twins.gaussian("dgamma", F32, width);
                Twin dbeta = (wanted & 4) == 0 ? null : twins.gaussian("dbeta", F32, width);
                boolean accumulate = (wanted & 8) != 0;
                boolean plain = (wanted + rows) % 3 == 0;
                twins.reference()
                        .layerNormBackward(
                                dy.expected(),
                                n.x.expected(),
                                n.gamma.expected(),
                                n.mean.expected(),
                                n.rstd.expected(),
                                dx == null ? null : dx.expected(),
                                accumulate,
                                dgamma == null ? null : dgamma.expected(),
                                dbeta == null ? null : dbeta.expected());
                new CudaNorms(twins.context(), plain)
                        .layerNormBackward(
                                dy.gpu(),
                                n.x.gpu(),
                                n.gamma.gpu(),
                                n.mean.gpu(),
                                n.rstd.gpu(),
                                dx == null ? null : dx.gpu(),
                                accumulate,
                                dgamma == null ? null : dgamma.gpu(),
                                dbeta == null ? null : dbeta.gpu());
                for (Twin gradient : new Twin[] {dx, dgamma, dbeta}) {
                    if (gradient != null) {
                        gradient.assertAgrees("wanted " + wanted + ", plain " + plain);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void layerNormBackwardAddsTheGradientOfTheResidual(int rows, int width, DType type) {
        try (Twins twins = new Twins(4)) {
            Norm n = Norm.of(twins, type, rows, width);
            n.reference(twins);
            twins.align(n.mean);
            twins.align(n.rstd);
            Twin dy = twins.gaussian("dy", type, rows, width);
            Twin residual = twins.gaussian("residual", type, rows, width);
            Twin dx = twins.empty("dx", type, rows, width);
            twins.reference().copy(residual.expected(), dx.expected());
            twins.reference()
                    .layerNormBackward(
                            dy.expected(),
                            n.x.expected(),
                            n.gamma.expected(),
                            n.mean.expected(),
                            n.rstd.expected(),
                            dx.expected(),
                            true,
                            null,
                            null);
            new CudaNorms(twins.context())
                    .layerNormBackward(
                            dy.gpu(),
                            n.x.gpu(),
                            n.gamma.gpu(),
                            n.mean.gpu(),
                            n.rstd.gpu(),
                            residual.gpu(),
                            dx.gpu(),
                            null,
                            null);
            dx.assertAgrees("with a residual");
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void l2NormalizeScalesEveryRowToUnitLengthUnlessItIsTooShort(int rows, int width, DType type) {
        for (double scale : new double[] {1, 1e-8}) {
            for (DType result : type == F32 ? new DType[] {F32} : new DType[] {F32, BF16}) {
                for (boolean plain : new boolean[] {false, true}) {
                    try (Twins twins = new Twins(5)) {
                        CudaNorms norms = new CudaNorms(twins.context(), plain);
                        Twin x = twins.scaled("x", scale, type, rows, width);
                        Twin y = twins.empty("y", result, rows, width);
                        Twin denominators = twins.empty("norms", F32, rows);
                        twins.reference().l2Normalize(x.expected(), 1e-6, y.expected(), denominators.expected());
                        norms.l2Normalize(x.gpu(), 1e-6, y.gpu(), denominators.gpu());
                        y.assertAgrees(result + ", plain " + plain);
                        denominators.assertAgrees(result + ", plain " + plain);

                        Twin dy = twins.gaussian("dy", result, rows, width);
                        Twin dx = twins.scaled("dx", 1 / scale, type, rows, width);
                        y.expected().set(y.gpu().toDoubles());
                        denominators.expected().set(denominators.gpu().toDoubles());
                        for (boolean accumulate : new boolean[] {false, true}) {
                            twins.reference()
                                    .l2NormalizeBackward(
                                            dy.expected(),
                                            y.expected(),
                                            denominators.expected(),
                                            (float) 1e-6,
                                            dx.expected(),
                                            accumulate);
                            norms.l2NormalizeBackward(
                                    dy.gpu(), y.gpu(), denominators.gpu(), 1e-6, dx.gpu(), accumulate);
                            dx.assertAgrees(result + ", plain " + plain + ", accumulate " + accumulate);
                        }
                    }
                }
            }
        }
    }

    @Test
    void aTensorOfTheWrongTypeOrSizeIsNamed() {
        try (Twins twins = new Twins(6)) {
            Norm n = Norm.of(twins, F32, 2, 8);
            CudaNorms norms = new CudaNorms(twins.context());
            Twin wrongType = twins.empty("wrong type", BF16, 2, 8);
            Twin wrongSize = twins.empty("wrong size", F32, 3);
            assertThatThrownBy(() -> norms.layerNorm(
                            n.x.gpu(),
                            n.gamma.gpu(),
                            n.beta.gpu(),
                            EPSILON,
                            wrongType.gpu(),
                            n.mean.gpu(),
                            n.rstd.gpu()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("wrong type");
            assertThatThrownBy(() -> norms.l2Normalize(n.x.gpu(), 1e-6, n.y.gpu(), wrongSize.gpu()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("wrong size");
        }
    }
}
