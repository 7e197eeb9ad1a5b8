package org.ttdengine.engine.backend.cuda;

import static org.ttdengine.engine.backend.cuda.Driver.check;

import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.JCudaDriver;

/**
 * The most a GPU can do by its clocks and widths, as the driver tells them.
 *
 * @param flopsPerSecond single-precision arithmetic on CUDA cores
 * @param tensorFlopsPerSecond dense bfloat16 products with single-precision sums on tensor cores
 * @param bytesPerSecond traffic of global memory
 */
public record GpuPeak(double flopsPerSecond, double tensorFlopsPerSecond, double bytesPerSecond) {
    /**
     * Peaks of a GPU.
     *
     * @throws CudaException if the driver does not tell them
     */
    public static GpuPeak of(Gpu gpu) {
        CUdevice device = Gpu.handle(gpu.ordinal());
        double cycles = 1e3 * attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CLOCK_RATE);
        double memoryCycles = 1e3 * attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE);
        int busBits = attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH);
        double perCycle = cycles * gpu.multiprocessors();
        return new GpuPeak(
                2 * coreProducts(gpu.capability()) * perCycle,
                2 * tensorProducts(gpu.capability()) * perCycle,
                2 * memoryCycles * busBits / 8);
    }

    /** Single-precision multiply-adds of a multiprocessor and cycle (CUDA C++ Programming Guide, arithmetic throughput). */
    private static int coreProducts(int capability) {
        return capability == 80 ? 64 : 128;
    }

    /** bfloat16 multiply-adds of a multiprocessor's tensor cores and cycle (NVIDIA's architecture white papers). */
    private static int tensorProducts(int capability) {
        return switch (capability) {
            case 80 -> 1024;
            case 86, 87, 89 -> 256;
            case 90 -> 2048;
            default -> 1024;
        };
    }

    private static int attribute(CUdevice device, int attribute) {
        int[] value = new int[1];
        check(JCudaDriver.cuDeviceGetAttribute(value, attribute, device), "cuDeviceGetAttribute");
        return value[0];
    }
}
