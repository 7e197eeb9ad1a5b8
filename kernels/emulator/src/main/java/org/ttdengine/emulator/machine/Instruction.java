package org.ttdengine.emulator.machine;

/** A decoded instruction. Implementations hold register offsets and constants only: they are shared by all warps. */
public interface Instruction {

    /**
     * Executes the instruction for some lanes.
     *
     * @param warp the executing warp
     * @param mask lanes to execute, bit per lane; never 0; the guard predicate is already applied
     */
    void execute(Warp warp, int mask);
}
