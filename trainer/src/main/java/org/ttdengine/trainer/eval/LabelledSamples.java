package org.ttdengine.trainer.eval;

import java.io.IOException;

/** Labelled samples with random access; safe for many threads at once. */
public interface LabelledSamples {
    /** Number of samples; at least one. */
    int size();

    /**
     * Reads a sample.
     *
     * @param index 0 to {@code size() - 1}
     * @throws IOException with one line that names the file, if the sample cannot be used
     */
    LabelledSample get(int index) throws IOException;

    /** The data in a few words: where they lie and how many samples they have. */
    String describe();

    /** Whether they have the layout of the paper's benchmark, CC3M-TagMask. */
    default boolean isTagMask() {
        return false;
    }
}
