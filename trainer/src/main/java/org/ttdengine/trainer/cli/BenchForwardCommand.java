package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.lora.Lora;
import org.ttdengine.trainer.ttd.TextBatch;
import org.ttdengine.trainer.ttd.TtdForward;
import org.ttdengine.trainer.ttd.TtdOptions;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Times the forward pass of a training step, without recording it for a backward pass. */
@Command(
        name = "forward",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        defaultValueProvider = BenchOptions.Defaults.class,
        description = "Times the forward pass of a training step, not recorded for a backward pass.")
final class BenchForwardCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options;

    @Override
    public Integer call() throws IOException {
        ClipState state = options.read();
        RandomBatch batch = options.batch(state.config());
        TtdOptions ttd = TtdOptions.paper();
        int patch = state.config().vision().patch();
        try (Device device = options.open();
                Clip clip = Clip.of(state, device);
                Lora lora = Lora.attach(clip, options.lora(), options.seed())) {
            Runnable work = () -> {
                TextBatch texts = TextBatch.of(batch.entries(), batch::tokens, patch, ttd);
                try (Scope scope = device.scope("forward")) {
                    TtdForward.run(
                            new Tape(scope, false),
                            clip,
                            lora,
                            batch.images(),
                            texts,
                            ttd,
                            batch.entries().size());
                }
            };
            Timing timing = options.time(device, work, spec.commandLine().getErr());
            options.print(device, timing, spec.commandLine().getOut());
        }
        return 0;
    }
}
