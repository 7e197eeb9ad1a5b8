package org.ttdengine.trainer.data;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A growing list of names as UTF-8 in chunks: a fraction of the memory of as many strings. */
final class NameList {
    /** The longest name in bytes; paths end at 4096 on every common system. */
    static final int MAX_BYTES = 1 << 14;

    private static final int CHUNK = 1 << 18;

    private final List<byte[]> chunks = new ArrayList<>();
    private final LongList starts = new LongList();
    private int used = CHUNK;

    /**
     * Adds a name.
     *
     * @throws IllegalArgumentException if it is longer than {@link #MAX_BYTES}
     */
    void add(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > MAX_BYTES) {
            throw new IllegalArgumentException("a name of " + utf8.length + " bytes is longer than " + MAX_BYTES);
        }
        if (used + 2 + utf8.length > CHUNK) {
            chunks.add(new byte[CHUNK]);
            used = 0;
        }
        byte[] chunk = chunks.get(chunks.size() - 1);
        starts.add((long) (chunks.size() - 1) * CHUNK + used);
        chunk[used++] = (byte) (utf8.length >>> 8);
        chunk[used++] = (byte) utf8.length;
        System.arraycopy(utf8, 0, chunk, used, utf8.length);
        used += utf8.length;
    }

    String get(long index) {
        long start = starts.get(index);
        byte[] chunk = chunks.get((int) (start / CHUNK));
        int at = (int) (start % CHUNK);
        int length = (chunk[at] & 0xff) << 8 | chunk[at + 1] & 0xff;
        return new String(chunk, at + 2, length, StandardCharsets.UTF_8);
    }

    long size() {
        return starts.size();
    }
}
