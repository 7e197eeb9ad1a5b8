package org.ttdengine.engine.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;

/** Every backward against central differences in double precision, from the list of specifications. */
class GradientsTest {
    private static final long SEED = 20261122;
    private static final double STEP = 1e-6;
    private static final int PROBES = 24;
    /** Elements of the inputs of a call that is evaluated {@value #PROBES} times over. */
    private static final int LARGEST = 100_000;

    static Stream<Arguments> cases() {
        return OpSpec.all().stream().flatMap(spec -> {
            SplittableRandom random = new SplittableRandom(SEED);
            Stream<OpCase> fuzzed =
                    Stream.generate(() -> spec.random().apply(random)).limit(4);
            return Stream.concat(spec.cases().stream(), fuzzed)
                    .filter(GradientsTest::isSmall)
                    .map(sample -> Arguments.of(spec, sample));
        });
    }

    /** Large calls are compared with the reference, whose gradients are those checked here. */
    private static boolean isSmall(OpCase sample) {
        return sample.inputs().stream().mapToInt(input -> input.shape().size()).sum() <= LARGEST;
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void backwardAgreesWithFiniteDifferences(OpSpec spec, OpCase sample) {
        try (Device device = Device.reference(DType.F64);
                Scope scope = device.scope("base")) {
            OpRun.Outcome outcome = OpRun.run(device, sample, SEED);
            List<double[]> values = OpRun.inputs(sample, SEED);
            OpCase.Body body = sample.body();
            if (sample.constantsAt() != null) {
                List<Tensor> base = new ArrayList<>();
                for (int i = 0; i < values.size(); i++) {
                    base.add(scope.empty("base", sample.inputs().get(i).shape()).set(values.get(i)));
                }
                body = sample.constantsAt().apply(base);
            }
            SplittableRandom random = new SplittableRandom(SEED);
            for (int i = 0; i < values.size(); i++) {
                if (sample.inputs().get(i).differentiable()) {
                    assertThat(outcome.gradients().get(i))
                            .as("gradient of " + sample.inputs().get(i).name())
                            .isNotNull();
                    probe(device, sample, body, values, i, outcome.gradients().get(i), random);
                }
            }
        }
    }

    private static void probe(
            Device device,
            OpCase sample,
            OpCase.Body body,
            List<double[]> values,
            int input,
            double[] gradient,
            SplittableRandom random) {
        double[] data = values.get(input);
        double scale = sample.inputs().get(input).scale();
        double largest = 0;
        for (double g : gradient) {
            largest = Math.max(largest, Math.abs(g));
        }
        for (int probe = 0; probe < Math.min(PROBES, data.length); probe++) {
            int at = data.length <= PROBES ? probe : random.nextInt(data.length);
            double kept = data[at];
            data[at] = kept + STEP * scale;
            double above = scalar(device, sample, body, values, SEED);
            data[at] = kept - STEP * scale;
            double below = scalar(device, sample, body, values, SEED);
            data[at] = kept;
            double difference = (above - below) / (2 * STEP * scale);
            assertThat(gradient[at])
                    .as("d/d " + sample.inputs().get(input).name() + "[" + at + "]")
                    .isCloseTo(difference, Offset.offset(1e-6 * largest + 1e-8));
        }
    }

    /** The weighted sum of the outputs of {@code body}. */
    private static double scalar(Device device, OpCase sample, OpCase.Body body, List<double[]> values, long seed) {
        try (Scope scope = device.scope("difference")) {
            Tape tape = new Tape(scope, false);
            List<Var> vars = new ArrayList<>();
            for (int i = 0; i < values.size(); i++) {
                OpCase.Input input = sample.inputs().get(i);
                vars.add(tape.constant(scope.empty(input.name(), input.shape()).set(values.get(i))));
            }
            double[] output = body.apply(tape, vars).value().toDoubles();
            double[] weights = OpRun.outputGradient(output.length, seed);
            double sum = 0;
            for (int i = 0; i < output.length; i++) {
                sum += output[i] * weights[i];
            }
            return sum;
        }
    }
}
