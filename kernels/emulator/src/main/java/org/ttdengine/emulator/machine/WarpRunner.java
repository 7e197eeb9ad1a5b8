package org.ttdengine.emulator.machine;

/** Executes warps of one program: straight runs of instructions for a group of lanes, then the instruction that ends the run. */
final class WarpRunner {
    private final Program program;
    private final Instruction[] code;
    private final int[] guards;
    private final int[] straightEnds;
    private final MachineOptions options;
    private final LaunchCounters counters;
    /** Differences of the execution counts of neighbouring instructions. */
    private final long[] hits;

    private long executedInBlock;

    WarpRunner(Program program, MachineOptions options, LaunchCounters counters) {
        this.program = program;
        this.code = program.code;
        this.guards = program.guards;
        this.straightEnds = program.straightEnds;
        this.options = options;
        this.counters = counters;
        this.hits = new long[code.length + 1];
    }

    void startBlock() {
        executedInBlock = 0;
    }

    /** How often each instruction was executed by a warp, guards that let no lane through included. */
    long[] executions() {
        long[] sums = new long[code.length];
        long sum = 0;
        for (int i = 0; i < sums.length; i++) {
            sum += hits[i];
            sums[i] = sum;
        }
        return sums;
    }

    /**
     * Runs a warp until no lane can go on or the quantum is used up.
     *
     * @param quantum warp instructions
     */
    void run(Warp warp, long quantum) {
        long left = quantum;
        if (warp.active == 0) {
            warp.regroup();
        }
        while (warp.active != 0 && left > 0) {
            int start = warp.pc;
            int end = Math.min(straightEnds[start], warp.limit);
            end = end - start > left ? start + (int) left : end;
            straight(warp, start, end);
            left -= end - start;
            if (end == warp.limit) {
                warp.regroup();
            } else if (left > 0 && end == straightEnds[start]) {
                count(warp, end, end + 1);
                left--;
                synchronising(warp, end);
            }
        }
        if (executedInBlock > options.instructionLimit()) {
            throw timeout(warp);
        }
    }

    private DeviceFault timeout(Warp warp) {
        int lane = Integer.numberOfTrailingZeros(warp.existing & ~warp.exited);
        warp.pc = Math.min(warp.pc, code.length - 1);
        return warp.fault(
                DeviceFault.Kind.TIMEOUT,
                lane,
                "a block ran more than " + options.instructionLimit() + " instructions");
    }

    private void count(Warp warp, int start, int end) {
        int n = end - start;
        executedInBlock += n;
        counters.instructions += n;
        counters.threadInstructions += (long) n * Integer.bitCount(warp.active);
        hits[start]++;
        hits[end]--;
        if (executedInBlock > options.instructionLimit()) {
            throw timeout(warp);
        }
    }

    private void straight(Warp warp, int start, int end) {
        if (start == end) {
            return;
        }
        count(warp, start, end);
        int mask = warp.active;
        for (int i = start; i < end; i++) {
            warp.pc = i;
            int lanes = guards[i] == Program.UNGUARDED ? mask : program.guarded(i, mask, warp.p);
            if (lanes != 0) {
                code[i].execute(warp, lanes);
            }
        }
        warp.pc = end;
    }

    private void synchronising(Warp warp, int at) {
        int lanes = program.guarded(at, warp.active, warp.p);
        Instruction instruction = code[at];
        if (lanes == 0) {
            warp.pc++;
        } else if (instruction instanceof WarpSync sync) {
            WarpSynchronizer.arrive(warp, lanes, sync, options.synccheck());
        } else {
            instruction.execute(warp, lanes);
        }
    }
}
