package org.ttdengine.emulator.driver;

import org.ttdengine.emulator.ptx.PtxKernel;

/** A kernel of a module, with the limits set for its launches. */
final class Function implements Owned {
    /** CUfunction_attribute. */
    static final int MAX_THREADS_PER_BLOCK = 0;

    static final int SHARED_SIZE = 1;
    static final int CONST_SIZE = 2;
    static final int LOCAL_SIZE = 3;
    static final int PTX_VERSION = 5;
    static final int BINARY_VERSION = 6;
    static final int CACHE_MODE = 7;
    static final int MAX_DYNAMIC_SHARED = 8;
    static final int SHARED_CARVEOUT = 9;

    private final Module module;
    private final long moduleHandle;
    private final PtxKernel kernel;
    private final int staticShared;
    private final int localBytes;
    private int maxDynamicShared;
    private int carveout = -1;

    Function(Module module, long moduleHandle, PtxKernel kernel, int staticShared, int localBytes) {
        this.module = module;
        this.moduleHandle = moduleHandle;
        this.kernel = kernel;
        this.staticShared = staticShared;
        this.localBytes = localBytes;
        this.maxDynamicShared = Math.max(0, device().attribute(DeviceAttributes.MAX_SHARED_PER_BLOCK) - staticShared);
    }

    @Override
    public Context context() {
        return module.context();
    }

    Module module() {
        return module;
    }

    long moduleHandle() {
        return moduleHandle;
    }

    PtxKernel kernel() {
        return kernel;
    }

    int staticShared() {
        return staticShared;
    }

    /** Bytes of dynamic shared memory a launch may ask for. */
    int maxDynamicShared() {
        return maxDynamicShared;
    }

    private Device device() {
        return module.context().device();
    }

    /** A value of CUfunction_attribute. The number of registers is not known: it is the assembler's choice. */
    int attribute(int number) {
        return switch (number) {
            case MAX_THREADS_PER_BLOCK ->
                Math.min(kernel.maxThreads(), device().attribute(DeviceAttributes.MAX_THREADS_PER_BLOCK));
            case SHARED_SIZE -> staticShared;
            case CONST_SIZE -> kernel.parameterBytes();
            case LOCAL_SIZE -> localBytes;
            case PTX_VERSION -> versionNumber(module.code().source().version());
            case BINARY_VERSION -> device().capability();
            case CACHE_MODE -> 0;
            case MAX_DYNAMIC_SHARED -> maxDynamicShared;
            case SHARED_CARVEOUT -> carveout;
            default ->
                throw new CudaException(
                        CudaStatus.NOT_SUPPORTED,
                        "the emulator does not know attribute " + number + " of " + kernel.name());
        };
    }

    /** Major and minor version as the driver reports them: 8.0 is 80. */
    static int versionNumber(String version) {
        String[] parts = version.split("\\.");
        return Integer.parseInt(parts[0]) * 10 + Integer.parseInt(parts[1]);
    }

    /** Sets one of the two attributes that can be set. */
    void attribute(int number, int value) {
        switch (number) {
            case MAX_DYNAMIC_SHARED -> {
                int limit = device().attribute(DeviceAttributes.MAX_SHARED_PER_BLOCK_OPTIN) - staticShared;
                if (value < 0 || value > limit) {
                    throw new CudaException(
                            CudaStatus.INVALID_VALUE,
                            value + " bytes of dynamic shared memory for " + kernel.name() + ", at most " + limit);
                }
                maxDynamicShared = value;
            }
            case SHARED_CARVEOUT -> carveout = value;
            default -> throw new CudaException(CudaStatus.INVALID_VALUE, "attribute " + number + " cannot be set");
        }
    }

    /**
     * Blocks of this kernel that one multiprocessor holds at the same time, by threads, blocks and shared memory. An upper bound,
     * because registers are not known.
     */
    int blocksPerMultiprocessor(int threads, long dynamicShared) {
        Device device = device();
        if (threads < 1 || dynamicShared < 0) {
            throw new CudaException(CudaStatus.INVALID_VALUE, threads + " threads and " + dynamicShared + " bytes");
        }
        if (threads > attribute(MAX_THREADS_PER_BLOCK) || dynamicShared > maxDynamicShared) {
            return 0;
        }
        int warps = (threads + 31) / 32;
        int byThreads = device.attribute(DeviceAttributes.MAX_THREADS_PER_MULTIPROCESSOR) / (warps * 32);
        long shared = staticShared + dynamicShared + device.attribute(DeviceAttributes.RESERVED_SHARED_PER_BLOCK);
        long byShared = device.attribute(DeviceAttributes.MAX_SHARED_PER_MULTIPROCESSOR) / shared;
        return (int) Math.min(
                Math.min(byThreads, byShared), device.attribute(DeviceAttributes.MAX_BLOCKS_PER_MULTIPROCESSOR));
    }
}
