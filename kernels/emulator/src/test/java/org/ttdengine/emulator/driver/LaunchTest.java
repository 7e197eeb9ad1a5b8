package org.ttdengine.emulator.driver;

import static jcuda.driver.JCudaDriver.cuCtxSynchronize;
import static jcuda.driver.JCudaDriver.cuFuncGetAttribute;
import static jcuda.driver.JCudaDriver.cuFuncSetAttribute;
import static jcuda.driver.JCudaDriver.cuLaunchKernel;
import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoH;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoD;
import static jcuda.driver.JCudaDriver.cuOccupancyMaxActiveBlocksPerMultiprocessor;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;
import static org.assertj.core.api.Assertions.assertThat;
import static org.ttdengine.emulator.driver.Cuda.expect;
import static org.ttdengine.emulator.driver.Cuda.ok;

import java.util.List;
import java.util.stream.IntStream;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ttdengine.emulator.FaultInjection;
import org.ttdengine.emulator.LaunchReport;
import org.ttdengine.emulator.machine.DeviceFault;

final class LaunchTest {
    private static final int MAX_DYNAMIC_SHARED = CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;

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

    private static int launch(CUfunction function, int grid, int block, int shared, Object... parameters) {
        return cuLaunchKernel(function, grid, 1, 1, block, 1, 1, shared, null, Cuda.parameters(parameters), null);
    }

    private CUdeviceptr upload(float... values) {
        CUdeviceptr pointer = cuda.allocate(4L * values.length);
        ok(cuMemcpyHtoD(pointer, Pointer.to(values), 4L * values.length));
        return pointer;
    }

    private CUdeviceptr upload(int... values) {
        CUdeviceptr pointer = cuda.allocate(4L * values.length);
        ok(cuMemcpyHtoD(pointer, Pointer.to(values), 4L * values.length));
        return pointer;
    }

    private static int[] ints(CUdeviceptr pointer, int count) {
        int[] result = new int[count];
        ok(cuMemcpyDtoH(Pointer.to(result), pointer, 4L * count));
        return result;
    }

    @Test
    void vectorsAreAdded() {
        int n = 1000;
        float[] a = new float[n];
        float[] b = new float[n];
        for (int i = 0; i < n; i++) {
            a[i] = i * 0.5f;
            b[i] = 1000 - i;
        }
        float[] c = new float[n];
        CUdeviceptr result = cuda.allocate(4L * n);
        cuda.emulator.resetCounters();
        ok(launch(cuda.kernel("vector_add"), 4, 256, 0, upload(a), upload(b), result, n));
        ok(cuMemcpyDtoH(Pointer.to(c), result, 4L * n));
        for (int i = 0; i < n; i++) {
            assertThat(c[i]).isEqualTo(a[i] + b[i]);
        }
        List<LaunchReport> reports = cuda.emulator.counters();
        assertThat(reports).hasSize(1);
        assertThat(reports.get(0).kernel()).isEqualTo("vector_add");
        assertThat(reports.get(0).counters().instructions).isGreaterThan(8 * n / 32);
    }

    @Test
    void parametersOfAllSizesArrive() {
        CUdeviceptr out = cuda.allocate(8);
        double[] sum = new double[1];
        CUfunction kernel = cuda.kernel("mixed_parameters");
        ok(launch(kernel, 1, 1, 0, (byte) 1, (short) 20, 300, 4000L, 0.5f, 0.25, out));
        ok(cuMemcpyDtoH(Pointer.to(sum), out, 8));
        assertThat(sum[0]).isEqualTo(4321.75);
    }

    @Test
    void parametersAreTakenWhenTheLaunchIsMade() {
        CUdeviceptr data = upload(0);
        int[] value = {7};
        Pointer parameters = Pointer.to(Pointer.to(data), Pointer.to(new long[1]), Pointer.to(value));
        ok(cuLaunchKernel(cuda.kernel("store"), 1, 1, 1, 1, 1, 1, 0, null, parameters, null));
        value[0] = 8;
        assertThat(ints(data, 1)).containsExactly(7);
    }

    @Test
    void launchesOutsideTheLimitsAreRefusedAndTheContextStaysUsable() {
        CUfunction kernel = cuda.kernel("vector_add");
        CUdeviceptr a = upload(1f);
        expect(CUresult.CUDA_ERROR_INVALID_VALUE, launch(kernel, 0, 32, 0, a, a, a, 1));
        expect(CUresult.CUDA_ERROR_INVALID_VALUE, launch(kernel, 1, 0, 0, a, a, a, 1));
        expect(CUresult.CUDA_ERROR_INVALID_VALUE, launch(kernel, 1, 1025, 0, a, a, a, 1));
        expect(CUresult.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, launch(kernel, 1, 512, 0, a, a, a, 1));
        expect(CUresult.CUDA_ERROR_INVALID_VALUE, launch(kernel, 1, 32, 48 * 1024 + 4, a, a, a, 1));
        expect(CUresult.CUDA_ERROR_INVALID_HANDLE, launch(new CUfunction(), 1, 32, 0));
        ok(launch(kernel, 1, 32, 0, a, a, a, 1));
        ok(cuCtxSynchronize());
    }

