package org.ttdengine.emulator.memory;

import java.util.Arrays;
import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.Warp;

/**
 * Finds accesses to the shared memory of one block that nothing orders. Two accesses to the same bytes by different threads,
 * at least one a write and not both atomic, are a race unless a block barrier lies between them (they are in different
 * epochs) or, for threads of one warp, a warp barrier of both (see {@link WarpClock}). Writes of equal values count.
 *
 * <p>One record per granule: the last writer, and the readers since (the lanes of one warp, or "several warps"). Granules have
 * 16 bytes until the kernel makes a smaller access; then all records are split, which loses nothing, since earlier accesses did
 * touch every byte of theirs.
 */
final class RaceCheck {
    private static final int LARGEST_GRANULE_SHIFT = 4;

    /**
     * Low half of a stamp: 20 bits of the warp's time, 10 of the thread, 1 for atomics; the high half is the epoch. After 2^20 warp
     * barriers in one block, lanes of one warp count as ordered.
     */
    private static final int TIME_BITS = 20;

    private static final int TIME_MASK = (1 << TIME_BITS) - 1;
    private static final int THREAD_MASK = 0x3FF;
    private static final int ATOMIC = 1 << 30;
    private static final int SEVERAL_WARPS = 1 << 31;

    private int granuleShift = LARGEST_GRANULE_SHIFT;

    /** Stamp of the last write. */
    private long[] writes;

    /** Stamp of the last read, its thread being lane 0 of the warp; marked when other warps have read in the same epoch. */
    private long[] reads;

    /** The lanes of that warp that have read. */
    private int[] readLanes;

    RaceCheck(int size) {
        int granules = (size >> granuleShift) + 1;
        writes = new long[granules];
        reads = new long[granules];
        readLanes = new int[granules];
    }

    /** Forgets every access; to be called before a block, whose epochs start again. */
    void reset() {
        Arrays.fill(writes, 0);
        Arrays.fill(reads, 0);
    }

    private static long stamp(Warp warp, int lane) {
        long epoch = warp.block.barrierEpoch + 1L;
        int thread = warp.index * WarpMemory.LANES + lane;
        return epoch << 32 | thread << TIME_BITS | warp.memory.clock.time() & TIME_MASK;
    }

    private static int thread(long stamp) {
        return (int) stamp >> TIME_BITS & THREAD_MASK;
    }

    private static int time(long stamp) {
        return (int) stamp & TIME_MASK;
    }

    private static boolean sameEpoch(long a, long b) {
        return a >>> 32 == b >>> 32;
    }

    /** Notes that {@code lanes} of a warp read {@code bytes} bytes at {@code offset}. */
    void read(Warp warp, int lanes, int offset, int bytes) {
        refine(bytes);
        long now = stamp(warp, 0);
        int last = (offset + bytes - 1) >> granuleShift;
        for (int granule = offset >> granuleShift; granule <= last; granule++) {
            if (sameEpoch(writes[granule], now)) {
                requireWriterBefore(warp, lanes, granule, "read");
            }
            long earlier = reads[granule];
            if (earlier == now) {
                readLanes[granule] |= lanes;
            } else if (!sameEpoch(earlier, now)) {
                reads[granule] = now;
                readLanes[granule] = lanes;
            } else {
                readAgain(warp, lanes, granule, now);
            }
        }
    }

    /** A second read in one epoch, by another warp or at another time. */
    private void readAgain(Warp warp, int lanes, int granule, long now) {
        long earlier = reads[granule];
        if (((int) earlier & SEVERAL_WARPS) != 0) {
            return;
        }
        if (thread(earlier) != thread(now)) {
            reads[granule] = earlier | SEVERAL_WARPS & 0xFFFF_FFFFL;
            return;
        }
        boolean forget = warp.memory.clock.allOrderedSince(time(earlier));
        readLanes[granule] = forget ? lanes : readLanes[granule] | lanes;
        reads[granule] = now;
    }

    /** Notes that {@code lane} of a warp wrote {@code bytes} bytes at {@code offset}. */
    void write(Warp warp, int lane, int offset, int bytes, boolean atomic) {
        refine(bytes);
        long now = stamp(warp, lane) | (atomic ? ATOMIC : 0);
        int last = (offset + bytes - 1) >> granuleShift;
        for (int granule = offset >> granuleShift; granule <= last; granule++) {
            if (sameEpoch(writes[granule], now) && !(atomic && ((int) writes[granule] & ATOMIC) != 0)) {
                requireWriterBefore(warp, 1 << lane, granule, "write");
            }
            if (sameEpoch(reads[granule], now)) {
                requireReadersBefore(warp, lane, granule);
            }
            writes[granule] = now;
        }
    }

    private void requireWriterBefore(Warp warp, int lanes, int granule, String what) {
        int writer = thread(writes[granule]);
        int lane = writer & (WarpMemory.LANES - 1);
        boolean sameWarp = writer / WarpMemory.LANES == warp.index;
        int others = sameWarp ? lanes & ~(1 << lane) : lanes;
        if (others == 0 || (sameWarp && warp.memory.clock.ordered(lane, time(writes[granule]), others))) {
            return;
        }
        throw race(warp, others, granule, what, "a write by thread " + writer);
    }

    private void requireReadersBefore(Warp warp, int lane, int granule) {
        long read = reads[granule];
        if (((int) read & SEVERAL_WARPS) != 0) {
            throw race(warp, 1 << lane, granule, "write", "reads by several warps");
        }
        boolean sameWarp = thread(read) / WarpMemory.LANES == warp.index;
        int readers = readLanes[granule];
        for (int rest = sameWarp ? readers & ~(1 << lane) : readers; rest != 0; rest &= rest - 1) {
            int reader = Integer.numberOfTrailingZeros(rest);
            if (!sameWarp || !warp.memory.clock.ordered(reader, time(read), 1 << lane)) {
                throw race(warp, 1 << lane, granule, "write", "a read by thread " + (thread(read) + reader));
            }
        }
    }

    private DeviceFault race(Warp warp, int lanes, int granule, String what, String earlier) {
        int lane = Integer.numberOfTrailingZeros(lanes);
        return warp.fault(
                DeviceFault.Kind.SHARED_RACE,
                lane,
                String.format(
                        "%s of shared memory at byte %d by thread %d is not ordered after %s",
                        what, granule << granuleShift, warp.index * WarpMemory.LANES + lane, earlier));
    }

    private void refine(int bytes) {
        while (bytes < 1 << granuleShift) {
            int granules = writes.length;
            long[] finerWrites = new long[2 * granules];
            long[] finerReads = new long[2 * granules];
            int[] finerLanes = new int[2 * granules];
            for (int i = 0; i < 2 * granules; i++) {
                finerWrites[i] = writes[i / 2];
                finerReads[i] = reads[i / 2];
                finerLanes[i] = readLanes[i / 2];
            }
            writes = finerWrites;
            reads = finerReads;
            readLanes = finerLanes;
            granuleShift--;
        }
    }
}
