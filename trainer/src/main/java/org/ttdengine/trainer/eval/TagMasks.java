package org.ttdengine.trainer.eval;

import java.io.IOException;
import java.util.Optional;

/** Where the true tags of a sample are; read or drawn when asked for. */
public interface TagMasks {
    /**
     * Where any of the sample's true tags is.
     *
     * @throws IOException with one line that names the file, if there is none or it cannot be read
     */
    Mask union() throws IOException;

    /**
     * Where one true tag is; empty where the data do not tell it tag by tag.
     *
     * @throws IOException with one line that names the file, if it cannot be read
     */
    Optional<Mask> of(String tag) throws IOException;
}
