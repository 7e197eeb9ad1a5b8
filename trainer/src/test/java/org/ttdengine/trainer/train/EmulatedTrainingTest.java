package org.ttdengine.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.autograd.Parameter;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.GradientNorm;
import org.ttdengine.engine.testing.EmulatedGpu;
import org.ttdengine.lora.Lora;
import org.ttdengine.lora.LoraConfig;
import org.ttdengine.trainer.ttd.Tag;
import org.ttdengine.trainer.ttd.TextBatch;
import org.ttdengine.trainer.ttd.TtdOptions;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipConfig;
import org.ttdengine.vit.ClipState;
import org.ttdengine.vit.image.PreparedImage;

/** Three whole training steps of a small CLIP on the emulated GPU, beside the same steps on the processor. */
class EmulatedTrainingTest {
    private static final int STEPS = 3;
    private static final double SINGLE = 1e-5;

    /** bfloat16 keeps 8 bits and every layer rounds its result: two to four times what these steps showed when made. */
    private static final double MIXED = 0.01;

    private static final double MIXED_GRADIENT = 0.05;
    private static final double MIXED_WEIGHT = 0.005;

    static final ClipConfig CONFIG = new ClipConfig(
            new ClipConfig.Vision(128, 2, 2, 512, 8, 32),
            new ClipConfig.Text(128, 2, 2, 512, 16, 100),
            64,
            Activation.QUICK_GELU,
            1e-5);

    /** What steps came to: loss, gradient and weights of each. */
    private record Run(List<Double> losses, List<Double> norms, List<float[]> gradients, List<float[]> weights) {}

    @Test
    void singlePrecisionAgreesWithTheProcessor() {
        Run gpu = run(() -> EmulatedGpu.open(DType.F32));
        Run cpu = run(() -> Device.cpu(2));
        assertThat(gpu.losses).hasSize(STEPS);
        for (int i = 0; i < STEPS; i++) {
            assertThat(relative(cpu.losses.get(i), gpu.losses.get(i)))
                    .as("loss")
                    .isLessThan(SINGLE);
            assertThat(relative(cpu.norms.get(i), gpu.norms.get(i))).as("norm").isLessThan(SINGLE);
        }
        for (int i = 0; i < cpu.gradients.size(); i++) {
            assertThat(distance(cpu.gradients.get(i), gpu.gradients.get(i)))
                    .as("gradient " + i)
                    .isLessThan(SINGLE);
        }
        for (int i = 0; i < cpu.weights.size(); i++) {
            assertThat(distance(cpu.weights.get(i), gpu.weights.get(i)))
                    .as("weights " + i)
                    .isLessThan(SINGLE);
        }
    }

    @Test
    void bfloat16StaysWithinItsBound() {
        Run gpu = run(() -> EmulatedGpu.open(DType.BF16));
        Run exact = run(() -> Device.reference(DType.F64));
        for (int i = 0; i < STEPS; i++) {
            assertThat(relative(exact.losses.get(i), gpu.losses.get(i)))
                    .as("loss")
                    .isLessThan(MIXED);
            assertThat(relative(exact.norms.get(i), gpu.norms.get(i)))
                    .as("norm")
                    .isLessThan(MIXED);
        }
        assertThat(exact.gradients).isNotEmpty();
        for (int i = 0; i < exact.gradients.size(); i++) {
            assertThat(distance(exact.gradients.get(i), gpu.gradients.get(i)))
                    .as("gradient " + i)
                    .isLessThan(MIXED_GRADIENT);
            assertThat(distance(exact.weights.get(i), gpu.weights.get(i)))
                    .as("weights " + i)
                    .isLessThan(MIXED_WEIGHT);
        }
    }

    @Test
    void theSameStepsGiveTheSameBits() {
        Run first = run(() -> EmulatedGpu.open(DType.BF16));
        Run second = run(() -> EmulatedGpu.open(DType.BF16));
        assertThat(second.losses).isEqualTo(first.losses);
        for (int i = 0; i < first.weights.size(); i++) {
            assertThat(second.weights.get(i)).isEqualTo(first.weights.get(i));
        }
    }

    private static Run run(Supplier<Device> devices) {
        Run run = new Run(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        try (Device device = devices.get();
                Clip clip = Clip.of(ClipState.random(CONFIG, 3), device);
                Lora lora = Lora.attach(clip, LoraConfig.paper(), 5);
                AdamW optimizer = new AdamW(device.scope("optimizer"), lora.parameters(), 5e-5)) {
            awaken(lora);
            TrainStep step = new TrainStep(clip, lora, EmulatedTrainingTest::tokens, TtdOptions.paper(), 2);
            for (int i = 0; i < STEPS; i++) {
                optimizer.clearGradients();
                try (PendingOutcome outcome = step.gradients(samples(i), i)) {
                    GradientNorm norm = optimizer.gradientNorm();
                    optimizer.step(i + 1, 1e-4, 1, norm);
                    run.losses.add(outcome.read().loss());
                    run.norms.add(norm.value());
                }
                if (i == 0) {
                    lora.parameters()
                            .forEach(p -> run.gradients.add(p.gradient().toFloats()));
                }
            }
            for (Parameter p : lora.parameters()) {
                run.weights.add(p.value().toFloats());
            }
        }
        return run;
    }

    /** B is zero at first; numbers in it give every gradient a size that AdamW's first steps cannot flip. */
    static void awaken(Lora lora) {
        SplittableRandom random = new SplittableRandom(11);
        for (Parameter p : lora.parameters()) {
            float[] values = p.value().toFloats();
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) (0.05 * random.nextGaussian());
            }
            p.value().set(values);
        }
    }

    static List<TextBatch.Entry> samples(int step) {
        SplittableRandom random = new SplittableRandom(17 + step);
        List<TextBatch.Entry> samples = new ArrayList<>();
        for (int s = 0; s < 2; s++) {
            float[] pixels = new float[3 * 32 * 32];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = (float) random.nextGaussian();
            }
            List<Tag> tags = new ArrayList<>();
            for (int t = 0; t < 3 + s; t++) {
                tags.add(new Tag("tag " + random.nextInt(90), t, false));
            }
            PreparedImage image = new PreparedImage(32, 32, pixels, new PreparedImage.Region(0, 0, 32, 32));
            samples.add(new TextBatch.Entry("caption " + random.nextInt(1000), tags, image));
        }
        return samples;
    }

    /** A text's sequence: its own words by a hash, between start and end. */
    static int[] tokens(String text) {
        SplittableRandom random = new SplittableRandom(text.hashCode());
        int[] tokens = new int[text.startsWith("tag") ? 4 : 9];
        for (int i = 1; i + 1 < tokens.length; i++) {
            tokens[i] = random.nextInt(97);
        }
        tokens[0] = 98;
        tokens[tokens.length - 1] = 99;
        return tokens;
    }

    private static double relative(double expected, double actual) {
        return Math.abs(actual - expected) / Math.abs(expected);
    }

    /** Largest difference as a share of the largest element. */
    private static double distance(float[] expected, float[] actual) {
        double largest = 0;
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
        }
        return worst == 0 ? 0 : worst / largest;
    }
}
