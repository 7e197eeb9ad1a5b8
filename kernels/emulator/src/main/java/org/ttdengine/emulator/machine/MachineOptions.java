package org.ttdengine.emulator.machine;

/**
 * How a machine runs.
 *
 * @param schedule order of blocks, warps and diverged lanes
 * @param seed of the random schedule
 * @param workers threads that run blocks
 * @param counters whether memory traffic and bank conflicts are counted (instructions always are)
 * @param memcheck whether global accesses are checked against allocations (bounds and alignment are always checked against the device)
 * @param initcheck whether reading global memory nobody wrote is a fault
 * @param racecheck whether conflicting accesses to shared memory between barriers are a fault
 * @param synccheck whether a divergent barrier or an exited lane in a member mask is a fault
 * @param instructionLimit warp instructions after which one block is a timeout
 */
public record MachineOptions(
        Schedule schedule,
        long seed,
        int workers,
        boolean counters,
        boolean memcheck,
        boolean initcheck,
        boolean racecheck,
        boolean synccheck,
        long instructionLimit) {

    /** Order of blocks, warps and diverged lanes. */
    public enum Schedule {
        FORWARD,
        REVERSE,
        RANDOM
    }

    private static final long INSTRUCTION_LIMIT = 1_000_000_000L;

    /** Every check and counter, forward schedule, one worker. */
    public static MachineOptions checked() {
        return new MachineOptions(Schedule.FORWARD, 0, 1, true, true, true, true, true, INSTRUCTION_LIMIT);
    }

    /** Bounds and barrier checks only, forward schedule, one worker per processor. */
    public static MachineOptions fast() {
        int workers = Runtime.getRuntime().availableProcessors();
        return new MachineOptions(Schedule.FORWARD, 0, workers, false, true, false, false, true, INSTRUCTION_LIMIT);
    }

    public MachineOptions withSchedule(Schedule other, long otherSeed) {
        return new MachineOptions(
                other, otherSeed, workers, counters, memcheck, initcheck, racecheck, synccheck, instructionLimit);
    }

    public MachineOptions withWorkers(int count) {
        return new MachineOptions(
                schedule, seed, count, counters, memcheck, initcheck, racecheck, synccheck, instructionLimit);
    }

    public MachineOptions withInstructionLimit(long limit) {
        return new MachineOptions(schedule, seed, workers, counters, memcheck, initcheck, racecheck, synccheck, limit);
    }
}
