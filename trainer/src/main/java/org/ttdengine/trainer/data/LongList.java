package org.ttdengine.trainer.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A growing list of longs in chunks: growing copies nothing. */
final class LongList {
    private static final int CHUNK_BITS = 14;
    private static final int CHUNK = 1 << CHUNK_BITS;

    private final List<long[]> chunks = new ArrayList<>();
    private long size;

    void add(long value) {
        int within = (int) (size & (CHUNK - 1));
        if (within == 0) {
            chunks.add(new long[CHUNK]);
        }
        chunks.get(chunks.size() - 1)[within] = value;
        size++;
    }

    long get(long index) {
        Objects.checkIndex(index, size);
        return chunks.get((int) (index >>> CHUNK_BITS))[(int) (index & (CHUNK - 1))];
    }

    long size() {
        return size;
    }
}
