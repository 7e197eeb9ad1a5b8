package org.ttdengine.trainer.data;

import java.io.IOException;
import java.util.List;

/** A data set of image-caption pairs with random access; safe for many threads at once. */
public interface PairSource extends AutoCloseable {
    /** Number of pairs; at least one. */
    long size();

    /**
     * The pair of an index; its image is read later.
     *
     * @param index 0 to {@code size() - 1}
     * @throws IOException if the caption cannot be read
     */
    Pair get(long index) throws IOException;

    /** The data set in a few words: where it lies and how many pairs it has. */
    String describe();

    /** What was wrong with the data but did not keep it from being used, a line each. */
    default List<String> warnings() {
        return List.of();
    }

    @Override
    void close() throws IOException;
}
