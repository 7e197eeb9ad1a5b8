package org.ttdengine.emulator.memory;

/**
 * The order that {@code bar.warp.sync} gives to accesses of one warp. Since Volta, lanes of a warp are ordered by nothing
 * else: neither running side by side nor a shuffle makes a write of one lane visible to another (CUDA programming guide,
 * "Synchronization Functions" and "Warp Shuffle Functions"). Time counts the warp barriers passed.
 */
final class WarpClock {
    private static final int LANES = 32;
    private static final int ALL = -1;

    private int time;
    private int lastOfAll;

    /** Time of the last barrier that lanes a and b both took part in, at a * 32 + b; null until a barrier with a partial mask. */
    private int[] lastOfPair;

    int time() {
        return time;
    }

    void synchronise(int mask) {
        time++;
        if (mask == ALL) {
            lastOfAll = time;
            return;
        }
        if (lastOfPair == null) {
            lastOfPair = new int[LANES * LANES];
        }
        for (int rest = mask; rest != 0; rest &= rest - 1) {
            int row = Integer.numberOfTrailingZeros(rest) * LANES;
            for (int others = mask; others != 0; others &= others - 1) {
                lastOfPair[row + Integer.numberOfTrailingZeros(others)] = time;
            }
        }
    }

    /** Whether a barrier orders what {@code lane} did at {@code then} before what each of {@code others} does now. */
    boolean ordered(int lane, int then, int others) {
        if (lastOfAll > then) {
            return true;
        }
        if (lastOfPair == null) {
            return false;
        }
        for (int rest = others; rest != 0; rest &= rest - 1) {
            if (lastOfPair[lane * LANES + Integer.numberOfTrailingZeros(rest)] <= then) {
                return false;
            }
        }
        return true;
    }

    /** Whether a barrier of the whole warp came after {@code then}. */
    boolean allOrderedSince(int then) {
        return lastOfAll > then;
    }

    void reset() {
        time = 0;
        lastOfAll = 0;
        lastOfPair = null;
    }
}
