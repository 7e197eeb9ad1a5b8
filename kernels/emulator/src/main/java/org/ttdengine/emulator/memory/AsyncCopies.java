package org.ttdengine.emulator.memory;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import org.ttdengine.emulator.machine.Warp;

/**
 * The cp.async operations of one warp that have not arrived. They arrive only when their thread waits for them, never before:
 * a kernel that forgets to wait finds what was in shared memory earlier. Groups are counted per lane, as PTX has it.
 */
final class AsyncCopies {
    private static final int LARGEST = 16;

    private final ArrayDeque<Copy> underWay = new ArrayDeque<>();
    private final ArrayDeque<Copy> spare = new ArrayDeque<>();

    /** Number of the group each lane is filling; groups before it are committed. */
    private final int[] openGroup = new int[WarpMemory.LANES];

    /** One warp instruction: up to 16 bytes per lane on their way to shared memory. */
    static final class Copy {
        private final int[] group = new int[WarpMemory.LANES];
        final int[] targets = new int[WarpMemory.LANES];
        final byte[] data = new byte[WarpMemory.LANES * LARGEST];
        private int bytes;
        private int lanes;

        /** Where in {@link #data} a lane's bytes are. */
        static int slot(int lane) {
            return lane * LARGEST;
        }
    }

    /** A new copy of {@code bytes} bytes for each of {@code lanes}, in the lanes' open groups; the caller fills in targets and data. */
    Copy start(int lanes, int bytes) {
        Copy copy = spare.isEmpty() ? new Copy() : spare.removeLast();
        copy.lanes = lanes;
        copy.bytes = bytes;
        System.arraycopy(openGroup, 0, copy.group, 0, WarpMemory.LANES);
        underWay.addLast(copy);
        return copy;
    }

    /** Closes the open group of each lane. */
    void commit(int lanes) {
        for (int rest = lanes; rest != 0; rest &= rest - 1) {
            openGroup[Integer.numberOfTrailingZeros(rest)]++;
        }
    }

    /** Delivers all committed groups of the lanes but the last {@code pending}. */
    void waitForGroups(Warp warp, int lanes, int pending) {
        deliver(warp, lanes, pending + 1);
    }

    /** Delivers everything the lanes have started, committed or not. */
    void waitForAll(Warp warp, int lanes) {
        deliver(warp, lanes, 0);
    }

    /** Delivers each lane's copies up to {@code groupsBack} groups before the open one, in the order they were started. */
    private void deliver(Warp warp, int lanes, int groupsBack) {
        SharedMemory shared = warp.block.shared;
        Iterator<Copy> all = underWay.iterator();
        while (all.hasNext()) {
            Copy copy = all.next();
            for (int rest = copy.lanes & lanes; rest != 0; rest &= rest - 1) {
                int lane = Integer.numberOfTrailingZeros(rest);
                if (copy.group[lane] <= openGroup[lane] - groupsBack) {
                    shared.copyArrives(warp, lane, copy.data, Copy.slot(lane), copy.targets[lane], copy.bytes);
                    copy.lanes &= ~(1 << lane);
                }
            }
            if (copy.lanes == 0) {
                all.remove();
                spare.addLast(copy);
            }
        }
    }

    void reset() {
        spare.addAll(underWay);
        underWay.clear();
        Arrays.fill(openGroup, 0);
    }
}
