package org.ttdengine.engine.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ttdengine.emulator.Emulator;
import org.ttdengine.emulator.machine.MachineOptions;
import org.ttdengine.emulator.machine.MachineOptions.Schedule;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.testing.EmulatedGpu;

/**
 * Our kernels on the emulated GPU, through the real driver API, against the double-precision reference: under every check,
 * each tensor an allocation of its own, blocks, warps and lanes forward, backward and at random.
 */
class CudaConformanceTest {
    /** Elements of the inputs of a call from which on it is large. */
    private static final int LARGE = 100_000;

    private static Emulator emulator;
    private static MachineOptions before;
    private static Device oracle;
    private static Device single;
    private static Device mixed;

    @BeforeAll
    static void open() {
        emulator = EmulatedGpu.install();
        before = emulator.machine();
        oracle = Device.reference(DType.F64);
        single = EmulatedGpu.openDirect(DType.F32);
        mixed = EmulatedGpu.openDirect(DType.BF16);
    }

    @AfterEach
    void restoreTheSchedule() {
        emulator.machine(before);
    }

    @AfterAll
    static void close() {
        if (oracle != null) {
            mixed.close();
            single.close();
            oracle.close();
        }
    }

    static Stream<Arguments> cases() {
        return OpSpec.all().stream().flatMap(spec -> Conformance.cases(spec).stream()
                .flatMap(sample -> orders(sample).map(order -> Arguments.of(spec, sample, order))));
    }

    /** Large calls take seconds and differ from small ones of the same kernels in their counts only: one order is enough. */
    private static Stream<Schedule> orders(OpCase sample) {
        int elements =
                sample.inputs().stream().mapToInt(input -> input.shape().size()).sum();
        return elements > LARGE ? Stream.of(Schedule.RANDOM) : Stream.of(Schedule.values());
    }

    /** Random orders differ from case to case and are the same in every run. */
    private static void schedule(Schedule order, OpCase sample) {
        emulator.machine(MachineOptions.checked()
                .withSchedule(order, sample.label().hashCode())
                .withWorkers(before.workers()));
    }

    @ParameterizedTest(name = "{0}: {1}, {2}")
    @MethodSource("cases")
    void outputAndGradientsAgreeWithTheReference(OpSpec spec, OpCase sample, Schedule order) {
        schedule(order, sample);
        assertThat(Conformance.deviation(oracle, single, spec, sample))
                .as("largest error as a share of the tolerance")
                .matches(Conformance.Deviation::isTolerated, "is tolerated");
    }

    @ParameterizedTest(name = "{0}: {1}, {2}")
    @MethodSource("cases")
    void bfloat16WeightsAndActivationsCostWhatTheyMay(OpSpec spec, OpCase sample, Schedule order) {
        schedule(order, sample);
        assertThat(Conformance.deviation(oracle, mixed, spec, sample))
                .as("largest error as a share of the tolerance")
                .matches(Conformance.Deviation::isTolerated, "is tolerated");
    }
}
