package org.ttdengine.emulator.memory;

import java.util.Arrays;
import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.Warp;

/**
 * Finds accesses to the shared memory of one block that nothing orders. Two accesses to the same bytes by different threads,
 * at least one a write and not both atomic, are a race unless a block barrier lies between them (they are in different
 * epochs) or, for threads of one warp, a warp barrier of both (see {@link WarpClock}). Writes of equal values count.
 *
 * <p>One record per granule: the last writer, and the readers since (the lanes of one warp, or "several warps"). The granule is a
 * word until the kernel makes a smaller access; then all records are split, which loses nothing, since earlier accesses did touch
 * every byte of theirs.
 */
final class RaceCheck {
    private static final int FIELDS_SHIFT = 3;
    private static final int WRITE_EPOCH = 0;
    private static final int WRITER = 1;
    private static final int WRITE_TIME = 2;
    private static final int READ_EPOCH = 3;
    private static final int READ_WARP = 4;
    private static final int READ_LANES = 5;
    private static final int READ_TIME = 6;

    private static final int ATOMIC = 1 << 30;
    private static final int SEVERAL_WARPS = -1;

    private int granuleShift = 2;
    private int[] records;

    RaceCheck(int size) {
        records = new int[((size + 3) >> 2) << FIELDS_SHIFT];
    }

    void reset() {
        Arrays.fill(records, 0);
    }

    /** Notes that {@code lanes} of a warp read {@code bytes} bytes at {@code offset}. */
    void read(Warp warp, int lanes, int offset, int bytes) {
        refine(bytes);
        int epoch = warp.block.barrierEpoch + 1;
        WarpClock clock = warp.memory.clock;
        int last = (offset + bytes - 1) >> granuleShift;
        for (int granule = offset >> granuleShift; granule <= last; granule++) {
            int at = granule << FIELDS_SHIFT;
            if (records[at + WRITE_EPOCH] == epoch) {
                requireWriterBefore(warp, lanes, at, granule, "read");
            }
            boolean first = records[at + READ_EPOCH] != epoch;
            if (first || records[at + READ_WARP] == warp.index) {
                boolean keep = !first && !clock.allOrderedSince(records[at + READ_TIME]);
                records[at + READ_LANES] = keep ? records[at + READ_LANES] | lanes : lanes;
                records[at + READ_WARP] = warp.index;
                records[at + READ_TIME] = clock.time();
                records[at + READ_EPOCH] = epoch;
            } else {
                records[at + READ_WARP] = SEVERAL_WARPS;
            }
        }
    }

    /** Notes that {@code lane} of a warp wrote {@code bytes} bytes at {@code offset}. */
    void write(Warp warp, int lane, int offset, int bytes, boolean atomic) {
        refine(bytes);
        int epoch = warp.block.barrierEpoch + 1;
        int last = (offset + bytes - 1) >> granuleShift;
        for (int granule = offset >> granuleShift; granule <= last; granule++) {
            int at = granule << FIELDS_SHIFT;
            if (records[at + WRITE_EPOCH] == epoch && !(atomic && (records[at + WRITER] & ATOMIC) != 0)) {
                requireWriterBefore(warp, 1 << lane, at, granule, "write");
            }
            if (records[at + READ_EPOCH] == epoch) {
                requireReadersBefore(warp, lane, at, granule);
            }
            records[at + WRITE_EPOCH] = epoch;
            records[at + WRITER] = warp.index * WarpMemory.LANES + lane + (atomic ? ATOMIC : 0);
            records[at + WRITE_TIME] = warp.memory.clock.time();
        }
    }

    private void requireWriterBefore(Warp warp, int lanes, int at, int granule, String what) {
        int writer = records[at + WRITER] & ~ATOMIC;
        int lane = writer & (WarpMemory.LANES - 1);
        boolean sameWarp = writer / WarpMemory.LANES == warp.index;
        int others = sameWarp ? lanes & ~(1 << lane) : lanes;
        if (others == 0 || (sameWarp && warp.memory.clock.ordered(lane, records[at + WRITE_TIME], others))) {
            return;
        }
        throw race(warp, others, granule, what, "a write by thread " + writer);
    }

    private void requireReadersBefore(Warp warp, int lane, int at, int granule) {
        if (records[at + READ_WARP] == SEVERAL_WARPS) {
            throw race(warp, 1 << lane, granule, "write", "reads by several warps");
        }
        boolean sameWarp = records[at + READ_WARP] == warp.index;
        int readers = records[at + READ_LANES];
        for (int rest = sameWarp ? readers & ~(1 << lane) : readers; rest != 0; rest &= rest - 1) {
            int reader = Integer.numberOfTrailingZeros(rest);
            if (!sameWarp || !warp.memory.clock.ordered(reader, records[at + READ_TIME], 1 << lane)) {
                int thread = records[at + READ_WARP] * WarpMemory.LANES + reader;
                throw race(warp, 1 << lane, granule, "write", "a read by thread " + thread);
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
            int[] finer = new int[records.length * 2];
            int granules = records.length >> FIELDS_SHIFT;
            int fields = 1 << FIELDS_SHIFT;
            for (int granule = 0; granule < granules; granule++) {
                System.arraycopy(records, granule * fields, finer, 2 * granule * fields, fields);
                System.arraycopy(records, granule * fields, finer, (2 * granule + 1) * fields, fields);
            }
            records = finer;
            granuleShift--;
        }
    }
}
