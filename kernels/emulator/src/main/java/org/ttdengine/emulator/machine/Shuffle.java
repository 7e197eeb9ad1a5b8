package org.ttdengine.emulator.machine;

import java.util.Locale;

/**
 * shfl.sync: every lane reads a register of another lane (PTX ISA, shfl.sync).
 *
 * @param mode how the source lane is computed
 * @param to place of the result
 * @param valid index in p of the "source in range" output; -1 when not asked for
 * @param from place of the value
 * @param b place of the lane number or distance
 * @param c place of clamp (bits 0-4) and segment mask (bits 8-12)
 * @param memberMask place of the member mask
 */
record Shuffle(Mode mode, int to, int valid, int from, int b, int c, int memberMask) implements WarpSync {
    /** What reading a lane that does not take part gives: a NaN, to be seen in results that must not depend on it. */
    private static final int POISON = 0x7FFF_BAD0;

    private static final int LANES = Warp.LANES;

    enum Mode {
        UP,
        DOWN,
        BFLY,
        IDX;

        static Mode of(String modifier) {
            for (Mode mode : values()) {
                if (mode.name().toLowerCase(Locale.ROOT).equals(modifier)) {
                    return mode;
                }
            }
            return null;
        }
    }

    @Override
    public int members(Warp warp, int lane) {
        return warp.r[memberMask + lane];
    }

    @Override
    public void execute(Warp warp, int mask) {
        int[] r = warp.r;
        int[] values = warp.exchange;
        System.arraycopy(r, from, values, 0, LANES);
        int inRange = 0;
        for (int m = mask; m != 0; m &= m - 1) {
            int lane = Integer.numberOfTrailingZeros(m);
            int source = source(lane, r[b + lane], r[c + lane]);
            inRange |= source >= 0 ? 1 << lane : 0;
            int chosen = source >= 0 ? source : lane;
            r[to + lane] = (mask >>> chosen & 1) != 0 ? values[chosen] : POISON;
        }
        if (valid >= 0) {
            warp.p[valid] = warp.p[valid] & ~mask | inRange;
        }
    }

    /** The lane to read; -1 when it is out of range. */
    private int source(int lane, int distance, int bounds) {
        int step = distance & 31;
        int segment = bounds >> 8 & 31;
        int last = lane & segment | bounds & 31 & ~segment;
        return switch (mode) {
            case UP -> lane - step >= last ? lane - step : -1;
            case DOWN -> lane + step <= last ? lane + step : -1;
            case BFLY -> (lane ^ step) <= last ? lane ^ step : -1;
            case IDX -> {
                int target = lane & segment | step & ~segment;
                yield target <= last ? target : -1;
            }
        };
    }
}
