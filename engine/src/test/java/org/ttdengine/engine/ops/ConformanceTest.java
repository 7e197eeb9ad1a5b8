package org.ttdengine.engine.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;

/** The processor backend, with one worker and with three, against the double-precision reference. */
class ConformanceTest {
    private static final long SEED = 7;
    private static final Device ORACLE = Device.reference(DType.F64);
    private static final Device MIXED = Device.reference(DType.BF16);
    private static final Device ONE = Device.cpu(1);
    private static final Device THREE = Device.cpu(3);

    @AfterAll
    static void close() {
        ORACLE.close();
        MIXED.close();
        ONE.close();
        THREE.close();
    }

    static Stream<Arguments> cases() {
        return OpSpec.all().stream()
                .flatMap(spec -> Conformance.cases(spec).stream().map(sample -> Arguments.of(spec, sample)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void outputAndGradientsAgreeWithTheReference(OpSpec spec, OpCase sample) {
        assertThat(Conformance.deviation(ORACLE, ONE, spec, sample))
                .as("largest error as a share of the tolerance")
                .matches(Conformance.Deviation::isTolerated, "is tolerated");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void bfloat16WeightsAndActivationsCostWhatTheyMay(OpSpec spec, OpCase sample) {
        assertThat(Conformance.deviation(ORACLE, MIXED, spec, sample))
                .as("largest error as a share of the tolerance")
                .matches(Conformance.Deviation::isTolerated, "is tolerated");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void resultsDoNotDependOnTheNumberOfWorkers(OpSpec spec, OpCase sample) {
        OpRun.Outcome one = OpRun.run(ONE, sample, SEED);
        OpRun.Outcome three = OpRun.run(THREE, sample, SEED);
        assertThat(three.output()).isEqualTo(one.output());
        for (int i = 0; i < one.gradients().size(); i++) {
            assertThat(three.gradients().get(i)).isEqualTo(one.gradients().get(i));
        }
    }

    @Test
    void anErrorIsMeasuredAgainstTheToleranceAndTheLargestElement() {
        Conformance.Deviation deviation = deviationOf(largest -> 3e-5 * largest, true);
        assertThat(deviation.what()).isEqualTo("output");
        assertThat(deviation.share()).isBetween(2.9, 3.1);
        assertThat(deviationOf(largest -> 0.5e-5 * largest, true).isTolerated()).isTrue();
    }

    @Test
    void whatIsNoNumberIsWrong() {
        assertThat(deviationOf(largest -> Double.NaN, true).share()).isInfinite();
    }

    @Test
    void aMissingGradientIsWrong() {
        Conformance.Deviation deviation = deviationOf(largest -> 0, false);
        assertThat(deviation.what()).isEqualTo("gradient of x");
        assertThat(deviation.isTolerated()).isFalse();
    }

    @Test
    void anOperationThatThrowsIsReportedAndNotPassedOver() {
        OpSpec spec = broken((tape, x) -> {
            if (tape.device().name().equals(ONE.name())) {
                throw new IllegalStateException("no kernel");
            }
            return x;
        });
        Conformance.Report report = Conformance.check(ONE, spec);
        assertThat(report.isOk()).isFalse();
        assertThat(report.worst().what()).contains("no kernel");
        assertThat(report.cases()).isEqualTo(26);
    }

    /** The error of an identity whose first element is off on the device under test. */
    private static Conformance.Deviation deviationOf(DoubleUnaryOperator error, boolean differentiates) {
        OpSpec spec = broken((tape, x) -> {
            boolean right = tape.device().name().equals(ORACLE.name());
            double[] values = x.value().toDoubles();
            double largest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
            values[0] += right ? 0 : error.applyAsDouble(largest);
            Tensor y = tape.scope().empty("y", x.shape()).set(values);
            return tape.record(y, List.of(x), List.of(), List.of(), dy -> {
                if (right || differentiates) {
                    x.sumIntoGradient(dx -> tape.backend().axpy(1, dy, dx));
                }
            });
        });
        return Conformance.deviation(ORACLE, ONE, spec, spec.cases().get(0));
    }

    private interface Body {
        Var apply(Tape tape, Var x);
    }

    private static OpSpec broken(Body body) {
        OpCase sample = OpCase.of("broken", List.of(OpCase.input("x", 5)), (tape, v) -> body.apply(tape, v.get(0)));
        return new OpSpec("broken", 1e-5, List.of(sample), random -> sample);
    }
}
