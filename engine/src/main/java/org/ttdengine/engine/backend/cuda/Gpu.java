package org.ttdengine.engine.backend.cuda;

import static org.ttdengine.engine.backend.cuda.Driver.check;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.JCudaDriver;

/**
 * A GPU that the driver lists.
 *
 * @param ordinal its number, from 0
 * @param name what it calls itself
 * @param capability ten times its compute capability: 80 for 8.0
 * @param multiprocessors its number of streaming multiprocessors
 * @param memoryBytes its global memory
 */
public record Gpu(int ordinal, String name, int capability, int multiprocessors, long memoryBytes) {
    /** The oldest capability the kernels run on: 8.0, Ampere. */
    public static final int OLDEST_CAPABILITY = 80;

    /** How the names of the project's own devices begin, the PTX emulator's and the g++ twin's: they have no speed. */
    private static final String OWN = "TTD ";

    /**
     * All GPUs, in the driver's order.
     *
     * @throws CudaException if there is no driver, or it is too old
     */
    public static List<Gpu> all() {
        Driver.initialise();
        int[] count = new int[1];
        check(JCudaDriver.cuDeviceGetCount(count), "cuDeviceGetCount");
        List<Gpu> gpus = new ArrayList<>();
        for (int i = 0; i < count[0]; i++) {
            gpus.add(of(i));
        }
        return List.copyOf(gpus);
    }

    /** The driver's version as {@code major.minor} of the CUDA it belongs to. */
    public static String driverVersion() {
        Driver.initialise();
        int version = Driver.version();
        return version / 1000 + "." + version % 1000 / 10;
    }

    /** Whether it is one of the project's own emulated devices. */
    public boolean isEmulated() {
        return name.startsWith(OWN);
    }

    /** Whether the kernels run on it. */
    public boolean isSupported() {
        return capability >= OLDEST_CAPABILITY;
    }

    /** The GPU of a number that the driver lists. */
    static Gpu of(int ordinal) {
        CUdevice device = handle(ordinal);
        long[] memory = new long[1];
        check(JCudaDriver.cuDeviceTotalMem(memory, device), "cuDeviceTotalMem");
        return new Gpu(
                ordinal,
                name(device),
                10 * attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
                        + attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
                attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
                memory[0]);
    }

    static CUdevice handle(int ordinal) {
        CUdevice device = new CUdevice();
        check(JCudaDriver.cuDeviceGet(device, ordinal), "cuDeviceGet");
        return device;
    }

    private static String name(CUdevice device) {
        byte[] text = new byte[256];
        check(JCudaDriver.cuDeviceGetName(text, text.length, device), "cuDeviceGetName");
        int length = 0;
        while (length < text.length && text[length] != 0) {
            length++;
        }
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }

    private static int attribute(CUdevice device, int attribute) {
        int[] value = new int[1];
        check(JCudaDriver.cuDeviceGetAttribute(value, attribute, device), "cuDeviceGetAttribute");
        return value[0];
    }

    @Override
    public String toString() {
        return name + ", compute capability " + capability / 10 + "." + capability % 10 + ", " + (memoryBytes >> 20)
                + " MB";
    }
}
