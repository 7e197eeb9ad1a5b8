package org.ttdengine.emulator.machine;

import java.util.Random;
import org.ttdengine.emulator.memory.WarpMemory;

/**
 * Up to 32 threads of a block: their registers, and where each of them is. Threads are scheduled independently: the lanes of one
 * place run as a group, the others wait with a program counter of their own until the group ends, waits or reaches them.
 */
public final class Warp {
    /** Threads of a warp. */
    public static final int LANES = 32;

    private static final int NO_LIMIT = Integer.MAX_VALUE;

    public final Block block;
    /** Number of the warp in its block; lane l is thread 32 * index + l. */
    public final int index;
    /** Predicate registers, one bit per lane. */
    public final int[] p;
    /** Registers up to 32 bits, lane l of place s at s + l; 16-bit values zero-extended, f32 as raw bits. */
    public final int[] r;
    /** 64-bit registers, lane l of place s at s + l. */
    public final long[] d;
    /** .local memory of all lanes, lane l from l * block.localBytes. */
    public final byte[] local;
    /** Lanes that have a thread: all but in the last warp of a block. */
    public final int existing;
    /** What the memory instructions keep per warp. */
    public final WarpMemory memory = new WarpMemory();

    /** Lanes of the running group, all at {@link #pc}. */
    int active;
    /** Index of the instruction the running group is at. */
    int pc;
    /** Where the running group meets other lanes: lowest place of a ready lane above pc. */
    int limit;
    /** Lanes that may run but are not in the group. */
    int ready;
    /** Lanes waiting at a warp-synchronous instruction. */
    int atSync;
    /** Lanes waiting at a block barrier. */
    int atBarrier;
    /** Lanes that ended. */
    int exited;
    /** Places of the lanes outside the group. */
    final int[] places = new int[LANES];
    /** Scratch for instructions that move values between lanes. */
    final int[] exchange = new int[LANES];
    /** Barriers the lanes of {@link #atBarrier} wait for. */
    final int[] barrierIds = new int[LANES];

    private final Program program;
    /** Chooses among diverged groups; null for the lowest place first. */
    private final Random random;

    Warp(Block block, int index, Program program, Random random) {
        this.block = block;
        this.index = index;
        this.program = program;
        this.random = random;
        this.p = new int[program.constants.predicates()];
        this.r = new int[program.constants.words() * LANES];
        this.d = new long[program.constants.longs() * LANES];
        this.local = new byte[block.localBytes * LANES];
        long threads = block.size.count() - (long) index * LANES;
        this.existing = threads >= LANES ? -1 : (1 << threads) - 1;
        program.constants.fillOnce(this);
    }

    /** Puts all lanes at the first instruction, for the next block. */
    void restart() {
        active = existing;
        pc = 0;
        limit = NO_LIMIT;
        ready = 0;
        atSync = 0;
        atBarrier = 0;
        exited = 0;
        memory.reset();
        program.constants.fillForBlock(this);
    }

    boolean isRunnable() {
        return (active | ready) != 0;
    }

    boolean isFinished() {
        return exited == existing;
    }

    /** Puts lanes, which are no longer in the group, at a place where they can run. */
    void makeReady(int mask, int place) {
        for (int m = mask; m != 0; m &= m - 1) {
            places[Integer.numberOfTrailingZeros(m)] = place;
        }
        ready |= mask;
    }

    /** Splits the group up and forms the next one from the lanes at one place; none is left when no lane is ready. */
    void regroup() {
        makeReady(active, pc);
        active = 0;
        if (ready == 0) {
            return;
        }
        pc = random == null ? lowestPlace() : placeOfRandomLane();
        limit = NO_LIMIT;
        for (int m = ready; m != 0; m &= m - 1) {
            int lane = Integer.numberOfTrailingZeros(m);
            int place = places[lane];
            if (place == pc) {
                active |= 1 << lane;
            } else if (place > pc) {
                limit = Math.min(limit, place);
            }
        }
        ready &= ~active;
    }

    private int lowestPlace() {
        int lowest = NO_LIMIT;
        for (int m = ready; m != 0; m &= m - 1) {
            lowest = Math.min(lowest, places[Integer.numberOfTrailingZeros(m)]);
        }
        return lowest;
    }

    private int placeOfRandomLane() {
        int m = ready;
        for (int skip = random.nextInt(Integer.bitCount(ready)); skip > 0; skip--) {
            m &= m - 1;
        }
        return places[Integer.numberOfTrailingZeros(m)];
    }

    /** Sends lanes of the group to a target; the others go on with the next instruction. */
    void branch(int mask, int target) {
        int rest = active & ~mask;
        if (rest == 0 && ready == 0) {
            pc = target;
            return;
        }
        if (rest != 0) {
            block.counters.divergentBranches++;
        }
        makeReady(mask, target);
        active = rest;
        pc++;
        regroup();
    }

    /** Ends lanes of the group. */
    void exit(int mask) {
        exited |= mask;
        active &= ~mask;
        pc++;
        regroup();
    }

    /** Makes lanes of the group wait at the current instruction, as lanes of the given set. */
    void park(int mask) {
        for (int m = mask; m != 0; m &= m - 1) {
            places[Integer.numberOfTrailingZeros(m)] = pc;
        }
        active &= ~mask;
        pc++;
        regroup();
    }

    /** Lets lanes that waited for a block barrier go on, with the result of its reduction. */
    void leaveBarrier(int mask, int holding, int threads) {
        atBarrier &= ~mask;
        for (int left = mask; left != 0; ) {
            int place = places[Integer.numberOfTrailingZeros(left)];
            int together = lanesAt(left, place);
            ((Barrier) program.code[place]).finish(this, together, holding, threads);
            makeReady(together, place + 1);
            left &= ~together;
        }
    }

    /** Those lanes of a set of waiting lanes that are at a place. */
    int lanesAt(int mask, int place) {
        int lanes = 0;
        for (int m = mask; m != 0; m &= m - 1) {
            int lane = Integer.numberOfTrailingZeros(m);
            lanes |= places[lane] == place ? 1 << lane : 0;
        }
        return lanes;
    }

    /**
     * A fault of the instruction being executed.
     *
     * @param lane the lane at fault
     * @return the exception to throw; its text names kernel, PTX line, block and thread
     */
    public DeviceFault fault(DeviceFault.Kind kind, int lane, String detail) {
        return new DeviceFault(
                kind,
                detail + " at PTX line " + program.statement(pc).line() + " of " + block.kernel + " ("
                        + program.statement(pc).text() + "), block " + block.index + ", thread " + thread(lane));
    }

    /** Coordinates of a lane's thread in the block. */
    public Dim3 thread(int lane) {
        int linear = index * LANES + lane;
        int x = block.size.x();
        int y = block.size.y();
        return new Dim3(linear % x, linear / x % y, linear / (x * y));
    }
}
