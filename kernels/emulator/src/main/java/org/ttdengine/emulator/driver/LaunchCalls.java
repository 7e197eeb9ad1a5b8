package org.ttdengine.emulator.driver;

import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.Dim3;
import org.ttdengine.emulator.machine.Launch;
import org.ttdengine.emulator.ptx.PtxParameter;

/** Kernel launches: parameters are taken at once, the kernel runs when its stream gets there. */
final class LaunchCalls {
    /** CU_LAUNCH_PARAM_END, _BUFFER_POINTER and _BUFFER_SIZE: keys of the {@code extra} list. */
    private static final long END = 0;

    private static final long BUFFER_POINTER = 1;
    private static final long BUFFER_SIZE = 2;

    private final Driver driver;

    LaunchCalls(Driver driver) {
        this.driver = driver;
    }

    void register(FunctionTable table) {
        table.context("cuLaunchKernel", (context, a) -> {
            Function function = driver.handles().get(a[0], Function.class);
            Dim3 grid = new Dim3((int) a[1], (int) a[2], (int) a[3]);
            Dim3 block = new Dim3((int) a[4], (int) a[5], (int) a[6]);
            requireShape(function, grid, block, a[7]);
            byte[] parameters = parameters(function, a[9], a[10]);
            Launch launch =
                    new Launch(function.module().code(), function.kernel().name(), grid, block, (int) a[7], parameters);
            submit(driver.stream(context, a[8]), launch);
        });
    }

    private void submit(Stream stream, Launch launch) {
        boolean injected = driver.injection().launch();
        driver.timeline().submit(stream, launch.kernel(), () -> {
            if (injected) {
                throw new DeviceFault(DeviceFault.Kind.TRAP, "injected failure of this launch");
            }
            driver.launches().add(launch, driver.processor().run(launch));
        });
    }

    private static void requireShape(Function function, Dim3 grid, Dim3 block, long dynamicShared) {
        Device device = function.context().device();
        requireAxis("grid x", grid.x(), device.attribute(DeviceAttributes.MAX_GRID_DIM_X));
        requireAxis("grid y", grid.y(), device.attribute(DeviceAttributes.MAX_GRID_DIM_Y));
        requireAxis("grid z", grid.z(), device.attribute(DeviceAttributes.MAX_GRID_DIM_Z));
        requireAxis("block x", block.x(), device.attribute(DeviceAttributes.MAX_BLOCK_DIM_X));
        requireAxis("block y", block.y(), device.attribute(DeviceAttributes.MAX_BLOCK_DIM_Y));
        requireAxis("block z", block.z(), device.attribute(DeviceAttributes.MAX_BLOCK_DIM_Z));
        int most = device.attribute(DeviceAttributes.MAX_THREADS_PER_BLOCK);
        if (block.count() > most) {
            throw new CudaException(CudaStatus.INVALID_VALUE, block + " threads in a block, at most " + most);
        }
        int bound = function.attribute(Function.MAX_THREADS_PER_BLOCK);
        if (block.count() > bound) {
            throw new CudaException(
                    CudaStatus.LAUNCH_OUT_OF_RESOURCES,
                    block + " threads in a block of " + function.kernel().name() + ", its launch bound is " + bound);
        }
        if (dynamicShared > function.maxDynamicShared()) {
            throw new CudaException(
                    CudaStatus.INVALID_VALUE,
                    dynamicShared + " bytes of dynamic shared memory for "
                            + function.kernel().name() + ", at most " + function.maxDynamicShared()
                            + " unless cuFuncSetAttribute allows more");
        }
    }

    private static void requireAxis(String axis, int size, int most) {
        if (size < 1 || size > most) {
            throw new CudaException(CudaStatus.INVALID_VALUE, axis + " is " + size + ", must be from 1 to " + most);
        }
    }

    /** The parameter block, from one pointer per parameter or from the buffer that {@code extra} describes. */
    private static byte[] parameters(Function function, long pointers, long extra) {
        int size = function.kernel().parameterBytes();
        if (extra != 0) {
            if (pointers != 0) {
                throw new CudaException(CudaStatus.INVALID_VALUE, "both kernelParams and extra");
            }
            return buffer(function, extra, size);
        }
        byte[] block = new byte[size];
        if (size > 0) {
            int index = 0;
            for (PtxParameter parameter : function.kernel().parameters()) {
                long pointer = HostMemory.getLong(pointers + (long) Long.BYTES * index++);
                HostMemory.view(pointer, parameter.size()).get(block, parameter.offset(), parameter.size());
            }
        }
        return block;
    }

    private static byte[] buffer(Function function, long extra, int expected) {
        long address = 0;
        long size = -1;
        for (long entry = extra; HostMemory.getLong(entry) != END; entry += 2 * Long.BYTES) {
            long key = HostMemory.getLong(entry);
            long value = HostMemory.getLong(entry + Long.BYTES);
            if (key == BUFFER_POINTER) {
                address = value;
            } else if (key == BUFFER_SIZE) {
                size = HostMemory.getLong(value);
            } else {
                throw new CudaException(CudaStatus.INVALID_VALUE, "launch parameter key " + key);
            }
        }
        if (size != expected) {
            throw new CudaException(
                    CudaStatus.INVALID_VALUE,
                    size + " bytes of parameters for " + function.kernel().name() + ", which takes " + expected);
        }
        return HostMemory.bytes(address, expected);
    }
}
