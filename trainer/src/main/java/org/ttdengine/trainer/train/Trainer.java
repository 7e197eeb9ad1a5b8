package org.ttdengine.trainer.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.ttdengine.lora.Lora;
import org.ttdengine.trainer.data.PairSource;
import org.ttdengine.trainer.run.Checkpoint;
import org.ttdengine.trainer.run.Checkpoints;
import org.ttdengine.trainer.run.TrainingListener;
import org.ttdengine.vit.Clip;

/** Fine-tunes adapters with TTD. */
public final class Trainer {
    private final TrainingLoop loop;

    /**
     * A run.
     *
     * @param tokenize from a text to its token sequence, cut after its end
     * @param checkpoints where the run's state is kept
     * @param adapterFolder where the adapters are written, as a PEFT directory
     * @param config the options of the run, stored with its state
     */
    public Trainer(
            Clip clip,
            Lora lora,
            Function<String, int[]> tokenize,
            PairSource pairs,
            TrainOptions options,
            Checkpoints checkpoints,
            Path adapterFolder,
            JsonNode config) {
        TrainStep step = new TrainStep(clip, lora, tokenize, options.ttd(), options.microBatch());
        Learner learner = new TtdLearner(lora, step, options.ttd().tags(), options.weightDecay(), adapterFolder);
        this.loop = new TrainingLoop(learner, pairs, options.loop(), checkpoints, config);
    }

    /**
     * Trains to the end.
     *
     * @param from the checkpoint to go on from, or empty to begin
     * @throws DeviceFailedException if the device fails or runs out of memory
     * @throws TrainingDivergedException if loss or gradient is no longer a finite number
     * @throws IOException if data cannot be read or results not be written; earlier checkpoints are safe
     */
    public void run(Optional<Checkpoint> from, TrainingListener listener) throws IOException {
        loop.run(from, listener);
    }
}
