package org.ttdengine.emulator.memory;

/** What the memory instructions keep per warp: scratch for the access being made, the warp's clock, copies under way. */
public final class WarpMemory {
    static final int LANES = 32;
    static final int ALL = -1;

    /** Address of each lane, in its state space. */
    final long[] addresses = new long[LANES];

    /** Position of each lane's access in the array behind it; valid for the lanes {@link #locate} returned. */
    final int[] offsets = new int[LANES];

    final WarpClock clock = new WarpClock();
    final AsyncCopies async = new AsyncCopies();
    final SectorCounter sectorCounter = new SectorCounter();
    final BankCounter bankCounter = new BankCounter();
    final MatrixScratch matrices = new MatrixScratch();

    /** To be called when the lanes of {@code mask} pass a {@code bar.warp.sync} together. */
    public void synchronise(int mask) {
        clock.synchronise(mask);
    }

    /** Makes the warp ready for another block. */
    public void reset() {
        clock.reset();
        async.reset();
    }

    /**
     * Places the lanes of {@code mask} in a piece of memory.
     *
     * @param start address of its first byte, a multiple of {@code alignment}
     * @param size its bytes
     * @param bytes of one access
     * @param alignment of one access, a power of two
     * @return the lanes whose access lies inside and is aligned; {@link #offsets} holds their offsets from {@code start}
     */
    int locate(int mask, long start, int size, int bytes, int alignment) {
        long limit = (long) size - bytes;
        long misaligned = alignment - 1L;
        if (mask == ALL) {
            long signs = 0;
            long low = 0;
            for (int lane = 0; lane < LANES; lane++) {
                long offset = addresses[lane] - start;
                offsets[lane] = (int) offset;
                signs |= offset | (limit - offset);
                low |= offset;
            }
            if (signs >= 0 && (low & misaligned) == 0) {
                return ALL;
            }
        }
        int inside = 0;
        for (int rest = mask; rest != 0; rest &= rest - 1) {
            int lane = Integer.numberOfTrailingZeros(rest);
            long offset = addresses[lane] - start;
            offsets[lane] = (int) offset;
            if (offset >= 0 && offset <= limit && (offset & misaligned) == 0) {
                inside |= 1 << lane;
            }
        }
        return inside;
    }
}
