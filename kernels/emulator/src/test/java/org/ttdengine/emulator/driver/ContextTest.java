package org.ttdengine.emulator.driver;

import static jcuda.driver.JCudaDriver.cuCtxCreate;
import static jcuda.driver.JCudaDriver.cuCtxDestroy;
import static jcuda.driver.JCudaDriver.cuCtxGetApiVersion;
import static jcuda.driver.JCudaDriver.cuCtxGetCurrent;
import static jcuda.driver.JCudaDriver.cuCtxGetDevice;
import static jcuda.driver.JCudaDriver.cuCtxGetStreamPriorityRange;
import static jcuda.driver.JCudaDriver.cuCtxPopCurrent;
import static jcuda.driver.JCudaDriver.cuCtxPushCurrent;
import static jcuda.driver.JCudaDriver.cuCtxSetCurrent;
import static jcuda.driver.JCudaDriver.cuCtxSynchronize;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxGetState;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxReset;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxSetFlags;
import static org.assertj.core.api.Assertions.assertThat;
import static org.ttdengine.emulator.driver.Cuda.expect;
import static org.ttdengine.emulator.driver.Cuda.ok;

import java.util.concurrent.CompletableFuture;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUresult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ContextTest {
    private Cuda cuda;

    @BeforeEach
    void createContext() {
        cuda = new Cuda();
    }

    @AfterEach
    void destroyContext() {
        cuda.close();
    }

    private static CUcontext current() {
        CUcontext context = new CUcontext();
        ok(cuCtxGetCurrent(context));
        return context;
    }

    @Test
    void aNewContextIsCurrentAndItsDeviceKnown() {
        CUdevice device = new CUdevice();
        ok(cuCtxGetDevice(device));
        assertThat(current()).isEqualTo(cuda.context);
        assertThat(device).isEqualTo(cuda.device);
    }

    @Test
    void contextsAreAStackOfEachThread() {
        CUcontext second = new CUcontext();
        CUcontext popped = new CUcontext();
        ok(cuCtxCreate(second, 0, cuda.device));
        assertThat(current()).isEqualTo(second);
        ok(cuCtxPopCurrent(popped));
        assertThat(popped).isEqualTo(second);
        assertThat(current()).isEqualTo(cuda.context);
        ok(cuCtxPushCurrent(second));
        ok(cuCtxDestroy(second));
        assertThat(current()).isEqualTo(cuda.context);
    }

    @Test
    void anotherThreadStartsWithoutContext() {
        int without = CompletableFuture.supplyAsync(() -> cuCtxSynchronize()).join();
        int with = CompletableFuture.supplyAsync(() -> {
                    ok(cuCtxSetCurrent(cuda.context));
                    int status = cuCtxSynchronize();
                    ok(cuCtxSetCurrent(new CUcontext()));
                    return status;
                })
                .join();
        expect(CUresult.CUDA_ERROR_INVALID_CONTEXT, without);
        ok(with);
    }

    @Test
    void aDestroyedContextIsNotUsable() {
        CUcontext second = new CUcontext();
        ok(cuCtxCreate(second, 0, cuda.device));
        ok(cuCtxDestroy(second));
        expect(CUresult.CUDA_ERROR_INVALID_CONTEXT, cuCtxSetCurrent(second));
        expect(CUresult.CUDA_ERROR_INVALID_CONTEXT, cuCtxDestroy(second));
    }

    @Test
    void thePrimaryContextLivesFromFirstRetainToLastRelease() {
        CUcontext first = new CUcontext();
        CUcontext second = new CUcontext();
        assertThat(primaryActive()).isZero();
        ok(cuDevicePrimaryCtxSetFlags(cuda.device, 4));
        ok(cuDevicePrimaryCtxRetain(first, cuda.device));
        ok(cuDevicePrimaryCtxRetain(second, cuda.device));
        assertThat(second).isEqualTo(first);
        expect(CUresult.CUDA_ERROR_INVALID_CONTEXT, cuCtxDestroy(first));
        ok(cuDevicePrimaryCtxRelease(cuda.device));
        assertThat(primaryActive()).isOne();
        ok(cuDevicePrimaryCtxRelease(cuda.device));
        assertThat(primaryActive()).isZero();
        expect(CUresult.CUDA_ERROR_INVALID_CONTEXT, cuDevicePrimaryCtxRelease(cuda.device));
    }

    @Test
    void resettingThePrimaryContextForgetsItsUsers() {
        CUcontext context = new CUcontext();
        ok(cuDevicePrimaryCtxRetain(context, cuda.device));
        ok(cuDevicePrimaryCtxReset(cuda.device));
        assertThat(primaryActive()).isZero();
        expect(CUresult.CUDA_ERROR_INVALID_CONTEXT, cuCtxSetCurrent(context));
    }

    private int primaryActive() {
        int[] flags = new int[1];
        int[] active = new int[1];
        ok(cuDevicePrimaryCtxGetState(cuda.device, flags, active));
        return active[0];
    }

    @Test
    void versionAndPrioritiesAreTold() {
        int[] version = new int[1];
        int[] least = new int[1];
        int[] greatest = new int[1];
        ok(cuCtxGetApiVersion(cuda.context, version));
        ok(cuCtxGetStreamPriorityRange(least, greatest));
        assertThat(version[0]).isEqualTo(3020);
        assertThat(greatest[0]).isLessThan(least[0]);
    }
}
