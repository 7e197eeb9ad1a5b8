package org.ttdengine.trainer.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.trainer.data.PairSource;
import org.ttdengine.trainer.data.Sample;

/** What a run learns: which weights there are, how an update's gradient is found, and what is kept of the model. */
public interface Learner {
    /** Where the weights are. */
    Device device();

    /** An optimiser of the weights, its moments in {@code moments}, which it closes. */
    AdamW optimizer(Scope moments);

    /** The pairs that something can be learnt from: others fail to load, and so are skipped with their reason. */
    PairSource usable(PairSource pairs);

    /**
     * Adds the gradient of the samples' loss to that of the weights.
     *
     * @param batches of one update
     * @param seed of what is random in the step
     */
    PendingResult gradients(List<List<Sample>> batches, long seed);

    /** Called after every update of the weights, before the next step. */
    default void updated() {}

    /** Adds to a checkpoint what it needs besides the optimiser's file, which has the weights. */
    void writeCheckpoint(Path folder) throws IOException;

    /** Where the result of the run lies. */
    Path result();

    /** Writes the present weights to {@link #result}. */
    void writeResult() throws IOException;
}
