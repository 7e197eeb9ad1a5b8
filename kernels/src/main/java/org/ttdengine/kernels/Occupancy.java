package org.ttdengine.kernels;

/**
 * How many blocks of a kernel fit on a multiprocessor at once, from what a block takes. The rules are those of NVIDIA's
 * occupancy calculator for compute capability 8 and 9: registers are given to a warp in units of 256 and a
 * multiprocessor has four partitions of 16,384; shared memory is given to a block in units of 128 bytes, with 1 KiB on
 * top for the system. The results are those of the toolkit's cuda_occupancy.h.
 *
 * @param blocks blocks resident at once; 0 where not even one fits
 * @param warps warps resident at once
 * @param maxWarps warps the multiprocessor could hold
 * @param limit what bounds the number of blocks; the first of the tied ones
 */
public record Occupancy(int blocks, int warps, int maxWarps, Limit limit) {
    /** Shared memory that the system takes from each block, in bytes. */
    public static final int SYSTEM_SHARED_BYTES = 1024;

    private static final int WARP = 32;
    private static final int PARTITIONS = 4;
    private static final int PARTITION_REGISTERS = 16_384;
    private static final int REGISTER_UNIT = 256;
    private static final int SHARED_UNIT = 128;

    /** What bounds the number of resident blocks. */
    public enum Limit {
        /** The multiprocessor's warps. */
        WARPS,
        /** Its registers. */
        REGISTERS,
        /** Its shared memory. */
        SHARED_MEMORY,
        /** Its number of blocks. */
        BLOCKS
    }

    /**
     * Occupancy of a launch.
     *
     * @param architecture the device's
     * @param threads threads of a block, 1 to 1024
     * @param registers registers per thread, 1 to 255
     * @param sharedBytes shared memory of a block, static plus dynamic
     */
    public static Occupancy of(Architecture architecture, int threads, int registers, int sharedBytes) {
        if (threads < 1 || threads > KernelSpec.MAX_BLOCK_THREADS) {
            throw new IllegalArgumentException(threads + " threads in a block");
        }
        if (registers < 1 || registers > KernelSpec.MAX_REGISTERS) {
            throw new IllegalArgumentException(registers + " registers in a thread");
        }
        if (sharedBytes < 0) {
            throw new IllegalArgumentException(sharedBytes + " bytes of shared memory");
        }
        int warpsOfBlock = ceilDiv(threads, WARP);
        int warpsByRegisters = PARTITIONS * (PARTITION_REGISTERS / roundUp(registers * WARP, REGISTER_UNIT));
        int sharedOfBlock = roundUp(sharedBytes + SYSTEM_SHARED_BYTES, SHARED_UNIT);

        int[] blocks = new int[Limit.values().length];
        blocks[Limit.WARPS.ordinal()] = architecture.maxWarps() / warpsOfBlock;
        blocks[Limit.REGISTERS.ordinal()] = warpsByRegisters / warpsOfBlock;
        blocks[Limit.SHARED_MEMORY.ordinal()] = architecture.sharedBytes() / sharedOfBlock;
        blocks[Limit.BLOCKS.ordinal()] = architecture.maxBlocks();

        Limit limit = Limit.WARPS;
        for (Limit candidate : Limit.values()) {
            if (blocks[candidate.ordinal()] < blocks[limit.ordinal()]) {
                limit = candidate;
            }
        }
        int resident = blocks[limit.ordinal()];
        return new Occupancy(resident, resident * warpsOfBlock, architecture.maxWarps(), limit);
    }

    /** Resident warps as a share of what the multiprocessor could hold, 0 to 1. */
    public double share() {
        return (double) warps / maxWarps;
    }

    private static int ceilDiv(int a, int b) {
        return (a + b - 1) / b;
    }

    private static int roundUp(int a, int multiple) {
        return ceilDiv(a, multiple) * multiple;
    }
}
