package org.ttdengine.trainer.run;

import java.io.IOException;
import java.nio.file.Path;

/** Hears what a training run does. Called from the training thread only; an error stops the run. */
public interface TrainingListener extends AutoCloseable {
    /** A step is done. */
    void step(StepReport report) throws IOException;

    /**
     * A sample was left out.
     *
     * @param source file or archive member
     * @param reason why, in one line
     */
    default void skipped(String source, String reason) throws IOException {}

    /** A checkpoint is about to be taken: what was written so far must reach the device before it. */
    default void checkpointStarting(long step) throws IOException {}

    /** A checkpoint is complete. */
    default void checkpointSaved(long step, Path folder) throws IOException {}

    /** The last step is done and the results are written. */
    default void finished() throws IOException {}

    /** Ends the listening, after success and after failure. */
    @Override
    default void close() throws IOException {}
}
