package org.ttdengine.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.autograd.Parameter;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipState;

/** Adapters on a model: what they change, when they do, and when they don't. */
class LoraTest {
    private static final LoraConfig ALL = new LoraConfig(3, 6, 0, LoraTargets.parse("q,k,v,o,fc1,fc2"));

    private final Device device = Device.cpu(1);
    private final Clip clip = Clip.of(ClipState.random(TinyModel.CONFIG, 4), device);
    private final float[] plain = outputs();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        clip.close();
        assertThat(device.bytesInUse()).isZero();
        device.close();
    }

    private float[] outputs() {
        return TinyModel.outputs(clip, false, 0);
    }

    /** Adapters that have learnt something. */
    private Lora learnt(LoraConfig config) {
        Lora lora = Lora.attach(clip, config, 7);
        SplittableRandom random = new SplittableRandom(8);
        for (Parameter parameter : lora.parameters()) {
            if (parameter.name().endsWith("lora_B.weight")) {
                parameter
                        .value()
                        .set(random.doubles(parameter.value().size(), -0.3, 0.3).toArray());
            }
        }
        return lora;
    }

    @Test
    void freshAdaptersLeaveTheModelAsItIsToTheLastBit() {
        try (Lora lora = Lora.attach(clip, ALL, 7)) {
            assertThat(lora.parameters()).hasSize(2 * 4 * 6);
            assertThat(outputs()).isEqualTo(plain);
        }
    }

    @Test
    void freshFactorsAreUniformAndZeroAndDecidedByTheSeed() {
        try (Lora lora = Lora.attach(clip, ALL, 7)) {
            for (Parameter parameter : lora.parameters()) {
                if (parameter.name().endsWith("lora_B.weight")) {
                    assertThat(parameter.value().toDoubles()).containsOnly(0);
                } else {
                    double bound = 1 / Math.sqrt(parameter.value().shape().size(1));
                    double largest = 0;
                    for (double value : parameter.value().toDoubles()) {
                        largest = Math.max(largest, Math.abs(value));
                    }
                    assertThat(largest).isBetween(0.7 * bound, bound);
                }
            }
            float[] first = lora.parameters().get(0).value().toFloats();
            try (Lora again = Lora.attach(clip, ALL, 7);
                    Lora other = Lora.attach(clip, ALL, 8)) {
                assertThat(again.parameters().get(0).value().toFloats()).isEqualTo(first);
                assertThat(other.parameters().get(0).value().toFloats()).isNotEqualTo(first);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"q", "k", "v", "o", "fc1", "fc2", "q,k,v,o,fc1,fc2"})
    void mergedWeightsComputeWhatAttachedAdaptersDo(String targets) {
        try (Lora lora = learnt(new LoraConfig(3, 6, 0, LoraTargets.parse(targets)))) {
            float[] attached = outputs();
            ClipState merged = ClipState.random(TinyModel.CONFIG, 4);
            lora.weights().mergeInto(merged);
            assertThat(attached).isNotEqualTo(plain);
            try (Clip other = Clip.of(merged, device)) {
                assertClose(TinyModel.outputs(other, false, 0), attached);
            }
        }
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], Offset.offset(1e-5f));
        }
    }

    @Test
    void withoutItsAdaptersTheModelIsThePlainOne() {
        try (Lora lora = learnt(ALL)) {
            float[] adapted = outputs();
            assertThat(adapted).isNotEqualTo(plain);
            assertThat(lora.without(this::outputs)).isEqualTo(plain);
            assertThat(outputs()).isEqualTo(adapted);
        }
        assertThat(outputs()).isEqualTo(plain);
    }

    @Test
    void adaptersComeBackWhenWhatRunsWithoutThemFails() {
        try (Lora lora = learnt(ALL)) {
            float[] adapted = outputs();
            assertThatIllegalStateException()
                    .isThrownBy(() -> lora.without(() -> {
                        throw new IllegalStateException("failed");
                    }));
            assertThat(outputs()).isEqualTo(adapted);
        }
    }

    @Test
    void whatIsWrittenIsLoadedBitByBit() throws IOException {
        float[] adapted;
        try (Lora lora = learnt(ALL)) {
            adapted = outputs();
            lora.weights().write(folder);
        }
        assertThat(outputs()).isEqualTo(plain);
        try (Lora loaded = Lora.load(clip, folder, false)) {
            assertThat(outputs()).isEqualTo(adapted);
            assertThat(loaded.parameters()).noneMatch(Parameter::isTrainable);
            assertThat(loaded.config().lora()).isEqualTo(ALL);
        }
        try (Lora loaded = Lora.load(clip, folder, true)) {
            assertThat(loaded.parameters()).allMatch(Parameter::isTrainable);
            assertThat(loaded.size()).isEqualTo(expectedSize());
        }
    }

    private static long expectedSize() {
        long vision = 3 * (4 * (8 + 8) + 2 * (8 + 12));
        long text = 3 * (4 * (12 + 12) + 2 * (12 + 20));
        return 2 * vision + 2 * text;
    }

    @Test
    void targetsThatMatchNothingAreRefusedAndLeaveNothingBehind() {
        long before = device.bytesInUse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Lora.attach(clip, new LoraConfig(3, 6, 0, LoraTargets.regex("conv.*")), 7))
                .withMessage("LoRA targets 'conv.*' match no module of the model");
        assertThat(device.bytesInUse()).isEqualTo(before);
    }

    @Test
    void dropoutIsDrawnFromTheTapesSeedAndOnlyWhileRecording() {
        LoraConfig config = new LoraConfig(3, 6, 0.5, LoraTargets.parse("q,v,fc1"));
        try (Lora lora = learnt(config)) {
            float[] whole = outputs();
            assertThat(TinyModel.outputs(clip, false, 9)).isEqualTo(whole);
            float[] dropped = TinyModel.outputs(clip, true, 9);
            assertThat(dropped).isNotEqualTo(whole);
            assertThat(TinyModel.outputs(clip, true, 9)).isEqualTo(dropped);
            assertThat(TinyModel.outputs(clip, true, 10)).isNotEqualTo(dropped);
            assertThat(lora.without(() -> TinyModel.outputs(clip, true, 9))).isEqualTo(plain);
        }
    }

    @Test
    void withoutDropoutRecordingChangesNothing() {
        try (Lora lora = learnt(ALL)) {
            assertThat(TinyModel.outputs(clip, true, 9)).isEqualTo(outputs());
            assertThat(lora.parameters())
                    .allMatch(parameter -> isZero(parameter.gradient().toDoubles()));
        }
    }

    @Test
    void aFrozenAdapterDropsNothing() throws IOException {
        try (Lora lora = learnt(new LoraConfig(3, 6, 0.5, LoraTargets.parse("q,v")))) {
            lora.weights().write(folder);
        }
        try (Lora frozen = Lora.load(clip, folder, false)) {
            assertThat(frozen.config().lora().dropout()).isEqualTo(0.5);
            assertThat(TinyModel.outputs(clip, true, 9)).isEqualTo(outputs());
        }
    }

    /** Identity attention in the last block has no use for its queries and keys. */
    @Test
    void theDenseHeadTrainsAllAdaptersOfTheImageTowerButTheLastQueriesAndKeys() {
        try (Lora lora = learnt(ALL);
                Scope scope = device.scope("step")) {
            Tape tape = new Tape(scope, true);
            Var dense = clip.vision().dense(tape, clip.vision().trunk(tape, TinyModel.pixels(scope)));
            tape.backward(
                    dense,
                    scope.empty("seed", dense.shape())
                            .set(new SplittableRandom(1)
                                    .doubles(dense.value().size(), -1, 1)
                                    .toArray()));
            for (Parameter parameter : lora.parameters()) {
                boolean used = parameter.name().startsWith("vision_model")
                        && !parameter.name().matches(".*layers\\.1\\.self_attn\\.[qk]_proj.*");
                assertThat(isZero(parameter.gradient().toDoubles()))
                        .as(parameter.name())
                        .isEqualTo(!used);
            }
        }
    }

    private static boolean isZero(double[] values) {
        for (double value : values) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /** The whole way from an adapter's weight to the outputs, by central differences. */
    @Test
    void gradientsOfTheAdaptersAreThoseOfTheOutputs() {
        try (Lora lora = learnt(ALL);
                Scope scope = device.scope("step")) {
            Tape tape = new Tape(scope, true);
            Var texts = clip.text().encode(tape, TinyModel.TEXTS);
            double[] seed =
                    new SplittableRandom(1).doubles(texts.value().size(), -1, 1).toArray();
            tape.backward(texts, scope.empty("seed", texts.shape()).set(seed));
            for (Parameter parameter : lora.parameters()) {
                if (parameter.name().startsWith("text_model")) {
                    checkDirection(parameter, seed);
                }
            }
        }
    }

    private void checkDirection(Parameter parameter, double[] seed) {
        double[] value = parameter.value().toDoubles();
        double[] gradient = parameter.gradient().toDoubles();
        double norm =
                device.backend().gradientNorm(List.of(parameter.gradient())).value();
        assertThat(norm).as(parameter.name()).isPositive();
        double step = 1e-2;
        double above = weighted(parameter, value, gradient, step / norm, seed);
        double below = weighted(parameter, value, gradient, -step / norm, seed);
        parameter.value().set(value);
        assertThat((above - below) / (2 * step))
                .as(parameter.name())
                .isCloseTo(norm, Offset.offset(0.02 * norm + 1e-4));
    }

    private double weighted(Parameter parameter, double[] value, double[] direction, double factor, double[] seed) {
        double[] moved = new double[value.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = value[i] + factor * direction[i];
        }
        parameter.value().set(moved);
        float[] texts = TinyModel.outputs(clip, false, 0);
        double sum = 0;
        for (int i = 0; i < seed.length; i++) {
            sum += seed[i] * texts[texts.length - seed.length + i];
        }
        return sum;
    }
}
