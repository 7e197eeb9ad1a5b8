package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
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
import org.ttdengine.engine.DeviceStorage;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.cuda.Twins.Twin;
import org.ttdengine.kernels.ElementKernels;

/** The element kernels against the double-precision reference. */
class CudaElementsTest {
    @RegisterExtension
    static final RunsEvery KERNELS = RunsEvery.ofModules("elements");

    private static final DType[] TYPES = {F32, BF16};

    /** Nothing, one element, less than a vector, whole vectors and a rest, more than a block. */
    private static final Integer[] SIZES = {0, 1, 3, 33, 4099};

    static Stream<Arguments> sizes() {
        return Stream.of(SIZES).flatMap(n -> Stream.of(TYPES).map(type -> Arguments.of(n, type)));
    }

    static Stream<Arguments> conversions() {
        return Stream.of(SIZES)
                .flatMap(n -> Stream.of(TYPES).flatMap(from -> Stream.of(TYPES).map(to -> Arguments.of(n, from, to))));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void everyElementIsFilled(int n, DType type) {
        try (Twins twins = new Twins(1)) {
            Twin x = twins.gaussian("x", type, n);
            twins.reference().fill(x.expected(), -1.5);
            new CudaElements(twins.context()).fill(x.gpu(), -1.5);
            assertThat(x.gpu().toDoubles()).isEqualTo(x.expected().toDoubles());
        }
    }

    @ParameterizedTest
    @MethodSource("conversions")
    void copiesConvertBetweenTypes(int n, DType from, DType to) {
        try (Twins twins = new Twins(2)) {
            Twin x = twins.gaussian("x", from, n);
            Twin y = twins.empty("y", to, n);
            y.gpu().set(x.expected().toDoubles());
            double[] rounded = y.gpu().toDoubles();
            y.gpu().set(new double[n]);
            new CudaElements(twins.context()).copy(x.gpu(), y.gpu());
            assertThat(y.gpu().toDoubles()).isEqualTo(rounded);
        }
    }

    @ParameterizedTest
    @MethodSource("conversions")
    void axpyAndScaleTakeAFactorOfTheHostAndOneOfTheDevice(int n, DType from, DType to) {
        try (Twins twins = new Twins(3)) {
            CudaElements elements = new CudaElements(twins.context());
            Twin x = twins.gaussian("x", from, n);
            Twin y = twins.gaussian("y", to, n);
            Twin alpha = twins.gaussian("alpha", F32, 1);
            twins.reference().axpy(0.75, x.expected(), y.expected());
            elements.axpy(0.75, x.gpu(), y.gpu());
            y.assertAgrees("axpy");
            y.expected().set(y.gpu().toDoubles());
            twins.reference().axpy(2 * alpha.expected().item(), x.expected(), y.expected());
            elements.axpy(2, alpha.gpu(), x.gpu(), y.gpu());
            y.assertAgrees("axpy with a factor of the device");
            y.expected().set(y.gpu().toDoubles());
            twins.reference().axpy(3 * alpha.expected().item() - 1, y.expected(), y.expected());
            elements.scale(3, alpha.gpu(), y.gpu());
            y.assertAgrees("scale");
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void activationsAndTheirGradientsMatchTheirFormulas(int n, DType type) {
        for (Activation activation : Activation.values()) {
            try (Twins twins = new Twins(4)) {
                CudaElements elements = new CudaElements(twins.context());
                Twin x = twins.scaled("x", 4, type, n);
                Twin y = twins.empty("y", type, n);
                twins.reference().activation(activation, x.expected(), y.expected());
                elements.activation(activation, x.gpu(), y.gpu());
                y.assertAgrees(activation.toString());
                Twin dy = twins.gaussian("dy", type, n);
                twins.reference().activationBackward(activation, dy.expected(), x.expected(), dy.expected());
                elements.activationBackward(activation, dy.gpu(), x.gpu(), dy.gpu());
                dy.assertAgrees(activation + ", in place");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void dropoutDropsTheElementsOfTheMask(int n, DType type) {
        for (double p : new double[] {0, 0.05, 0.5, 1}) {
            try (Twins twins = new Twins(5)) {
                CudaElements elements = new CudaElements(twins.context());
                long seed = 0x9e3779b97f4a7c15L * n;
                Twin x = twins.gaussian("x", type, n);
                Twin y = twins.gaussian("y", type, n);
                if (p < 1) {
                    twins.reference().dropout(x.expected(), p, seed, y.expected(), true);
                    elements.dropout(x.gpu(), p, seed, y.gpu(), true);
                    y.assertAgrees("added, p " + p);
                }
                twins.reference().dropout(x.expected(), p, seed, y.expected(), false);
                elements.dropout(x.gpu(), p, seed, y.gpu(), false);
                y.assertAgrees("written, p " + p);
            }
        }
    }

    @Test
    void unalignedTensorsAreHandledElementByElement() {
        int n = 50;
        for (DType type : TYPES) {
            try (Twins twins = new Twins(6)) {
                Tensor x = twins.gaussian("x", type, n + 1).gpu();
                double[] values = x.toDoubles();
                Tensor y = twins.empty("y", type, n + 1).gpu();
                y.set(new double[n + 1]);
                var spec = type == F32 ? ElementKernels.COPY_F32_F32 : ElementKernels.COPY_BF16_BF16;
                long from = ((DeviceStorage) x.storage()).address();
                long to = ((DeviceStorage) y.storage()).address();
                twins.context()
                        .kernel(spec)
                        .launch(LaunchShape.of(1).threads(256), from + type.bytes(), to + type.bytes(), n);
                values[0] = 0;
                assertThat(y.toDoubles()).isEqualTo(values);
            }
        }
    }

    @Test
    void aTensorOfTheWrongSizeIsNamed() {
        try (Twins twins = new Twins(7)) {
            Twin x = twins.gaussian("x", F32, 3);
            Twin other = twins.gaussian("other", F32, 4);
            assertThatThrownBy(() -> new CudaElements(twins.context()).axpy(1, x.gpu(), other.gpu()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("other");
        }
    }
}
