package org.ttdengine.trainer.eval;

import java.util.Optional;

/** A way to find the tags of a caption. */
public interface TagMethod {
    /** Its name in tables. */
    String name();

    /** How it selects, in a few characters. */
    String rule();

    /** What it says of the words of a caption; empty if it knows nothing of the sample. */
    Optional<TagAnswer> answer(Observation observation);
}
