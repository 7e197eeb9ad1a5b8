package org.ttdengine.emulator.machine;

import org.ttdengine.emulator.memory.GlobalMemory;
import org.ttdengine.emulator.memory.SharedMemory;

/** What the warps of one thread block share. A block is run by one worker from start to end. */
public final class Block {
    /** Name of the kernel, for messages. */
    public final String kernel;

    public final MachineOptions options;
    public final GlobalMemory global;
    public final SharedMemory shared;
    /** Kernel parameters, laid out as in .param space. */
    public final byte[] parameters;
    /** Initialised .const variables of the module. */
    public final byte[] constants;
    /** Counters of the worker that runs this block: no other thread touches them. */
    public final LaunchCounters counters;
    /** Coordinates of the block in the grid. */
    public Dim3 index;
    /** Blocks of the grid. */
    public final Dim3 grid;
    /** Bytes of dynamic shared memory. */
    public final int dynamicShared;
    /** Threads of a block. */
    public final Dim3 size;
    /** Bytes of .local memory of one thread. */
    public final int localBytes;
    /** Counts the block barriers passed by all warps: accesses in different epochs do not race. */
    public int barrierEpoch;
    /** Set once the warps exist. */
    BlockBarriers barriers;

    Block(
            Launch launch,
            MachineOptions options,
            GlobalMemory global,
            SharedMemory shared,
            byte[] constants,
            LaunchCounters counters,
            int localBytes) {
        this.kernel = launch.kernel();
        this.options = options;
        this.global = global;
        this.shared = shared;
        this.parameters = launch.parameters();
        this.constants = constants;
        this.counters = counters;
        this.grid = launch.grid();
        this.size = launch.block();
        this.dynamicShared = launch.dynamicShared();
        this.localBytes = localBytes;
    }
}
