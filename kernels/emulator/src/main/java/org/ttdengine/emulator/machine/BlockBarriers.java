package org.ttdengine.emulator.machine;

import java.util.Arrays;

/** The sixteen named barriers of a block. */
final class BlockBarriers {
    private static final int COUNT = 16;
    private static final int ALL_THREADS = -1;

    private final Block block;
    private final Warp[] warps;
    private final int[] arrived = new int[COUNT];
    private final int[] expected = new int[COUNT];
    private final int[] holding = new int[COUNT];

    BlockBarriers(Block block, Warp[] warps) {
        this.block = block;
        this.warps = warps;
        reset();
    }

    void reset() {
        Arrays.fill(arrived, 0);
        Arrays.fill(expected, ALL_THREADS);
        Arrays.fill(holding, 0);
    }

    /** Threads of a warp arrive; they wait unless the barrier instruction only announces them. */
    void arrive(Warp warp, int lanes, Barrier instruction) {
        int first = Integer.numberOfTrailingZeros(lanes);
        int id = instruction.id(warp, first);
        if (id < 0 || id >= COUNT) {
            throw warp.fault(DeviceFault.Kind.ILLEGAL_INSTRUCTION, first, "barrier " + id + " does not exist");
        }
        arrived[id] += lanes == warp.existing ? Warp.LANES : Integer.bitCount(lanes);
        expected[id] = instruction.threads(warp, first, ALL_THREADS);
        holding[id] += Integer.bitCount(instruction.predicate(warp) & lanes);
        if (instruction.waits()) {
            for (int m = lanes; m != 0; m &= m - 1) {
                warp.barrierIds[Integer.numberOfTrailingZeros(m)] = id;
            }
            warp.atBarrier |= lanes;
            warp.park(lanes);
        } else {
            warp.pc++;
        }
    }

    /** Opens every barrier whose threads have all come; to be called when no lane of the block can run. */
    boolean release() {
        boolean any = false;
        for (int id = 0; id < COUNT; id++) {
            if (arrived[id] > 0 && isComplete(id)) {
                open(id);
                any = true;
            }
        }
        return any;
    }

    private boolean isComplete(int id) {
        if (expected[id] != ALL_THREADS) {
            return arrived[id] >= expected[id];
        }
        for (Warp warp : warps) {
            if (waitingAt(warp, id) != (warp.existing & ~warp.exited)) {
                return false;
            }
        }
        return true;
    }

    private void open(int id) {
        int threads = 0;
        for (Warp warp : warps) {
            threads += Integer.bitCount(waitingAt(warp, id));
        }
        for (Warp warp : warps) {
            int lanes = waitingAt(warp, id);
            if (lanes != 0) {
                block.counters.barriers++;
                warp.leaveBarrier(lanes, holding[id], threads);
            }
        }
        arrived[id] = 0;
        holding[id] = 0;
        expected[id] = ALL_THREADS;
        block.barrierEpoch++;
    }

    private static int waitingAt(Warp warp, int id) {
        int lanes = 0;
        for (int m = warp.atBarrier; m != 0; m &= m - 1) {
            int lane = Integer.numberOfTrailingZeros(m);
            lanes |= warp.barrierIds[lane] == id ? 1 << lane : 0;
        }
        return lanes;
    }
}
