package org.ttdengine.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ttdengine.emulator.Emulator;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.backend.GradientNorm;
import org.ttdengine.engine.testing.EmulatedGpu;
import org.ttdengine.lora.Lora;
import org.ttdengine.lora.LoraConfig;
import org.ttdengine.trainer.ttd.TtdOptions;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipState;

/** The emulated GPU runs what it is given as late as CUDA allows: at the first call that waits for it. */
class StepAsynchronyTest {
    @ParameterizedTest(name = "micro-batches of {0}")
    @ValueSource(ints = {2, 1})
    void nothingInAStepWaitsForTheDevice(int microBatch) {
        Emulator emulator = EmulatedGpu.install();
        try (Device device = EmulatedGpu.open(DType.F32);
                Clip clip = Clip.of(ClipState.random(EmulatedTrainingTest.CONFIG, 3), device);
                Lora lora = Lora.attach(clip, LoraConfig.paper(), 5);
                AdamW optimizer = new AdamW(device.scope("optimizer"), lora.parameters(), 5e-5)) {
            TrainStep step = new TrainStep(clip, lora, EmulatedTrainingTest::tokens, TtdOptions.paper(), microBatch);
            // The first step loads modules and takes memory; steps like it find both there.
            for (int i = 1; i <= 2; i++) {
                device.backend().synchronize();
                emulator.resetCounters();
                optimizer.clearGradients();
                try (PendingOutcome outcome = step.gradients(EmulatedTrainingTest.samples(0), 1)) {
                    GradientNorm norm = optimizer.gradientNorm();
                    optimizer.step(i, 1e-4, 1, norm);
                    assertThat(emulator.counters())
                            .as("launches that ran in step " + i)
                            .isEmpty();
                    assertThat(outcome.read().loss()).isPositive();
                    assertThat(norm.value()).isPositive();
                    assertThat(emulator.counters()).hasSizeGreaterThan(100);
                }
            }
        }
    }
}
