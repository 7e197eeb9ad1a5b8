package org.ttdengine.kernels;

/**
 * The GPU architectures the kernels are promised to run on, and the resources of one of their multiprocessors. Source:
 * CUDA C++ Programming Guide, "Compute Capabilities", table "Technical Specifications per Compute Capability".
 */
public enum Architecture {
    /** Ampere data centre: A100, A30. */
    SM_80(8, 0, 64, 32, 164 * 1024),
    /** Ampere: RTX 30, A10, A40. */
    SM_86(8, 6, 48, 16, 100 * 1024),
    /** Ada: RTX 40, L4, L40. */
    SM_89(8, 9, 48, 24, 100 * 1024),
    /** Hopper: H100, H200. */
    SM_90(9, 0, 64, 32, 228 * 1024);

    private final int major;
    private final int minor;
    private final int maxWarps;
    private final int maxBlocks;
    private final int sharedBytes;

    Architecture(int major, int minor, int maxWarps, int maxBlocks, int sharedBytes) {
        this.major = major;
        this.minor = minor;
        this.maxWarps = maxWarps;
        this.maxBlocks = maxBlocks;
        this.sharedBytes = sharedBytes;
    }

    /** The assembler's name, for example {@code sm_80}. */
    public String target() {
        return "sm_" + major + minor;
    }

    /** Major number of the compute capability. */
    public int major() {
        return major;
    }

    /** Minor number of the compute capability. */
    public int minor() {
        return minor;
    }

    /** Most warps resident on a multiprocessor. */
    public int maxWarps() {
        return maxWarps;
    }

    /** Most blocks resident on a multiprocessor. */
    public int maxBlocks() {
        return maxBlocks;
    }

    /** Shared memory of a multiprocessor in bytes. */
    public int sharedBytes() {
        return sharedBytes;
    }

    /** Most shared memory of one block in bytes: all but the system's 1 KiB. */
    public int sharedBytesOfBlock() {
        return sharedBytes - Occupancy.SYSTEM_SHARED_BYTES;
    }
}
