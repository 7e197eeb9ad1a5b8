package org.ttdengine.emulator.machine;

import java.util.Random;

/** The order in which blocks of a grid start. */
final class BlockOrder {
    private final MachineOptions.Schedule schedule;
    private final long blocks;
    private final long step;
    private final long first;

    BlockOrder(MachineOptions options, long blocks) {
        this.schedule = options.schedule();
        this.blocks = blocks;
        Random random = new Random(options.seed());
        this.first = Math.floorMod(random.nextLong(), blocks);
        long candidate = Math.floorMod(random.nextLong(), blocks);
        while (gcd(candidate, blocks) != 1) {
            candidate = (candidate + 1) % blocks;
        }
        this.step = candidate;
    }

    /** The i-th block to start; in the random schedule a walk whose step has no divisor in common with the grid. */
    long block(long i) {
        return switch (schedule) {
            case FORWARD -> i;
            case REVERSE -> blocks - 1 - i;
            case RANDOM -> Math.floorMod(first + i * step, blocks);
        };
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
