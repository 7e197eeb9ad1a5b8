package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.backend.counting.CountingBackend;
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

/** Estimates the least time of a training step on GPUs that are not at hand. */
@Command(
        name = "roofline",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        defaultValueProvider = BenchOptions.Defaults.class,
        description =
                "Estimates the least time and the memory of a training step on an A100 and an H100, by counting its"
                        + " work; nothing is computed. --precision fp32|bf16.")
final class BenchRooflineCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options;

    @Override
    public Integer call() throws IOException {
        ClipState state = options.read();
        RandomBatch batch = options.batch(state.config());
        try (Device device = Device.counting(options.precision());
                Clip clip = Clip.of(state, device);
                Lora lora = Lora.attach(clip, options.lora(), options.seed());
                AdamW optimizer = new AdamW(device.scope("optimizer"), lora.parameters(), 0)) {
            CountingBackend counting = (CountingBackend) device.backend();
            counting.clearWork();
            TrainStep step = new TrainStep(
                    clip,
                    lora,
                    batch::tokens,
                    TtdOptions.paper(),
                    batch.entries().size());
            optimizer.clearGradients();
            try (PendingOutcome outcome = step.gradients(batch.entries(), options.seed())) {
                optimizer.step(1, 0, 1, optimizer.gradientNorm());
                outcome.read();
            }
            Roofline roofline = new Roofline(
                    batch.entries().size(), options.precision() == DType.BF16, counting.work(), device.peakBytes());
            spec.commandLine().getOut().println(roofline.table());
            spec.commandLine().getOut().flush();
        }
        return 0;
    }
}
