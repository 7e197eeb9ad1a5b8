package org.ttdengine.emulator.driver;

import static jcuda.driver.JCudaDriver.cuCtxCreate;
import static jcuda.driver.JCudaDriver.cuCtxDestroy;
import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemAllocAsync;
import static jcuda.driver.JCudaDriver.cuMemAllocHost;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemFreeAsync;
import static jcuda.driver.JCudaDriver.cuMemFreeHost;
import static jcuda.driver.JCudaDriver.cuMemGetAddressRange;
import static jcuda.driver.JCudaDriver.cuMemGetInfo;
import static jcuda.driver.JCudaDriver.cuMemHostAlloc;
import static jcuda.driver.JCudaDriver.cuMemHostGetFlags;
import static jcuda.driver.JCudaDriver.cuMemHostRegister;
import static jcuda.driver.JCudaDriver.cuMemHostUnregister;
import static jcuda.driver.JCudaDriver.cuMemcpy;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoH;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoD;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;
import static org.assertj.core.api.Assertions.assertThat;
import static org.ttdengine.emulator.driver.Cuda.expect;
import static org.ttdengine.emulator.driver.Cuda.ok;

import java.nio.ByteBuffer;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ttdengine.emulator.FaultInjection;
import org.ttdengine.emulator.memory.LiveAllocation;

final class MemoryTest {
    private Cuda cuda;

    @BeforeEach
    void createContext() {
        cuda = new Cuda();
    }

    @AfterEach
    void destroyContext() {
        cuda.emulator.inject(FaultInjection.none());
        cuda.close();
    }

    private static long free() {
        long[] free = new long[1];
        long[] total = new long[1];
        ok(cuMemGetInfo(free, total));
        return free[0];
    }

    @Test
    void freeMemoryShrinksAndGrowsByWhatIsAllocated() {
        long before = free();
        CUdeviceptr pointer = cuda.allocate(1 << 20);
        assertThat(before - free()).isEqualTo(1 << 20);
        ok(cuMemFree(pointer));
        assertThat(free()).isEqualTo(before);
    }

    @Test
    void moreThanTheDeviceHasIsOutOfMemory() {
        expect(CUresult.CUDA_ERROR_OUT_OF_MEMORY, cuMemAlloc(new CUdeviceptr(), free() + 1));
    }

    @Test
    void theNthAllocationCanBeMadeToFail() {
        cuda.emulator.inject(FaultInjection.outOfMemoryAt(2));
        ok(cuMemAlloc(new CUdeviceptr(), 8));
        expect(CUresult.CUDA_ERROR_OUT_OF_MEMORY, cuMemAlloc(new CUdeviceptr(), 8));
        ok(cuMemAlloc(new CUdeviceptr(), 8));
    }

    @Test
    void anAddressKnowsItsAllocation() {
        CUdeviceptr pointer = cuda.allocate(100);
        CUdeviceptr base = new CUdeviceptr();
        long[] bytes = new long[1];
        ok(cuMemGetAddressRange(base, bytes, pointer.withByteOffset(60)));
        assertThat(bytes[0]).isEqualTo(100);
        assertThat(base).isEqualTo(pointer);
    }

    @Test
    void whatIsNotFreedIsListedWithTheLineThatAllocatedIt() {
        int before = cuda.emulator.liveAllocations().size();
        cuda.allocate(24);
        LiveAllocation leak = cuda.emulator.liveAllocations().get(before);
        assertThat(leak.bytes()).isEqualTo(24);
        assertThat(leak.label()).contains("MemoryTest.java:").contains("whatIsNotFreedIsListed");
    }

    @Test
    void destroyingAContextFreesItsMemory() {
        long before = free();
        CUcontext second = new CUcontext();
        ok(cuCtxCreate(second, 0, cuda.device));
        cuda.allocate(4096);
        ok(cuCtxDestroy(second));
        assertThat(free()).isEqualTo(before);
    }

    @Test
    void streamOrderedMemoryIsFreedWhenTheStreamGetsThere() {
        CUstream stream = new CUstream();
        CUdeviceptr pointer = new CUdeviceptr();
        ok(cuStreamCreate(stream, 1));
        long before = free();
        ok(cuMemAllocAsync(pointer, 64, stream));
        ok(cuMemFreeAsync(pointer, stream));
        expect(CUresult.CUDA_ERROR_INVALID_VALUE, cuMemFreeAsync(pointer, stream));
        assertThat(free()).isEqualTo(before - 64);
        ok(cuStreamSynchronize(stream));
        assertThat(free()).isEqualTo(before);
    }

    @Test
    void pageLockedMemoryIsReadAndWrittenByTheHost() {
        Pointer first = new Pointer();
        Pointer second = new Pointer();
        int[] flags = new int[1];
        ok(cuMemAllocHost(first, 16));
        ok(cuMemHostAlloc(second, 16, 4));
        first.getByteBuffer(0, 16).putLong(0, 99);
        assertThat(first.getByteBuffer(0, 16).getLong(0)).isEqualTo(99);
        ok(cuMemHostGetFlags(flags, second));
        assertThat(flags[0]).isEqualTo(4);
        ok(cuMemFreeHost(first));
        ok(cuMemFreeHost(second));
        expect(CUresult.CUDA_ERROR_INVALID_VALUE, cuMemFreeHost(first));
    }

    @Test
    void hostMemoryIsRegisteredOnce() {
        Pointer buffer = Pointer.to(ByteBuffer.allocateDirect(64));
        ok(cuMemHostRegister(buffer, 64, 0));
        expect(CUresult.CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED, cuMemHostRegister(buffer, 8, 0));
        ok(cuMemHostUnregister(buffer));
        expect(CUresult.CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED, cuMemHostUnregister(buffer));
    }

    @Test
    void unifiedCopiesWorkInsideTheDevice() {
        CUdeviceptr first = cuda.allocate(8);
        CUdeviceptr second = cuda.allocate(8);
        long[] back = new long[1];
        ok(cuMemcpyHtoD(first, Pointer.to(new long[] {5}), 8));
        ok(cuMemcpy(second, first, 8));
        ok(cuMemcpyDtoH(Pointer.to(back), second, 8));
        assertThat(back[0]).isEqualTo(5);
        expect(CUresult.CUDA_ERROR_INVALID_VALUE, cuMemcpy(first, second, 9));
    }
}
