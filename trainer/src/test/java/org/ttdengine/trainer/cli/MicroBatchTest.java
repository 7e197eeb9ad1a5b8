package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ttdengine.engine.Device;
import org.ttdengine.lora.Lora;
import org.ttdengine.lora.LoraConfig;
import org.ttdengine.lora.LoraTargets;
import org.ttdengine.trainer.train.AdamW;
import org.ttdengine.trainer.train.PendingOutcome;
import org.ttdengine.trainer.train.TrainStep;
import org.ttdengine.trainer.ttd.TtdOptions;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipConfig;
import org.ttdengine.vit.ClipState;

class MicroBatchTest {
    private record Step(TrainStep.Outcome outcome, List<float[]> gradients) {}

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 6})
    void theGradientDoesNotDependOnTheMicroBatch(int microBatch) {
        Step whole = step(7);
        Step parts = step(microBatch);
        assertThat(parts.outcome.loss()).isCloseTo(whole.outcome.loss(), within(1e-6 * whole.outcome.loss()));
        assertThat(parts.outcome.tags()).isEqualTo(whole.outcome.tags());
        assertThat(parts.outcome.selected()).isEqualTo(whole.outcome.selected()).isPositive();
        int withoutGradient = 0;
        for (int p = 0; p < whole.gradients.size(); p++) {
            float[] expected = whole.gradients.get(p);
            float largest = 0;
            for (float e : expected) {
                largest = Math.max(largest, Math.abs(e));
            }
            withoutGradient += largest == 0 ? 1 : 0;
            assertThat(parts.gradients.get(p))
                    .usingComparatorWithPrecision(1e-6f * largest)
                    .containsExactly(expected);
        }
        // Both factors of the queries and keys of the image tower's last block, which the dense head does not use.
        assertThat(withoutGradient).isEqualTo(4);
    }

    private static Step step(int microBatch) {
        LoraConfig config = new LoraConfig(2, 2, 0, LoraTargets.parse("q,k,v,o,fc1,fc2"));
        RandomBatch batch = RandomBatch.of(
                TinyModel.CONFIG, new RandomBatch.Sizes(7, 32, 5, new TokenRange(8, 12), new TokenRange(3, 4)), 4);
        try (Device device = Device.cpu(2);
                Clip clip = Clip.of(ClipState.random(TinyModel.CONFIG, 2), device);
                Lora lora = Lora.attach(clip, config, 3);
                AdamW optimizer = new AdamW(device.scope("optimizer"), lora.parameters(), 0)) {
            TinyModel.randomize(lora);
            optimizer.clearGradients();
            TrainStep step = new TrainStep(clip, lora, batch::tokens, TtdOptions.paper(), microBatch);
            try (PendingOutcome outcome = step.gradients(batch.entries(), 0)) {
                return new Step(
                        outcome.read(),
                        lora.parameters().stream()
                                .map(p -> p.gradient().toFloats())
                                .toList());
            }
        }
    }

    @Test
    void itIsTheBatchWhereThatFitsAndNeverLessThanOnePicture() {
        try (Device cpu = Device.cpu(1)) {
            assertThat(MicroBatch.fitting(ClipConfig.VIT_B_16, 224, 8, cpu)).isEqualTo(8);
            assertThat(MicroBatch.fitting(ClipConfig.VIT_B_16, 448, 32, cpu)).isBetween(5, 15);
            assertThat(MicroBatch.fitting(ClipConfig.VIT_B_16, 4096, 32, cpu)).isEqualTo(1);
        }
    }
}
