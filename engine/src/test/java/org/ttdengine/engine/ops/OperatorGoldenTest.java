package org.ttdengine.engine.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.AdamWSlot;
import org.ttdengine.engine.backend.AdamWStep;
import org.ttdengine.engine.backend.AttentionPlan;
import org.ttdengine.engine.backend.GradientNorm;
import org.ttdengine.engine.io.TensorFile;
import org.ttdengine.engine.io.TensorFiles;

/** Operations against PyTorch's results in double precision; {@code golden/README.md} explains the names in the file. */
class OperatorGoldenTest {
    private static final double EXACT = 1e-9;
    private static final Device REFERENCE = Device.reference(DType.F64);
    private static final Device CPU = Device.cpu(2);

    private static TensorFile golden;

    /** A device under test; its error may be {@link #EXACT}, or in single precision what the specifications allow. */
    record Subject(Device device, boolean exact) {
        double tolerance(String operation) {
            return exact
                    ? EXACT
                    : OpSpec.all().stream()
                            .filter(spec -> spec.name().equals(operation))
                            .findFirst()
                            .orElseThrow()
                            .tolerance();
        }

        @Override
        public String toString() {
            return device.name();
        }
    }

    /** Output and input gradients of an operation. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
    private record Outcome(double[] output, List<double[]> gradients) {}

    static Stream<Subject> subjects() {
        return Stream.of(new Subject(REFERENCE, true), new Subject(CPU, false));
    }

    @BeforeAll
    static void open() throws IOException, URISyntaxException {
        golden = TensorFiles.open(Path.of(
                OperatorGoldenTest.class.getResource("/golden/ops.safetensors").toURI()));
    }

    @AfterAll
    static void close() throws IOException {
        golden.close();
        REFERENCE.close();
        CPU.close();
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void layerNorm(Subject subject) throws IOException {
        check(
                subject,
                "layer norm",
                "layer_norm",
                List.of("x", "weight", "bias"),
                (tape, v) -> LayerNorm.apply(tape, v.get(0), v.get(1), v.get(2), 1e-5));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void l2Normalize(Subject subject) throws IOException {
        check(subject, "l2 normalize", "l2_normalise", List.of("x"), (tape, v) -> L2Normalize.apply(tape, v.get(0)));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void quickGelu(Subject subject) throws IOException {
        checkActivation(subject, "quick_gelu", Activation.QUICK_GELU);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void exactGelu(Subject subject) throws IOException {
        checkActivation(subject, "erf_gelu", Activation.GELU_ERF);
    }

    /** The activation of a linear layer of one channel and weight 1. */
    private void checkActivation(Subject subject, String name, Activation activation) throws IOException {
        int rows = golden.info(name + ".x").shape().size();
        Outcome outcome = run(
                subject.device(),
                List.of(Shape.of(rows, 1), Shape.of(1, 1)),
                List.of(doubles(name + ".x"), new double[] {1}),
                doubles(name + ".grad_output"),
                (tape, v) -> Linear.apply(tape, v.get(0), v.get(1), null, activation, null));
        double tolerance = subject.tolerance("linear");
        compare(name + ".output", 1, tolerance, outcome.output());
        compare(name + ".grad_x", 1, tolerance, outcome.gradients().get(0));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void linearLayerWithLowRankTerm(Subject subject) throws IOException {
        check(
                subject,
                "linear",
                "lora_linear",
                List.of("x", "weight", "bias", "lora_a", "lora_b"),
                (tape, v) -> Linear.apply(
                        tape,
                        v.get(0),
                        v.get(1),
                        0,
                        16,
                        v.get(2),
                        Activation.NONE,
                        null,
                        List.of(new Linear.LowRank(v.get(3), v.get(4), 2, 0, 0, 0))));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void fullAttention(Subject subject) throws IOException {
        checkAttention(subject, "attention", "attention.offsets", false);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void causalAttention(Subject subject) throws IOException {
        checkAttention(subject, "attention_causal", "attention.offsets", true);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void raggedAttention(Subject subject) throws IOException {
        checkAttention(subject, "attention_ragged", "attention_ragged.offsets", false);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void raggedCausalAttention(Subject subject) throws IOException {
        checkAttention(subject, "attention_ragged_causal", "attention_ragged.offsets", true);
    }

    /** The file keeps queries, keys and values apart, the operation takes them side by side. */
    private void checkAttention(Subject subject, String name, String offsetsName, boolean causal) throws IOException {
        int tokens = 12;
        int width = 128;
        int[] offsets =
                Arrays.stream(doubles(offsetsName)).mapToInt(o -> (int) o).toArray();
        double[] qkv = new double[tokens * 3 * width];
        for (int part = 0; part < 3; part++) {
            double[] values = doubles("attention." + "qkv".charAt(part));
            for (int i = 0; i < values.length; i++) {
                qkv[i / width * 3 * width + part * width + i % width] = values[i];
            }
        }
        Outcome outcome = run(
                subject.device(),
                List.of(Shape.of(tokens, 3 * width)),
                List.of(qkv),
                doubles("attention.grad_output"),
                (tape, v) -> Attention.apply(tape, v.get(0), new AttentionPlan(offsets, 2, causal)));
        double tolerance = subject.tolerance("attention");
        compare(name + ".output", tokens, tolerance, outcome.output());
        double[] gradient = outcome.gradients().get(0);
        for (int part = 0; part < 3; part++) {
            double[] slice = new double[tokens * width];
            for (int i = 0; i < slice.length; i++) {
                slice[i] = gradient[i / width * 3 * width + part * width + i % width];
            }
            compare(name + ".grad_" + "qkv".charAt(part), 1, tolerance, slice);
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void threeStepsOfAdamW(Subject subject) throws IOException {
        double[] gradients = doubles("adamw.gradients");
        double[] rates = doubles("adamw.learning_rates");
        double[] expected = doubles("adamw.weights_after");
        double decay = doubles("adamw.weight_decay")[0];
        double tolerance = subject.exact() ? EXACT : 1e-6;
        try (Scope scope = subject.device().scope("adamw")) {
            Shape shape = Shape.of(12);
            Tensor weight = scope.empty("weight", shape).set(doubles("adamw.weight"));
            Tensor first = scope.zeros("m", shape);
            Tensor second = scope.zeros("v", shape);
            for (int step = 0; step < 3; step++) {
                Tensor gradient =
                        scope.empty("gradient", shape).set(Arrays.copyOfRange(gradients, 12 * step, 12 * step + 12));
                AdamWStep settings = new AdamWStep(step + 1, rates[step], 0.9, 0.999, 1e-8, decay, 0);
                List<AdamWSlot> slots = List.of(new AdamWSlot(weight, gradient, first, second));
                GradientNorm norm = subject.device().backend().gradientNorm(List.of(gradient));
                subject.device().backend().adamW(settings, slots, norm);
                double[] after = Arrays.copyOfRange(expected, 12 * step, 12 * step + 12);
                compare("weights after step " + (step + 1), after, 12, tolerance, weight.toDoubles());
            }
            compare("adamw.first_moment", 12, tolerance, first.toDoubles());
            compare("adamw.second_moment", 12, tolerance, second.toDoubles());
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void adamWScalesTheGradientBeforeItsMoments(Subject subject) throws IOException {
        double[] weight = doubles("adamw.weight");
        double[] gradient = Arrays.copyOf(doubles("adamw.gradients"), 12);
        double[] halved = Arrays.stream(gradient).map(g -> g / 2).toArray();
        double[] scaled = oneStep(subject.device(), weight, gradient, 0.5);
        double[] plain = oneStep(subject.device(), weight, halved, 0);
        assertThat(scaled).isEqualTo(plain);
    }

    /** First and second moment after one step of a gradient whose norm is taken to be one. */
    private static double[] oneStep(Device device, double[] weight, double[] gradient, double clipNorm) {
        try (Scope scope = device.scope("adamw")) {
            Shape shape = Shape.of(weight.length);
            Tensor first = scope.zeros("m", shape);
            Tensor second = scope.zeros("v", shape);
            AdamWStep settings = new AdamWStep(1, 0.01, 0.9, 0.999, 1e-8, 0, clipNorm);
            AdamWSlot slot = new AdamWSlot(
                    scope.empty("weight", shape).set(weight),
                    scope.empty("gradient", shape).set(gradient),
                    first,
                    second);
            device.backend().adamW(settings, List.of(slot), () -> 1 - AdamWStep.CLIP_EPSILON);
            double[] both = Arrays.copyOf(first.toDoubles(), 2 * weight.length);
            System.arraycopy(second.toDoubles(), 0, both, weight.length, weight.length);
            return both;
        }
    }

    private void check(Subject subject, String operation, String name, List<String> inputs, OpCase.Body body)
            throws IOException {
        List<Shape> shapes = new ArrayList<>();
        List<double[]> values = new ArrayList<>();
        for (String input : inputs) {
            shapes.add(golden.info(name + "." + input).shape());
            values.add(doubles(name + "." + input));
        }
        Outcome outcome = run(subject.device(), shapes, values, doubles(name + ".grad_output"), body);
        double tolerance = subject.tolerance(operation);
        compare(name + ".output", shapes.get(0).rows(), tolerance, outcome.output());
        for (int i = 0; i < inputs.size(); i++) {
            int rows = inputs.get(i).equals("x") ? shapes.get(i).rows() : 1;
            compare(
                    name + ".grad_" + inputs.get(i),
                    rows,
                    tolerance,
                    outcome.gradients().get(i));
        }
    }

    private static Outcome run(
            Device device, List<Shape> shapes, List<double[]> values, double[] outputGradient, OpCase.Body body) {
        try (Scope scope = device.scope("golden")) {
            Tape tape = new Tape(scope, true);
            List<Var> inputs = new ArrayList<>();
            for (int i = 0; i < shapes.size(); i++) {
                inputs.add(
                        tape.variable(scope.empty("input " + i, shapes.get(i)).set(values.get(i))));
            }
            Var output = body.apply(tape, inputs);
            double[] result = output.value().toDoubles();
            tape.backward(output, scope.empty("seed", output.shape()).set(outputGradient));
            return new Outcome(
                    result, inputs.stream().map(v -> v.gradient().toDoubles()).toList());
        }
    }

    private static void compare(String name, int rows, double tolerance, double[] actual) throws IOException {
        compare(name, doubles(name), rows, tolerance, actual);
    }

    /** Errors are a share of the largest element of a row, so that small rows count. */
    private static void compare(String name, double[] expected, int rows, double tolerance, double[] actual) {
        assertThat(actual).as(name).hasSameSizeAs(expected);
        int width = expected.length / rows;
        for (int row = 0; row < rows; row++) {
            double largest = 0;
            for (int i = row * width; i < (row + 1) * width; i++) {
                largest = Math.max(largest, Math.abs(expected[i]));
            }
            for (int i = row * width; i < (row + 1) * width; i++) {
                assertThat(Math.abs(actual[i] - expected[i]))
                        .as("%s[%d]: expected %s, found %s", name, i, expected[i], actual[i])
                        .isLessThanOrEqualTo(tolerance * largest);
            }
        }
    }

    /** Elements in full precision. */
    private static double[] doubles(String name) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(golden.readBytes(name)).order(ByteOrder.LITTLE_ENDIAN);
        DType dtype = golden.info(name).dtype();
        double[] values = new double[bytes.capacity() / dtype.bytes()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (dtype) {
                case F64 -> bytes.getDouble();
                case F32 -> bytes.getFloat();
                case I64 -> bytes.getLong();
                default -> throw new AssertionError(name + " has an unexpected type " + dtype);
            };
        }
        return values;
    }
}
