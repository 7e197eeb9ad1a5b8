package org.ttdengine.emulator.driver;

import static org.assertj.core.api.Assertions.assertThat;

import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Assumptions;
import org.ttdengine.emulator.Emulator;

/** A context of its own on the emulated device, through unchanged JCuda; statuses are returned, not thrown. */
final class Cuda implements AutoCloseable {
    final Emulator emulator;
    final CUdevice device = new CUdevice();
    final CUcontext context = new CUcontext();

    Cuda() {
        emulator = emulatorOrSkip();
        JCudaDriver.setExceptionsEnabled(false);
        ok(JCudaDriver.cuInit(0));
        ok(JCudaDriver.cuDeviceGet(device, 0));
        ok(JCudaDriver.cuCtxCreate(context, 0, device));
    }

    /** The emulator; where it was not built the test is skipped, and says so. */
    static Emulator emulatorOrSkip() {
        try {
            return Emulator.install();
        } catch (EmulatorUnavailableException e) {
            Assumptions.abort(e.getMessage());
            throw e;
        }
    }

    static void ok(int status) {
        expect(CUresult.CUDA_SUCCESS, status);
    }

    static void expect(int expected, int status) {
        assertThat(CUresult.stringFor(status)).isEqualTo(CUresult.stringFor(expected));
    }

    /** Device memory, freed with the context. */
    CUdeviceptr allocate(long bytes) {
        CUdeviceptr pointer = new CUdeviceptr();
        ok(JCudaDriver.cuMemAlloc(pointer, bytes));
        return pointer;
    }

    @Override
    public void close() {
        ok(JCudaDriver.cuCtxDestroy(context));
    }
}
