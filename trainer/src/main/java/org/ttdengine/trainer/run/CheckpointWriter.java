package org.ttdengine.trainer.run;

import java.io.IOException;
import java.nio.file.Path;

/** Writes the files of one checkpoint. */
@FunctionalInterface
public interface CheckpointWriter {
    /**
     * Fills an empty folder. The files are synced and published by {@link Checkpoints#save}.
     *
     * @param folder where to write; its name is temporary and must not be stored
     */
    void write(Path folder) throws IOException;
}
