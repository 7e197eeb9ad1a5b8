package org.ttdengine.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Parameter;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.backend.GradientNorm;
import org.ttdengine.engine.io.TensorFile;
import org.ttdengine.engine.io.TensorFiles;
import org.ttdengine.engine.testing.EmulatedGpu;
import org.ttdengine.lora.Lora;
import org.ttdengine.lora.LoraConfig;
import org.ttdengine.lora.LoraTargets;
import org.ttdengine.trainer.run.LrSchedule;
import org.ttdengine.trainer.ttd.Tag;
import org.ttdengine.trainer.ttd.TextBatch;
import org.ttdengine.trainer.ttd.TtdForward;
import org.ttdengine.trainer.ttd.TtdOptions;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipCheckpoint;
import org.ttdengine.vit.image.PreparedImage;

/** TTD training of a small CLIP, step by step, against what PyTorch computed in double precision. */
class GoldenTrainingTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final double TOLERANCE = 1e-5;
    private static final String PREFIX = "base_model.model.";

    static Stream<Arguments> devices() {
        return Stream.of(
                device("one worker", () -> Device.cpu(1)),
                device("two workers", () -> Device.cpu(2)),
                device("reference, single", () -> Device.reference(DType.F32)),
                device("reference, double", () -> Device.reference(DType.F64)),
                device("emulated GPU", () -> EmulatedGpu.open(DType.F32)));
    }

    private static Arguments device(String name, Supplier<Device> device) {
        return Arguments.of(name, device);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void tenStepsGiveTheLossesGradientsAndWeightsOfPyTorch(String name, Supplier<Device> devices) throws IOException {
        try (TensorFile golden = TensorFiles.open(GOLDEN.resolve("training.safetensors"));
                Device device = devices.get();
                Clip clip = Clip.of(ClipCheckpoint.read(GOLDEN.resolve("model")), device);
                Lora lora = Lora.load(clip, GOLDEN.resolve("adapter"), true)) {
            new Run(golden, golden, clip, lora).check(10, 0, 3);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void accumulationAndClippingOnEveryLinearLayerGiveThoseOfPyTorch(String name, Supplier<Device> devices)
            throws IOException {
        LoraConfig everywhere = new LoraConfig(2, 4, 0, LoraTargets.parse("q,k,v,o,fc1,fc2"));
        try (TensorFile golden = TensorFiles.open(GOLDEN.resolve("training_clip.safetensors"));
                TensorFile inputs = TensorFiles.open(GOLDEN.resolve("training.safetensors"));
                Device device = devices.get();
                Clip clip = Clip.of(ClipCheckpoint.read(GOLDEN.resolve("model")), device);
                Lora lora = Lora.attach(clip, everywhere, 1)) {
            for (Parameter p : lora.parameters()) {
                p.value().set(golden.readFloats(PREFIX + p.name()));
            }
            new Run(golden, inputs, clip, lora).check(2, golden.readFloats("recipe.max_norm")[0], 4);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void embeddingsMapsAndUnionBeforeTheFirstStepAreThoseOfPyTorch(String name, Supplier<Device> devices)
            throws IOException {
        try (TensorFile golden = TensorFiles.open(GOLDEN.resolve("training.safetensors"));
                Device device = devices.get();
                Clip clip = Clip.of(ClipCheckpoint.read(GOLDEN.resolve("model")), device);
                Lora lora = Lora.load(clip, GOLDEN.resolve("adapter"), false);
                Scope scope = device.scope("test")) {
            Run run = new Run(golden, golden, clip, lora);
            List<TextBatch.Entry> entries = run.batch(0);
            TextBatch texts = TextBatch.of(entries, run::sequence, 8, TtdOptions.paper());
            TtdForward forward = TtdForward.run(
                    new Tape(scope, false),
                    clip,
                    lora,
                    entries.stream().map(TextBatch.Entry::image).toList(),
                    texts,
                    TtdOptions.paper(),
                    3);
            close(
                    "step0.dense",
                    golden.readFloats("step0.dense"),
                    forward.pixels().value().toFloats());
            float[] maps = forward.maps().maps().value().toFloats();
            float[] textMaps = golden.readFloats("step0.text_cosine");
            float[] tagMaps = golden.readFloats("step0.tag_cosine");
            float[] expected = new float[maps.length];
            int tag = 0;
            for (int s = 0; s < 3; s++) {
                int row = texts.plan().offsets()[s];
                System.arraycopy(textMaps, s * 30, expected, row * 30, 30);
                for (row++; row < texts.plan().offsets()[s + 1]; row++) {
                    System.arraycopy(tagMaps, tag++ * 30, expected, row * 30, 30);
                }
            }
            close("cosine maps", expected, maps);
        }
    }

    private static void close(String what, float[] expected, float[] actual) {
        double largest = 0;
        for (float e : expected) {
            largest = Math.max(largest, Math.abs(e));
        }
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(expected[i] - actual[i]) <= TOLERANCE * largest)) {
                throw new AssertionError(what + "[" + i + "]: expected " + expected[i] + ", found " + actual[i]
                        + ", largest " + largest);
            }
        }
    }

    /** One golden run: its inputs as our training step takes them, its results as they must come out. */
    private record Run(TensorFile golden, TensorFile inputs, Clip clip, Lora lora) {
        void check(int steps, double clipNorm, int microBatch) throws IOException {
            float[] batches = golden.readFloats("steps.batches");
            int perStep = batches.length / steps;
            TrainStep step = new TrainStep(clip, lora, this::sequence, TtdOptions.paper(), microBatch);
            Scope moments = clip.device().scope("moments");
            try (AdamW optimizer = new AdamW(moments, lora.parameters(), scalar("recipe.weight_decay"))) {
                for (int i = 0; i < steps; i++) {
                    List<TextBatch.Entry> samples = new ArrayList<>();
                    for (int b = 0; b < perStep; b++) {
                        samples.addAll(batch((int) batches[i * perStep + b]));
                    }
                    optimizer.clearGradients();
                    TrainStep.Outcome outcome;
                    try (PendingOutcome pending = step.gradients(samples, 0)) {
                        outcome = pending.read();
                    }
                    GradientNorm norm = optimizer.gradientNorm();
                    near("loss", mean("steps.loss", i, perStep), outcome.loss());
                    near("distill", mean("steps.distill", i, perStep), outcome.distill());
                    near("tag", mean("steps.tag", i, perStep), outcome.tag());
                    near("gradient norm", golden.readFloats("steps.grad_norm")[i], norm.value());
                    assertThat(outcome.selected()).as("selected tags").isEqualTo(selected(i, batches, perStep));
                    if (i == 0) {
                        checkTensors("grad.", Parameter::gradient);
                    }
                    double rate = golden.readFloats("steps.learning_rate")[i];
                    double scheduled = scalar("recipe.learning_rate")
                            * LrSchedule.parse("poly").at(i, (long) scalar("recipe.total_steps"));
                    near("learning rate", rate, scheduled);
                    optimizer.step(i + 1, scheduled, clipNorm, norm);
                    checkTensors("after" + (i + 1) + ".", Parameter::value);
                }
            }
        }

        private double mean(String name, int step, int perStep) throws IOException {
            float[] values = golden.readFloats(name);
            double sum = 0;
            for (int b = 0; b < perStep; b++) {
                sum += values[step * perStep + b];
            }
            return sum / perStep;
        }

        private long selected(int step, float[] batches, int perStep) throws IOException {
            long count = 0;
            for (int b = 0; b < perStep; b++) {
                int batch = (int) batches[step * perStep + b];
                for (float flag : golden.readFloats("step" + step + ".batch" + batch + ".selected")) {
                    count += (long) flag;
                }
            }
            return count;
        }

        /** Every adapter's tensor, where the golden file holds it for this step. */
        private void checkTensors(String prefix, Function<Parameter, Tensor> tensor) throws IOException {
            for (Parameter p : lora.parameters()) {
                String name = prefix + PREFIX + p.name();
                if (golden.names().contains(name)) {
                    close(name, golden.readFloats(name), tensor.apply(p).toFloats());
                }
            }
        }

        private static void near(String what, double expected, double actual) {
            assertThat(actual).as(what).isCloseTo(expected, Offset.offset(TOLERANCE * Math.abs(expected)));
        }

        private double scalar(String name) throws IOException {
            return golden.readFloats(name)[0];
        }

        /** The samples of a batch; texts stand for themselves by the number of their sequence. */
        List<TextBatch.Entry> batch(int number) throws IOException {
            String batch = "batch" + number + ".";
            float[] pixels = inputs.readFloats(batch + "pixels");
            float[] valid = inputs.readFloats(batch + "valid");
            float[] texts = inputs.readFloats(batch + "texts");
            float[] tags = inputs.readFloats(batch + "tags");
            float[] offsets = inputs.readFloats(batch + "tag_offsets");
            int size = pixels.length / 3;
            List<TextBatch.Entry> entries = new ArrayList<>();
            for (int s = 0; s < 3; s++) {
                List<Tag> words = new ArrayList<>();
                for (int t = (int) offsets[s]; t < offsets[s + 1]; t++) {
                    words.add(new Tag(Integer.toString((int) tags[t]), t, false));
                }
                PreparedImage.Region region = new PreparedImage.Region(
                        (int) valid[4 * s], (int) valid[4 * s + 1], (int) valid[4 * s + 2], (int) valid[4 * s + 3]);
                PreparedImage image =
                        new PreparedImage(48, 40, Arrays.copyOfRange(pixels, s * size, (s + 1) * size), region);
                entries.add(new TextBatch.Entry(Integer.toString((int) texts[s]), words, image));
            }
            return entries;
        }

        int[] sequence(String number) {
            try {
                int text = Integer.parseInt(number);
                float[] ids = inputs.readFloats("tokens.ids");
                float[] offsets = inputs.readFloats("tokens.offsets");
                int[] sequence = new int[(int) (offsets[text + 1] - offsets[text])];
                for (int i = 0; i < sequence.length; i++) {
                    sequence[i] = (int) ids[(int) offsets[text] + i];
                }
                return sequence;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
