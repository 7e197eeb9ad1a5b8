package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ttdengine.engine.DType.BF16;
import static org.ttdengine.engine.DType.F32;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.engine.backend.cuda.Twins.Twin;

/** Softmax pooling against the double-precision reference. */
class CudaSoftmaxPoolTest {
    @RegisterExtension
    static final RunsEvery KERNELS = RunsEvery.ofModules("softmax_pool");

    /** No row, one cell, a warp and one more, a grid of 14 x 14, more blocks than one; from the mean to the maximum. */
    @ParameterizedTest
    @CsvSource({"0, 3, 1", "1, 1, 5", "2, 32, 1", "5, 33, 0", "3, 196, 10", "300, 7, 3", "2, 40, 100"})
    void rowsAndTheirGradientsAreThoseOfTheReference(int rows, int cells, double sharpness) {
        for (boolean plain : new boolean[] {false, true}) {
            try (Twins twins = new Twins(1)) {
                Twin x = twins.gaussian("x", F32, rows, cells);
                Twin dy = twins.gaussian("dy", F32, rows);
                Twin y = twins.empty("y", F32, rows);
                Twin dx = twins.gaussian("dx", F32, rows, cells);
                CudaSoftmaxPool kernels = new CudaSoftmaxPool(twins.context(), plain);
                twins.reference().softmaxPool(x.expected(), cells, sharpness, y.expected());
                kernels.forward(x.gpu(), cells, sharpness, y.gpu());
                y.assertAgrees("plain " + plain);
                for (boolean accumulate : new boolean[] {true, false}) {
                    twins.reference()
                            .softmaxPoolBackward(
                                    dy.expected(),
                                    x.expected(),
                                    y.expected(),
                                    cells,
                                    sharpness,
                                    dx.expected(),
                                    accumulate);
                    kernels.backward(dy.gpu(), x.gpu(), y.gpu(), cells, sharpness, dx.gpu(), accumulate);
                    dx.assertAgrees("plain " + plain + ", accumulate " + accumulate);
                }
            }
        }
    }

    @Test
    void tensorsOfAnotherSizeOrTypeAreRefused() {
        try (Twins twins = new Twins(1)) {
            Twin x = twins.gaussian("x", F32, 3, 4);
            Twin small = twins.empty("small", F32, 2);
            Twin rounded = twins.empty("rounded", BF16, 3);
            CudaSoftmaxPool kernels = new CudaSoftmaxPool(twins.context());
            assertThatThrownBy(() -> kernels.forward(x.gpu(), 4, 1, small.gpu()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("x");
            assertThatThrownBy(() -> kernels.forward(x.gpu(), 4, 1, rounded.gpu()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("rounded");
        }
    }
}
