package org.ttdengine.emulator.machine;

/** Holds lanes back at a warp-synchronous instruction until all lanes of their member mask have come. */
final class WarpSynchronizer {
    private WarpSynchronizer() {}

    /**
     * Lanes of the running group arrive at the instruction at {@code warp.pc}.
     *
     * @param lanes those whose guard holds
     * @param check whether wrong member masks are faults
     */
    static void arrive(Warp warp, int lanes, WarpSync instruction, boolean check) {
        int members = members(warp, lanes, instruction, check);
        if (members == lanes && warp.active == lanes) {
            instruction.execute(warp, lanes);
            warp.pc++;
            return;
        }
        int place = warp.pc;
        int left = lanes;
        int waiting = 0;
        while (left != 0) {
            int needed = members(warp, left, instruction, check);
            int present = sameMembers(warp, left | warp.lanesAt(warp.atSync, place), needed, instruction) & needed;
            if (present == needed) {
                warp.atSync &= ~needed;
                instruction.execute(warp, needed);
                warp.active |= needed;
                left &= ~needed;
            } else {
                int comers = left & (present | Integer.lowestOneBit(left));
                waiting |= comers;
                left &= ~comers;
            }
        }
        if (waiting == 0) {
            warp.pc++;
        } else {
            warp.atSync |= waiting;
            warp.park(waiting);
        }
    }

    /** Member mask of the first lane of a set, without lanes that have no thread. */
    private static int members(Warp warp, int lanes, WarpSync instruction, boolean check) {
        int lane = Integer.numberOfTrailingZeros(lanes);
        int named = instruction.members(warp, lane);
        int members = named & warp.existing;
        if (check && (members & warp.exited) != 0) {
            int gone = Integer.numberOfTrailingZeros(members & warp.exited);
            throw warp.fault(
                    DeviceFault.Kind.BARRIER_DIVERGENCE,
                    lane,
                    String.format("lane %d of member mask %08x has already ended", gone, named));
        }
        if (check && (members & 1 << lane) == 0) {
            throw warp.fault(
                    DeviceFault.Kind.BARRIER_DIVERGENCE,
                    lane,
                    String.format("the executing lane is not in its member mask %08x", named));
        }
        return (members | 1 << lane) & ~warp.exited;
    }

    private static int sameMembers(Warp warp, int lanes, int members, WarpSync instruction) {
        int same = 0;
        for (int m = lanes; m != 0; m &= m - 1) {
            int lane = Integer.numberOfTrailingZeros(m);
            int own = (instruction.members(warp, lane) & warp.existing | 1 << lane) & ~warp.exited;
            same |= own == members ? 1 << lane : 0;
        }
        return same;
    }
}
