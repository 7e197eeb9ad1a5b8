package org.ttdengine.emulator.memory;

import java.util.Arrays;
import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.Warp;

/**
 * Shared memory of one running block, static part first. It starts as poison. Depending on the options it knows which
 * bytes were written, and which accesses nothing orders. All warps of a block run on one worker: nothing here is shared by threads.
 */
public final class SharedMemory {
    private static final int WORD_SHIFT = 2;

    final byte[] data;

    /** One mark per byte (see {@link Bytes#INITIALISED}); null when initialisation is not checked. */
    private final byte[] shadow;

    private final RaceCheck races;

    /** Per word, copies under way to it; null when races are not checked. */
    private final byte[] underWay;

    private int wordsUnderWay;

    /**
     * Shared memory.
     *
     * @param size static and dynamic bytes of the kernel
     * @param initcheck whether reading a byte nobody wrote is a fault
     * @param racecheck whether accesses that nothing orders are a fault
     */
    public SharedMemory(int size, boolean initcheck, boolean racecheck) {
        data = new byte[size];
        shadow = initcheck ? new byte[size] : null;
        races = racecheck ? new RaceCheck(size) : null;
        underWay = racecheck ? new byte[(size + 3) >> WORD_SHIFT] : null;
        reset();
    }

    public int size() {
        return data.length;
    }

    /** Makes the memory ready for another block. */
    public void reset() {
        Arrays.fill(data, Allocation.POISON);
        if (shadow != null) {
            Arrays.fill(shadow, (byte) 0);
        }
        if (races != null) {
            races.reset();
            Arrays.fill(underWay, (byte) 0);
            wordsUnderWay = 0;
        }
    }

    /** Whether any check is on. */
    boolean checks() {
        return shadow != null || races != null;
    }

    /** Checks a read of {@code bytes} bytes per lane at the lanes' offsets, each lane for itself. */
    void checkRead(Warp warp, int mask, int[] offsets, int bytes) {
        if (shadow == null && races == null) {
            return;
        }
        for (int rest = mask; rest != 0; rest &= rest - 1) {
            int lane = Integer.numberOfTrailingZeros(rest);
            checkRead(warp, 1 << lane, offsets[lane], bytes);
        }
    }

    /** Checks that {@code lanes} may read {@code bytes} bytes at {@code offset}. */
    void checkRead(Warp warp, int lanes, int offset, int bytes) {
        if (races != null) {
            requireNothingUnderWay(warp, lanes, offset, bytes, "read");
            races.read(warp, lanes, offset, bytes);
        }
        if (shadow != null) {
            requireInitialised(warp, lanes, offset, bytes);
        }
    }

    private void requireInitialised(Warp warp, int lanes, int offset, int bytes) {
        if (!Bytes.initialised(shadow, offset, bytes)) {
            throw warp.fault(
                    DeviceFault.Kind.UNINITIALISED_READ,
                    Integer.numberOfTrailingZeros(lanes),
                    String.format("%d bytes of shared memory at byte %d were never all written", bytes, offset));
        }
    }

    /** Checks what an atomic reads; {@link #checkWrite} notes the rest of it. */
    void checkAtomic(Warp warp, int mask, int[] offsets, int bytes) {
        if (shadow == null) {
            return;
        }
        for (int rest = mask; rest != 0; rest &= rest - 1) {
            int lane = Integer.numberOfTrailingZeros(rest);
            requireInitialised(warp, 1 << lane, offsets[lane], bytes);
        }
    }

    /** Checks and notes a write of {@code bytes} bytes per lane at the lanes' offsets. */
    void checkWrite(Warp warp, int mask, int[] offsets, int bytes, boolean atomic) {
        if (shadow == null && races == null) {
            return;
        }
        for (int rest = mask; rest != 0; rest &= rest - 1) {
            int lane = Integer.numberOfTrailingZeros(rest);
            int offset = offsets[lane];
            if (races != null) {
                requireNothingUnderWay(warp, 1 << lane, offset, bytes, "write");
                races.write(warp, lane, offset, bytes, atomic);
            }
            if (shadow != null) {
                Bytes.markInitialised(shadow, offset, bytes);
            }
        }
    }

    /** Notes that a cp.async of {@code lane} will write {@code bytes} bytes at {@code offset}, from now on at any time. */
    void copyStarts(Warp warp, int lane, int offset, int bytes) {
        if (races == null) {
            return;
        }
        requireNothingUnderWay(warp, 1 << lane, offset, bytes, "asynchronous write");
        races.write(warp, lane, offset, bytes, false);
        for (int word = offset >> WORD_SHIFT; word < (offset + bytes) >> WORD_SHIFT; word++) {
            underWay[word]++;
            wordsUnderWay++;
        }
    }

    /** Delivers a cp.async of {@code lane}: from here on it is an ordinary write of that lane. */
    void copyArrives(Warp warp, int lane, byte[] source, int from, int offset, int bytes) {
        System.arraycopy(source, from, data, offset, bytes);
        if (shadow != null) {
            Bytes.markInitialised(shadow, offset, bytes);
        }
        if (races != null) {
            for (int word = offset >> WORD_SHIFT; word < (offset + bytes) >> WORD_SHIFT; word++) {
                underWay[word]--;
                wordsUnderWay--;
            }
            races.write(warp, lane, offset, bytes, false);
        }
    }

    private void requireNothingUnderWay(Warp warp, int lanes, int offset, int bytes, String what) {
        if (wordsUnderWay == 0) {
            return;
        }
        for (int word = offset >> WORD_SHIFT; word <= (offset + bytes - 1) >> WORD_SHIFT; word++) {
            if (underWay[word] != 0) {
                throw warp.fault(
                        DeviceFault.Kind.SHARED_RACE,
                        Integer.numberOfTrailingZeros(lanes),
                        String.format(
                                "%s of shared memory at byte %d while a cp.async to it has not been waited for",
                                what, offset));
            }
        }
    }
}
