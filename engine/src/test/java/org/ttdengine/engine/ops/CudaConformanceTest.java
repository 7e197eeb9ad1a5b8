package org.ttdengine.engine.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.testing.EmulatedGpu;

/** Our kernels on the emulated GPU, through the real driver API, against the double-precision reference. */
class CudaConformanceTest {
    private static Device oracle;
    private static Device single;
    private static Device mixed;

    @BeforeAll
    static void open() {
        oracle = Device.reference(DType.F64);
        single = EmulatedGpu.open(DType.F32);
        mixed = EmulatedGpu.open(DType.BF16);
    }

    @AfterAll
    static void close() {
        mixed.close();
        single.close();
        oracle.close();
    }

    static Stream<Arguments> cases() {
        return OpSpec.all().stream()
                .flatMap(spec -> Conformance.cases(spec).stream().map(sample -> Arguments.of(spec, sample)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void outputAndGradientsAgreeWithTheReference(OpSpec spec, OpCase sample) {
        assertThat(Conformance.deviation(oracle, single, spec, sample))
                .as("largest error as a share of the tolerance")
                .matches(Conformance.Deviation::isTolerated, "is tolerated");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void bfloat16WeightsAndActivationsCostWhatTheyMay(OpSpec spec, OpCase sample) {
        assertThat(Conformance.deviation(oracle, mixed, spec, sample))
                .as("largest error as a share of the tolerance")
                .matches(Conformance.Deviation::isTolerated, "is tolerated");
    }
}
