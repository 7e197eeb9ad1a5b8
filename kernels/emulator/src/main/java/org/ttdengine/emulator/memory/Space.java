package org.ttdengine.emulator.memory;

import org.ttdengine.emulator.machine.Warp;

/** A state space of PTX: knows which bytes an address means, and what is forbidden there. Holds no state of its own. */
interface Space {

    /**
     * Lets {@code access} move the bytes of as many lanes as lie in one piece of memory with the lowest lane of {@code mask}.
     *
     * @param mask lanes that still have to move; never 0; their addresses are in {@code warp.memory.addresses}
     * @return the lanes served, never 0
     * @throws org.ttdengine.emulator.machine.DeviceFault if the lowest lane's address is wrong, or a check objects
     */
    int access(Warp warp, int mask, Access access);
}
