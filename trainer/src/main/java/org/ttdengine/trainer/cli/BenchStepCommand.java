package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ttdengine.engine.Device;
import org.ttdengine.lora.Lora;
import org.ttdengine.trainer.train.AdamW;
import org.ttdengine.trainer.train.PendingOutcome;
import org.ttdengine.trainer.train.TrainStep;
import org.ttdengine.trainer.ttd.TtdOptions;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Times whole training steps: forward, losses, backward, gradient norm, AdamW. */
@Command(
        name = "step",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        defaultValueProvider = BenchOptions.Defaults.class,
        description = "Times whole training steps: forward, losses, backward, gradient norm, AdamW.")
final class BenchStepCommand implements Callable<Integer> {
    private static final double LEARNING_RATE = 1e-4;
    private static final double WEIGHT_DECAY = 5e-5;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options;

    @Override
    public Integer call() throws IOException {
        ClipState state = options.read();
        RandomBatch batch = options.batch(state.config());
        try (Device device = options.open();
                Clip clip = Clip.of(state, device);
                Lora lora = Lora.attach(clip, options.lora(), options.seed());
                AdamW optimizer = new AdamW(device.scope("optimizer"), lora.parameters(), WEIGHT_DECAY)) {
            TrainStep step = new TrainStep(
                    clip, lora, batch::tokens, TtdOptions.paper(), options.microBatch(state.config(), device));
            Runnable work = () -> {
                optimizer.clearGradients();
                try (PendingOutcome outcome = step.gradients(batch.entries(), options.seed())) {
                    optimizer.step(1, LEARNING_RATE, 1, optimizer.gradientNorm());
                    outcome.read();
                }
            };
            Timing timing = options.time(device, work, spec.commandLine().getErr());
            options.print(device, timing, spec.commandLine().getOut());
        }
        return 0;
    }
}
