package org.ttdengine.emulator.driver;

import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoD;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoH;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoD;
import static jcuda.driver.JCudaDriver.cuMemsetD16;
import static jcuda.driver.JCudaDriver.cuMemsetD32;
import static jcuda.driver.JCudaDriver.cuMemsetD8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.ttdengine.emulator.driver.Cuda.expect;
import static org.ttdengine.emulator.driver.Cuda.ok;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class CopyTest {
    private static final int COUNT = 1000;

    private Cuda cuda;

    @BeforeEach
    void createContext() {
        cuda = new Cuda();
    }

    @AfterEach
    void destroyContext() {
        cuda.close();
    }

    private static int[] range(int count) {
        return IntStream.range(0, count).toArray();
    }

    @Test
    void arraysGoToTheDeviceAndBack() {
        CUdeviceptr device = cuda.allocate(4L * COUNT);
        int[] back = new int[COUNT];
        ok(cuMemcpyHtoD(device, Pointer.to(range(COUNT)), 4L * COUNT));
        ok(cuMemcpyDtoH(Pointer.to(back), device, 4L * COUNT));
        assertThat(back).isEqualTo(range(COUNT));
    }

    @Test
    void directBuffersGoToTheDeviceAndBack() {
        CUdeviceptr device = cuda.allocate(4L * COUNT);
        ByteBuffer there = ByteBuffer.allocateDirect(4 * COUNT).order(ByteOrder.nativeOrder());
        ByteBuffer back = ByteBuffer.allocateDirect(4 * COUNT).order(ByteOrder.nativeOrder());
        there.asIntBuffer().put(range(COUNT));
        ok(cuMemcpyHtoD(device, Pointer.to(there), 4L * COUNT));
        ok(cuMemcpyDtoH(Pointer.to(back), device, 4L * COUNT));
        assertThat(back).isEqualTo(there);
    }

    @Test
    void partsAreCopiedByPointersWithOffset() {
        CUdeviceptr device = cuda.allocate(4L * COUNT);
        int[] back = new int[10];
        ok(cuMemcpyHtoD(device, Pointer.to(range(COUNT)), 4L * COUNT));
        ok(cuMemcpyDtoH(Pointer.to(back).withByteOffset(4), device.withByteOffset(400), 4L * 9));
        assertThat(back).isEqualTo(new int[] {0, 100, 101, 102, 103, 104, 105, 106, 107, 108});
    }

    @Test
    void memoryIsCopiedInsideTheDevice() {
        CUdeviceptr source = cuda.allocate(4L * COUNT);
        CUdeviceptr target = cuda.allocate(4L * COUNT);
        int[] back = new int[COUNT];
        ok(cuMemcpyHtoD(source, Pointer.to(range(COUNT)), 4L * COUNT));
        ok(cuMemcpyDtoD(target, source, 4L * COUNT));
        ok(cuMemcpyDtoH(Pointer.to(back), target, 4L * COUNT));
        assertThat(back).isEqualTo(range(COUNT));
    }

    @Test
    void fillsSetElementsOfOneTwoAndFourBytes() {
        CUdeviceptr device = cuda.allocate(12);
        byte[] back = new byte[12];
        ok(cuMemsetD8(device, (byte) 0xab, 4));
        ok(cuMemsetD16(device.withByteOffset(4), (short) 0x1234, 2));
        ok(cuMemsetD32(device.withByteOffset(8), 0x01020304, 1));
        ok(cuMemcpyDtoH(Pointer.to(back), device, 12));
        assertThat(back).isEqualTo(new byte[] {
            (byte) 0xab, (byte) 0xab, (byte) 0xab, (byte) 0xab, 0x34, 0x12, 0x34, 0x12, 4, 3, 2, 1
        });
    }

    @Test
    void rangesBeyondAnAllocationAreRefusedAndHarmNothing() {
        CUdeviceptr device = cuda.allocate(16);
        byte[] host = new byte[32];
        expect(CUresult.CUDA_ERROR_INVALID_VALUE, cuMemcpyHtoD(device, Pointer.to(host), 17));
        expect(CUresult.CUDA_ERROR_INVALID_VALUE, cuMemcpyDtoH(Pointer.to(host), device.withByteOffset(1), 16));
        expect(CUresult.CUDA_ERROR_INVALID_VALUE, cuMemsetD32(device, 0, 5));
        expect(CUresult.CUDA_ERROR_INVALID_VALUE, cuMemsetD32(device.withByteOffset(2), 0, 1));
        ok(cuMemcpyHtoD(device, Pointer.to(host), 16));
    }

    @Test
    void freedMemoryIsNoMemory() {
        CUdeviceptr device = cuda.allocate(16);
        CUdeviceptr same = device.withByteOffset(0);
        ok(cuMemFree(device));
        expect(CUresult.CUDA_ERROR_INVALID_VALUE, cuMemcpyHtoD(same, Pointer.to(new byte[16]), 16));
        expect(CUresult.CUDA_ERROR_INVALID_VALUE, cuMemFree(same));
    }

    @Test
    void nothingIsNoAllocation() {
        expect(CUresult.CUDA_ERROR_INVALID_VALUE, cuMemAlloc(new CUdeviceptr(), 0));
    }
}
