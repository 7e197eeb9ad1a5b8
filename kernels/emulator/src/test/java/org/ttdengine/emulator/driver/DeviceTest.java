package org.ttdengine.emulator.driver;

import static jcuda.driver.JCudaDriver.cuDeviceComputeCapability;
import static jcuda.driver.JCudaDriver.cuDeviceGet;
import static jcuda.driver.JCudaDriver.cuDeviceGetAttribute;
import static jcuda.driver.JCudaDriver.cuDeviceGetByPCIBusId;
import static jcuda.driver.JCudaDriver.cuDeviceGetCount;
import static jcuda.driver.JCudaDriver.cuDeviceGetName;
import static jcuda.driver.JCudaDriver.cuDeviceGetPCIBusId;
import static jcuda.driver.JCudaDriver.cuDeviceGetUuid;
import static jcuda.driver.JCudaDriver.cuDeviceTotalMem;
import static jcuda.driver.JCudaDriver.cuDriverGetVersion;
import static jcuda.driver.JCudaDriver.cuGetErrorName;
import static jcuda.driver.JCudaDriver.cuGetErrorString;
import static jcuda.driver.JCudaDriver.cuInit;
import static jcuda.driver.JCudaDriver.cuProfilerStart;
import static jcuda.driver.JCudaDriver.cuProfilerStop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.ttdengine.emulator.driver.Cuda.expect;
import static org.ttdengine.emulator.driver.Cuda.ok;

import java.nio.charset.StandardCharsets;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUresult;
import jcuda.driver.CUuuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DeviceTest {
    private Cuda cuda;

    @BeforeEach
    void createContext() {
        cuda = new Cuda();
    }

    @AfterEach
    void destroyContext() {
        cuda.close();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII).replaceAll("\0.*", "");
    }

    @Test
    void oneDeviceNamesItselfSoThatNobodyTakesItForAGpu() {
        int[] count = new int[1];
        byte[] name = new byte[64];
        ok(cuDeviceGetCount(count));
        ok(cuDeviceGetName(name, name.length, cuda.device));
        assertThat(count).containsExactly(1);
        assertThat(text(name)).isEqualTo("TTD PTX emulator");
        byte[] few = new byte[4];
        ok(cuDeviceGetName(few, few.length, cuda.device));
        assertThat(text(few)).isEqualTo("TTD");
    }

    @Test
    void aDeviceThatIsNotThereIsRefused() {
        expect(CUresult.CUDA_ERROR_INVALID_DEVICE, cuDeviceGet(new CUdevice(), 1));
        expect(CUresult.CUDA_ERROR_INVALID_DEVICE, cuDeviceGet(new CUdevice(), -1));
    }

    @Test
    void attributesAreThoseOfComputeCapabilityEight() {
        assertThat(attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR))
                .isEqualTo(8);
        assertThat(attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR))
                .isZero();
        assertThat(attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_WARP_SIZE)).isEqualTo(32);
        assertThat(attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK))
                .isEqualTo(1024);
        assertThat(attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK))
                .isEqualTo(49152);
        assertThat(attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN))
                .isEqualTo(166912);
        assertThat(attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT))
                .isEqualTo(108);
        int[] major = new int[1];
        int[] minor = new int[1];
        ok(cuDeviceComputeCapability(major, minor, cuda.device));
        assertThat(major[0] * 10 + minor[0]).isEqualTo(80);
        expect(CUresult.CUDA_ERROR_INVALID_VALUE, cuDeviceGetAttribute(new int[1], 12345, cuda.device));
    }

    private int attribute(int number) {
        int[] value = new int[1];
        ok(cuDeviceGetAttribute(value, number, cuda.device));
        return value[0];
    }

    @Test
    void memoryIdentityAndVersionAreTold() {
        long[] bytes = new long[1];
        int[] version = new int[1];
        CUuuid uuid = new CUuuid();
        String[] bus = new String[1];
        CUdevice same = new CUdevice();
        ok(cuDeviceTotalMem(bytes, cuda.device));
        ok(cuDriverGetVersion(version));
        ok(cuDeviceGetUuid(uuid, cuda.device));
        ok(cuDeviceGetPCIBusId(bus, 32, cuda.device));
        assertThat(bytes[0]).isEqualTo(cuda.emulator.options().memory());
        assertThat(version[0]).isEqualTo(12000);
        ok(cuDeviceGetByPCIBusId(same, bus[0]));
        assertThat(same).isEqualTo(cuda.device);
        expect(CUresult.CUDA_ERROR_INVALID_DEVICE, cuDeviceGetByPCIBusId(same, "0000:77:00.0"));
    }

    @Test
    void errorsHaveTheirNamesAndTexts() {
        String[] text = new String[1];
        ok(cuGetErrorName(700, text));
        assertThat(text[0]).isEqualTo("CUDA_ERROR_ILLEGAL_ADDRESS");
        ok(cuGetErrorString(0, text));
        assertThat(text[0]).isEqualTo("no error");
        expect(CUresult.CUDA_ERROR_INVALID_VALUE, cuGetErrorName(123456, text));
    }

    @Test
    void everyStatusHasJcudasCode() {
        for (CudaStatus status : CudaStatus.values()) {
            assertThat(CUresult.stringFor(status.code())).isEqualTo(status.cudaName());
        }
    }

    @Test
    void initialisationTakesNoFlags() {
        expect(CUresult.CUDA_ERROR_INVALID_VALUE, cuInit(1));
        ok(cuInit(0));
    }

    @Test
    void theProfilerCanBeSwitched() {
        ok(cuProfilerStart());
        ok(cuProfilerStop());
    }
}
