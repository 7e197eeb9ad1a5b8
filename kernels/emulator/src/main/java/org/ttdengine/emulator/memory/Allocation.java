package org.ttdengine.emulator.memory;

import java.util.Arrays;

/**
 * One piece of global memory: addresses {@code [base, base + size)}, backed by one heap array. After {@link #free} it stays
 * in the address table without its array, so that a later access can be named a use after free.
 */
final class Allocation {
    /** 0xFF in every byte is a NaN in every float type and -1 in every integer: stale memory cannot pass for data. */
    static final byte POISON = (byte) 0xFF;

    final long base;
    final int size;
    final String label;
    final long serial;

    /** The contents, or null after free. Readers take it once into a local. */
    byte[] data;

    /** One mark per byte (see {@link Bytes#INITIALISED}); null when every byte counts as initialised. */
    byte[] shadow;

    /** Which 32-byte sectors the current launch read and wrote; null unless traffic is being counted. */
    volatile SectorMap sectors;

    Allocation(long base, int size, String label, long serial, boolean trackInitialised) {
        this.base = base;
        this.size = size;
        this.label = label;
        this.serial = serial;
        data = new byte[size];
        Arrays.fill(data, POISON);
        shadow = trackInitialised ? new byte[size] : null;
    }

    /** Whether {@code count} bytes from {@code address} lie inside. */
    boolean contains(long address, long count) {
        long offset = address - base;
        return offset >= 0 && count >= 0 && offset <= size - count;
    }

    /** Notes that the host, or a copy, wrote {@code count} bytes; a fully written allocation stops tracking. */
    void markInitialised(int offset, int count) {
        byte[] marks = shadow;
        if (marks == null) {
            return;
        }
        if (offset == 0 && count == size) {
            shadow = null;
        } else {
            Arrays.fill(marks, offset, offset + count, Bytes.INITIALISED);
        }
    }

    void free() {
        data = null;
        shadow = null;
        sectors = null;
    }

    @Override
    public String toString() {
        return String.format("allocation #%d '%s' of %d bytes at 0x%x", serial, label, size, base);
    }
}
