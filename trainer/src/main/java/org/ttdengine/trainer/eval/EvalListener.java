package org.ttdengine.trainer.eval;

/** Hears how far an evaluation is; called from the thread that runs it. */
public interface EvalListener {
    /** Hears nothing. */
    EvalListener SILENT = new EvalListener() {};

    /**
     * A number of samples is dealt with.
     *
     * @param done evaluated or skipped so far
     * @param total of all
     */
    default void progress(int done, int total) {}

    /** A sample was left out; one line that names it and says why. */
    default void skipped(String line) {}
}
