package org.ttdengine.engine.backend.cuda;

import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.ttdengine.engine.OutOfDeviceMemoryException;

/** The driver's return codes. Every call of JCuda in this package goes through {@link #check}. */
final class Driver {
    /** The oldest driver that accepts the shipped PTX (ISA 8.0): CUDA 12.0, r525. */
    private static final int OLDEST = 12000;

    private Driver() {}

    /** Fails unless a call succeeded. */
    static void check(int code, String function) {
        if (code == CUresult.CUDA_SUCCESS) {
            return;
        }
        throw new CudaException(function, code, text(code, true), text(code, false));
    }

    /** Fails unless memory was allocated; lack of it is told from other failures. */
    static void checkAllocation(int code, String function, long bytes) {
        if (code == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            long[] free = new long[1];
            long[] total = new long[1];
            check(JCudaDriver.cuMemGetInfo(free, total), "cuMemGetInfo");
            throw new OutOfDeviceMemoryException(bytes, free[0], total[0]);
        }
        check(code, function);
    }

    private static String text(int code, boolean name) {
        String[] text = new String[1];
        int status = name ? JCudaDriver.cuGetErrorName(code, text) : JCudaDriver.cuGetErrorString(code, text);
        return status == CUresult.CUDA_SUCCESS && text[0] != null ? text[0] : CUresult.stringFor(code);
    }

    /**
     * Loads and initialises the driver.
     *
     * @throws CudaException if there is none, or it is too old
     */
    static void initialise() {
        try {
            NativeLibraries.loadDriver();
            check(JCudaDriver.cuInit(0), "cuInit");
        } catch (UnsatisfiedLinkError | NoClassDefFoundError | ExceptionInInitializerError e) {
            throw new CudaException(
                    "no NVIDIA driver was found (libcuda.so.1 cannot be loaded); install it, or use --device cpu", e);
        }
        int version = version();
        if (version < OLDEST) {
            throw new CudaException("the NVIDIA driver is for CUDA " + version / 1000 + "." + version % 1000 / 10
                    + "; at least 12.0 (driver 525) is needed: update it, or use --device cpu");
        }
    }

    /** A thousand times the major version of CUDA the driver is for, plus ten times the minor one. */
    static int version() {
        int[] version = new int[1];
        check(JCudaDriver.cuDriverGetVersion(version), "cuDriverGetVersion");
        return version[0];
    }
}
