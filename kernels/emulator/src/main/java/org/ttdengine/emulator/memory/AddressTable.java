package org.ttdengine.emulator.memory;

/**
 * From address to allocation in two array reads, because every memory instruction asks. Addresses come from a range of
 * their own, in pages of 64 KiB that belong to one allocation each and are never given out twice. An allocation starts 256
 * bytes into its first page (so it is aligned to 256 bytes and to nothing more) and ends at least 256 bytes before the end
 * of its last page: the gaps are the red zones, and any access to them is known to be out of bounds.
 */
final class AddressTable {
    static final long FIRST = 0x7f00_0000_0000L;
    static final int RED_ZONE = 256;

    private static final int PAGE_SHIFT = 16;
    private static final int CHUNK_SHIFT = 12;
    private static final int CHUNK = 1 << CHUNK_SHIFT;
    private static final int CHUNKS = 1 << 16;
    private static final long PAGES = (long) CHUNKS << CHUNK_SHIFT;

    private final Allocation[][] chunks = new Allocation[CHUNKS][];
    private long nextPage;

    /** The allocation whose pages, red zones included, hold {@code address}; freed ones too; null if there is none. */
    Allocation find(long address) {
        long page = (address - FIRST) >> PAGE_SHIFT;
        if (page < 0 || page >= PAGES) {
            return null;
        }
        Allocation[] chunk = chunks[(int) (page >>> CHUNK_SHIFT)];
        return chunk == null ? null : chunk[(int) page & (CHUNK - 1)];
    }

    /** The address that the next allocation of {@code size} bytes will get, or -1 when the range is used up. */
    long next(long size) {
        return nextPage + pages(size) > PAGES ? -1 : FIRST + (nextPage << PAGE_SHIFT) + RED_ZONE;
    }

    /** Gives the pages at {@link #next} to {@code allocation}. */
    void add(Allocation allocation) {
        long end = nextPage + pages(allocation.size);
        for (; nextPage < end; nextPage++) {
            set(nextPage, allocation);
        }
    }

    /** Forgets a freed allocation: its addresses become unknown ones. */
    void forget(Allocation allocation) {
        long first = (allocation.base - FIRST) >> PAGE_SHIFT;
        for (long page = first; page < first + pages(allocation.size); page++) {
            set(page, null);
        }
    }

    private void set(long page, Allocation allocation) {
        int index = (int) (page >>> CHUNK_SHIFT);
        if (chunks[index] == null) {
            chunks[index] = new Allocation[CHUNK];
        }
        chunks[index][(int) page & (CHUNK - 1)] = allocation;
    }

    private static long pages(long size) {
        return ((size + 2L * RED_ZONE - 1) >> PAGE_SHIFT) + 1;
    }
}
