package org.ttdengine.emulator.memory;

import java.util.Arrays;

/** Counts the 32-byte sectors of one warp access. */
final class SectorCounter {
    private final int[] sorted = new int[WarpMemory.LANES];

    /** Sectors touched by the last access given to {@link #count}. */
    int sectors;

    /** The fewest sectors that could hold its distinct bytes. */
    int minimum;

    /**
     * Counts one access. Because accesses are aligned to their size, two of them touch the same bytes or none in common, and none
     * lies in two sectors.
     *
     * @param offsets of each lane's access from an address that is a multiple of 32
     * @param mask lanes that make the access
     * @param bytes of one lane's access, at most 16
     */
    void count(int[] offsets, int mask, int bytes) {
        int lanes = 0;
        boolean ascending = true;
        int last = Integer.MIN_VALUE;
        for (int rest = mask; rest != 0; rest &= rest - 1) {
            int offset = offsets[Integer.numberOfTrailingZeros(rest)];
            ascending &= offset >= last;
            last = offset;
            sorted[lanes++] = offset;
        }
        if (!ascending) {
            Arrays.sort(sorted, 0, lanes);
        }
        sectors = 1;
        int distinct = 1;
        for (int i = 1; i < lanes; i++) {
            distinct += sorted[i] != sorted[i - 1] ? 1 : 0;
            sectors += sorted[i] >> SectorMap.SECTOR_SHIFT != sorted[i - 1] >> SectorMap.SECTOR_SHIFT ? 1 : 0;
        }
        minimum = (distinct * bytes + 31) >> SectorMap.SECTOR_SHIFT;
    }
}
