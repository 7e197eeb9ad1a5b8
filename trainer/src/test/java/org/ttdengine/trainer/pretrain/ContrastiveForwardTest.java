package org.ttdengine.trainer.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Parameter;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.io.TensorFile;
import org.ttdengine.engine.io.TensorFiles;
import org.ttdengine.engine.testing.EmulatedGpu;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipCheckpoint;
import org.ttdengine.vit.ClipState;
import org.ttdengine.vit.ClipTensors;
import org.ttdengine.vit.PatchDrop;

/** Loss and gradients of all weights of a tiny CLIP: PyTorch's in double precision, and finite differences. */
class ContrastiveForwardTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/pretrain");
    private static final double TOLERANCE = 1e-5;
    private static final int PAIRS = 5;
    private static final int SIDE = 12;
    private static final int PROBES = 3;
    private static final double STEP = 1e-5;

    static Stream<Arguments> devices() {
        return Stream.of(
                device("one worker", () -> Device.cpu(1)),
                device("two workers", () -> Device.cpu(2)),
                device("reference, double", () -> Device.reference(DType.F64)),
                device("emulated GPU", () -> EmulatedGpu.open(DType.F32)));
    }

    private static Arguments device(String name, Supplier<Device> device) {
        return Arguments.of(name, device);
    }

    private static Clip model(Device device) throws IOException {
        return Clip.trainable(ClipCheckpoint.read(GOLDEN), null, device);
    }

    /** The loss of the golden batch. */
    private static Var loss(Tape tape, Clip clip, PatchDrop drop) throws IOException {
        try (TensorFile batch = TensorFiles.open(GOLDEN.resolve("batch.safetensors"))) {
            Tensor pixels =
                    tape.scope().empty("pixels", Shape.of(PAIRS, 3, SIDE, SIDE)).set(batch.readFloats("pixels"));
            float[] ids = batch.readFloats("tokens.ids");
            float[] offsets = batch.readFloats("tokens.offsets");
            List<int[]> texts = new ArrayList<>();
            for (int i = 0; i < PAIRS; i++) {
                float[] text = Arrays.copyOfRange(ids, (int) offsets[i], (int) offsets[i + 1]);
                int[] tokens = new int[text.length];
                Arrays.setAll(tokens, t -> (int) text[t]);
                texts.add(tokens);
            }
            return ContrastiveForward.run(tape, clip, pixels, texts, drop, 1, BatchWords.NONE, 0)
                    .total();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void lossAndGradientsOfAllWeightsAreThoseOfPyTorch(String name, Supplier<Device> devices) throws IOException {
        try (TensorFile batch = TensorFiles.open(GOLDEN.resolve("batch.safetensors"));
                Device device = devices.get();
                Clip clip = model(device);
                Scope scope = device.scope("test")) {
            ClipState expected = ClipCheckpoint.read(GOLDEN.resolve("gradients.safetensors"), clip.config());
            Tape tape = new Tape(scope, true);
            Var loss = loss(tape, clip, PatchDrop.NONE);
            assertThat(loss.value().item()).isCloseTo(batch.readFloats("loss")[0], Offset.offset(TOLERANCE));
            tape.backward(loss);
            assertThat(clip.parameters().stream().map(Parameter::name))
                    .containsExactlyInAnyOrderElementsOf(
                            ClipTensors.of(clip.config()).keySet());
            for (Parameter parameter : clip.parameters()) {
                close(parameter, expected.tensor(parameter.name()));
            }
        }
    }

    /** Compares a gradient with one in the layout of the state, where projections lie the other way round. */
    private static void close(Parameter parameter, float[] expected) {
        float[] actual = parameter.gradient().toFloats();
        boolean projection =
                parameter.name().endsWith("proj") || parameter.name().endsWith("projection");
        int columns = projection ? parameter.value().shape().size(1) : 1;
        double largest = 0;
        for (float e : expected) {
            largest = Math.max(largest, Math.abs(e));
        }
        assertThat(largest).as(parameter.name()).isPositive();
        for (int i = 0; i < actual.length; i++) {
            int at = projection ? i % columns * (actual.length / columns) + i / columns : i;
            assertThat(actual[i]).as(parameter.name() + "[" + i + "]").isCloseTo(expected[at], Offset.offset((float)
                    (TOLERANCE * largest)));
        }
    }

    @Test
    void gradientsOfAllWeightsAgreeWithFiniteDifferencesOnAPartOfThePatches() throws IOException {
        PatchDrop half = new PatchDrop(0.5, 7);
        try (Device device = Device.reference(DType.F64);
                Clip clip = model(device)) {
            try (Scope scope = device.scope("step")) {
                Tape tape = new Tape(scope, true);
                tape.backward(loss(tape, clip, half));
            }
            SplittableRandom random = new SplittableRandom(3);
            for (Parameter parameter : clip.parameters()) {
                double[] values = parameter.value().toDoubles();
                double[] gradient = parameter.gradient().toDoubles();
                for (int probe = 0; probe < PROBES; probe++) {
                    int at = random.nextInt(values.length);
                    double difference = (moved(clip, half, parameter, values, at, STEP)
                                    - moved(clip, half, parameter, values, at, -STEP))
                            / (2 * STEP);
                    assertThat(gradient[at])
                            .as(parameter.name() + "[" + at + "]")
                            .isCloseTo(difference, Offset.offset(1e-8));
                }
            }
        }
    }

    private static double moved(Clip clip, PatchDrop drop, Parameter parameter, double[] values, int at, double by)
            throws IOException {
        double[] changed = values.clone();
        changed[at] += by;
        parameter.value().set(changed);
        try (Scope scope = clip.device().scope("moved")) {
            return loss(new Tape(scope, false), clip, drop).value().item();
        } finally {
            parameter.value().set(values);
        }
    }

    @Test
    void theSeedChoosesThePatches() throws IOException {
        try (Device device = Device.cpu(1);
                Clip clip = model(device);
                Scope scope = device.scope("test")) {
            Tape tape = new Tape(scope, false);
            double one = loss(tape, clip, new PatchDrop(0.5, 1)).value().item();
            assertThat(loss(tape, clip, new PatchDrop(0.5, 1)).value().item()).isEqualTo(one);
            assertThat(loss(tape, clip, new PatchDrop(0.5, 2)).value().item()).isNotEqualTo(one);
            assertThat(loss(tape, clip, PatchDrop.NONE).value().item()).isNotEqualTo(one);
        }
    }
}
