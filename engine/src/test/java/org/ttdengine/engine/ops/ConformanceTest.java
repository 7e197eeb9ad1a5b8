package org.ttdengine.engine.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;

/** The processor backend, with one worker and with three, against the double-precision reference. */
class ConformanceTest {
    private static final long SEED = 7;
    private static final Device ORACLE = Device.reference(DType.F64);
    private static final Device ONE = Device.cpu(1);
    private static final Device THREE = Device.cpu(3);

    @AfterAll
    static void close() {
        ORACLE.close();
        ONE.close();
        THREE.close();
    }

    static Stream<Arguments> cases() {
        return OpSpec.all().stream().flatMap(spec -> {
            SplittableRandom random = new SplittableRandom(SEED);
            Stream<OpCase> fuzzed =
                    Stream.generate(() -> spec.random().apply(random)).limit(25);
            return Stream.concat(spec.cases().stream(), fuzzed).map(sample -> Arguments.of(spec, sample));
        });
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void outputAndGradientsAgreeWithTheReference(OpSpec spec, OpCase sample) {
        OpRun.Outcome expected = OpRun.run(ORACLE, sample, SEED);
        OpRun.Outcome actual = OpRun.run(ONE, sample, SEED);
        compare("output", expected.output(), actual.output(), spec.tolerance());
        for (int i = 0; i < sample.inputs().size(); i++) {
            String what = "gradient of " + sample.inputs().get(i).name();
            if (expected.gradients().get(i) == null) {
                assertThat(actual.gradients().get(i)).as(what).isNull();
            } else {
                compare(what, expected.gradients().get(i), actual.gradients().get(i), spec.tolerance());
            }
        }
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

    private static void compare(String what, double[] expected, double[] actual, double tolerance) {
        double largest = 0;
        for (double e : expected) {
            largest = Math.max(largest, Math.abs(e));
        }
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(actual[i] - expected[i]) <= tolerance * largest + 1e-30)) {
                throw new AssertionError(what + "[" + i + "]: expected " + expected[i] + ", found " + actual[i]
                        + ", largest " + largest);
            }
        }
    }
}