    @Test
    void moreDynamicSharedMemoryThan48KbMustBeAllowedFirst() {
        CUfunction kernel = cuda.kernel("reverse");
        CUdeviceptr data = upload(IntStream.range(0, 64).toArray());
        expect(CUresult.CUDA_ERROR_INVALID_VALUE, launch(kernel, 1, 64, 100 * 1024, data));
        expect(CUresult.CUDA_ERROR_INVALID_VALUE, cuFuncSetAttribute(kernel, MAX_DYNAMIC_SHARED, 163 * 1024 + 1));
        ok(cuFuncSetAttribute(kernel, MAX_DYNAMIC_SHARED, 163 * 1024));
        ok(launch(kernel, 1, 64, 163 * 1024, data));
        assertThat(ints(data, 64))
                .isEqualTo(IntStream.range(0, 64).map(i -> 63 - i).toArray());
    }

    @Test
    void functionsTellTheirResources() {
        int[] value = new int[1];
        ok(cuFuncGetAttribute(value, 0, cuda.kernel("vector_add")));
        assertThat(value[0]).isEqualTo(256);
        ok(cuFuncGetAttribute(value, 1, cuda.kernel("count_calls")));
        assertThat(value[0]).isEqualTo(256);
        ok(cuFuncGetAttribute(value, 5, cuda.kernel("stop")));
        assertThat(value[0]).isEqualTo(80);
        expect(CUresult.CUDA_ERROR_NOT_SUPPORTED, cuFuncGetAttribute(value, 4, cuda.kernel("stop")));
        ok(cuOccupancyMaxActiveBlocksPerMultiprocessor(value, cuda.kernel("vector_add"), 256, 40 * 1024));
        assertThat(value[0]).as("164 KB hold four blocks of 41 KB").isEqualTo(4);
        ok(cuOccupancyMaxActiveBlocksPerMultiprocessor(value, cuda.kernel("vector_add"), 256, 0));
        assertThat(value[0]).as("2048 threads").isEqualTo(8);
    }

    @Test
    void aWriteBeyondTheAllocationLosesTheContextForGood() {
        CUdeviceptr data = upload(1, 2, 3, 4);
        ok(launch(cuda.kernel("store"), 1, 1, 0, data, 16L, 9));
        expect(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, cuCtxSynchronize());
        expect(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, cuMemAlloc(new CUdeviceptr(), 4));
        expect(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, cuMemcpyDtoH(Pointer.to(new int[4]), data, 16));
        expect(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, cuStreamSynchronize(new CUstream()));
        assertThat(lastFault().kind()).isEqualTo(DeviceFault.Kind.ILLEGAL_ADDRESS);
        assertThat(lastFault()).hasMessageContaining("store").hasMessageContaining("LaunchTest.java");
        cuda.close();
        cuda = new Cuda();
        ok(launch(cuda.kernel("store"), 1, 1, 0, upload(1), 0L, 9));
        ok(cuCtxSynchronize());
    }

    private DeviceFault lastFault() {
        List<DeviceFault> faults = cuda.emulator.faults();
        return faults.get(faults.size() - 1);
    }

    @Test
    void faultsHaveTheCodesOfHardware() {
        CUdeviceptr data = upload(1, 2, 3, 4);
        ok(launch(cuda.kernel("store"), 1, 1, 0, data, 2L, 9));
        expect(CUresult.CUDA_ERROR_MISALIGNED_ADDRESS, cuCtxSynchronize());
        cuda.close();
        cuda = new Cuda();
        ok(launch(cuda.kernel("stop"), 1, 1, 0));
        expect(CUresult.CUDA_ERROR_LAUNCH_FAILED, cuCtxSynchronize());
    }

    @Test
    void memoryFreedBeforeTheKernelRanIsStillThereBecauseFreeWaits() {
        CUdeviceptr data = upload(1);
        ok(launch(cuda.kernel("store"), 1, 1, 0, data, 0L, 9));
        ok(cuMemFree(data));
        ok(cuCtxSynchronize());
    }

    @Test
    void aPointerToFreedMemoryIsAnIllegalAddressThatNamesItsFormerOwner() {
        CUdeviceptr data = upload(1);
        CUdeviceptr dangling = data.withByteOffset(0);
        ok(cuMemFree(data));
        ok(launch(cuda.kernel("store"), 1, 1, 0, dangling, 0L, 9));
        expect(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, cuCtxSynchronize());
        assertThat(lastFault().kind()).isEqualTo(DeviceFault.Kind.USE_AFTER_FREE);
    }

    @Test
    void aMissingBarrierIsALaunchFailure() {
        CUdeviceptr data = upload(IntStream.range(0, 64).toArray());
        ok(launch(cuda.kernel("reverse_without_barrier"), 1, 64, 256, data));
        expect(CUresult.CUDA_ERROR_LAUNCH_FAILED, cuCtxSynchronize());
        assertThat(lastFault().kind()).isIn(DeviceFault.Kind.SHARED_RACE, DeviceFault.Kind.UNINITIALISED_READ);
    }

    @Test
    void aLaunchCanBeMadeToFail() {
        CUdeviceptr data = upload(1);
        CUfunction store = cuda.kernel("store");
        cuda.emulator.inject(FaultInjection.launchFailureAt(2));
        ok(launch(store, 1, 1, 0, data, 0L, 9));
        assertThat(ints(data, 1)).containsExactly(9);
        ok(launch(store, 1, 1, 0, data, 0L, 10));
        expect(CUresult.CUDA_ERROR_LAUNCH_FAILED, cuCtxSynchronize());
    }

    @Test
    void theDeviceCanBeLost() {
        CUdeviceptr data = upload(1);
        cuda.emulator.inject(FaultInjection.lostAt(2));
        ok(cuCtxSynchronize());
        expect(CUresult.CUDA_ERROR_UNKNOWN, cuCtxSynchronize());
        expect(CUresult.CUDA_ERROR_UNKNOWN, cuMemFree(data));
    }
}
