package org.ttdengine.emulator.machine;

import java.util.Map;
import java.util.TreeMap;
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

    /** Warp instructions by opcode, e.g. {@code fma.rn.f32}; guarded-off ones included. */
    public final Map<String, Long> byOpcode = new TreeMap<>();

    /** Adds the execution counts of a program's instructions to {@link #byOpcode}. */
    void addExecutions(Program program, long[] executions) {
        for (int i = 0; i < executions.length; i++) {
            if (executions[i] != 0) {
                byOpcode.merge(program.statement(i).name(), executions[i], Long::sum);
            }
        }
    }

    /** Adds the counts of another worker. */
    public void add(LaunchCounters other) {
        instructions += other.instructions;
        threadInstructions += other.threadInstructions;
        divergentBranches += other.divergentBranches;
        barriers += other.barriers;
        mmaInstructions += other.mmaInstructions;
        other.byOpcode.forEach((opcode, count) -> byOpcode.merge(opcode, count, Long::sum));
        memory.add(other.memory);
    }
}
