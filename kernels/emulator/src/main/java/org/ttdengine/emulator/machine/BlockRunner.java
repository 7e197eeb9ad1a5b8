package org.ttdengine.emulator.machine;

import java.util.Random;

/** Runs blocks of one launch on one worker, one after the other, with the same registers and shared memory. */
final class BlockRunner {
    private static final int LONGEST_RANDOM_TURN = 48;

    private final Program program;
    private final MachineOptions options;
    private final Block block;
    private final Warp[] warps;
    private final BlockBarriers barriers;
    private final WarpRunner runner;
    private final Random random;

    BlockRunner(Program program, Block block) {
        this.program = program;
        this.options = block.options;
        this.block = block;
        this.random = new Random(options.seed());
        this.warps = new Warp[Math.toIntExact((block.size.count() + Warp.LANES - 1) / Warp.LANES)];
        for (int i = 0; i < warps.length; i++) {
            boolean randomly = options.schedule() == MachineOptions.Schedule.RANDOM;
            warps[i] = new Warp(block, i, program, randomly ? random : null);
        }
        this.barriers = new BlockBarriers(block, warps);
        block.barriers = barriers;
        this.runner = new WarpRunner(program, options, block.counters);
    }

    long[] executions() {
        return runner.executions();
    }

    /**
     * Runs one block to its end.
     *
     * @param index coordinates in the grid
     * @param linear number in the grid; with the seed it determines the random schedule
     */
    void run(Dim3 index, long linear) {
        block.index = index;
        block.barrierEpoch = 0;
        block.shared.reset();
        random.setSeed(options.seed() * 0x9E3779B97F4A7C15L + linear);
        barriers.reset();
        runner.startBlock();
        for (Warp warp : warps) {
            warp.restart();
        }
        do {
            runAll();
            for (Warp warp : warps) {
                checkBarrier(warp);
            }
        } while (barriers.release());
        for (Warp warp : warps) {
            if (!warp.isFinished()) {
                throw deadlock(warp);
            }
        }
    }

    /** Runs every warp until none can go on. */
    private void runAll() {
        switch (options.schedule()) {
            case FORWARD -> {
                for (Warp warp : warps) {
                    runner.run(warp, Long.MAX_VALUE);
                }
            }
            case REVERSE -> {
                for (int i = warps.length - 1; i >= 0; i--) {
                    runner.run(warps[i], Long.MAX_VALUE);
                }
            }
            case RANDOM -> runRandomly();
        }
    }

    private void runRandomly() {
        int[] runnable = new int[warps.length];
        int count;
        do {
            count = 0;
            for (Warp warp : warps) {
                if (warp.isRunnable()) {
                    runnable[count++] = warp.index;
                }
            }
            if (count > 0) {
                Warp warp = warps[runnable[random.nextInt(count)]];
                warp.regroup();
                runner.run(warp, 1 + random.nextInt(LONGEST_RANDOM_TURN));
            }
        } while (count > 0);
    }

    /** The barriers of PTX are aligned: all threads of a warp come to the same one, and none has ended. */
    private void checkBarrier(Warp warp) {
        if (!options.synccheck() || warp.atBarrier == 0) {
            return;
        }
        int first = Integer.numberOfTrailingZeros(warp.atBarrier);
        int here = warp.lanesAt(warp.atBarrier, warp.places[first]);
        if (here != warp.existing) {
            int missing = Integer.numberOfTrailingZeros(warp.existing & ~here);
            warp.pc = warp.places[first];
            throw warp.fault(
                    DeviceFault.Kind.BARRIER_DIVERGENCE,
                    first,
                    "the threads of a warp are not all at the barrier: thread " + warp.thread(missing) + " "
                            + whereabouts(warp, missing));
        }
    }

    private String whereabouts(Warp warp, int lane) {
        if ((warp.exited & 1 << lane) != 0) {
            return "has ended";
        }
        return "is at PTX line " + program.statement(warp.places[lane]).line();
    }

    private DeviceFault deadlock(Warp stuck) {
        int lane = Integer.numberOfTrailingZeros(stuck.existing & ~stuck.exited);
        stuck.pc = stuck.places[lane];
        StringBuilder others = new StringBuilder("threads wait for ever;");
        for (Warp warp : warps) {
            int one = Integer.numberOfTrailingZeros(warp.existing & ~warp.exited);
            others.append(" warp ").append(warp.index).append(' ');
            others.append(warp.isFinished() ? "has ended" : whereabouts(warp, one))
                    .append(',');
        }
        return stuck.fault(DeviceFault.Kind.BARRIER_DIVERGENCE, lane, others.toString());
    }
}
