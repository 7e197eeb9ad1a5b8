package org.ttdengine.emulator.machine;

import org.ttdengine.emulator.memory.MemoryCounters;

/**
 * What a launch did. Each worker counts into its own instance; {@link #add} joins them, so the sums do not depend on the number
 * of workers. "Warp instruction" means one instruction for up to 32 lanes.
 */
public final class LaunchCounters {
    /** Warp instructions executed, all classes. */
    public long instructions;
    /** Sum over warp instructions of active lanes. */
    public long threadInstructions;
    /** Branches that sent lanes of one warp to different places. */
    public long divergentBranches;
    /** Block barriers passed, counted per warp. */
    public long barriers;
    /** mma.sync instructions. */
    public long mmaInstructions;
    /** Traffic of global and shared memory. */
    public final MemoryCounters memory = new MemoryCounters();

    /** Adds the counts of another worker. */
    public void add(LaunchCounters other) {
        instructions += other.instructions;
        threadInstructions += other.threadInstructions;
        divergentBranches += other.divergentBranches;
        barriers += other.barriers;
        mmaInstructions += other.mmaInstructions;
        memory.add(other.memory);
    }
}
