package org.ttdengine.emulator.machine;

/**
 * An instruction that a set of lanes executes together ({@code *.sync}): the scheduler lets it run only when all lanes of the
 * member mask have arrived at it.
 */
public interface WarpSync extends Instruction {

    /**
     * Lanes that must arrive together.
     *
     * @param warp the warp
     * @param lane a lane that has arrived; its member mask counts
     */
    int members(Warp warp, int lane);
}
