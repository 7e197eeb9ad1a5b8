package org.ttdengine.emulator.machine;

import org.ttdengine.emulator.memory.WarpMemory;

/** Up to 32 threads of a block: their registers and where each of them is. */
public final class Warp {
    /** Threads of a warp. */
    public static final int LANES = 32;

    public final Block block;
    /** Number of the warp in its block; lane l is thread 32 * index + l. */
    public final int index;
    /** Predicate registers, one bit per lane. */
    public final int[] p;
    /** Registers up to 32 bits, lane l of place s at s + l; 16-bit values zero-extended, f32 as raw bits. */
    public final int[] r;
    /** 64-bit registers, lane l of place s at s + l. */
    public final long[] d;
    /** .local memory of all lanes, lane l from l * block.localBytes. */
    public final byte[] local;
    /** What the memory instructions keep per warp. */
    public final WarpMemory memory = new WarpMemory();
    /** PTX line of the instruction being executed, for faults. */
    int line;

    Warp(Block block, int index, int predicates, int words, int longs) {
        this.block = block;
        this.index = index;
        this.p = new int[predicates];
        this.r = new int[words * LANES];
        this.d = new long[longs * LANES];
        this.local = new byte[block.localBytes * LANES];
    }

    /**
     * A fault of the instruction being executed.
     *
     * @param lane the lane at fault
     * @return the exception to throw; its text names kernel, PTX line, block and thread
     */
    public DeviceFault fault(DeviceFault.Kind kind, int lane, String detail) {
        return new DeviceFault(
                kind,
                detail + " at PTX line " + line + " of " + block.kernel + ", block " + block.index + ", thread "
                        + thread(lane));
    }

    /** Coordinates of a lane's thread in the block. */
    public Dim3 thread(int lane) {
        int linear = index * LANES + lane;
        int x = block.size.x();
        int y = block.size.y();
        return new Dim3(linear % x, linear / x % y, linear / (x * y));
    }
}
