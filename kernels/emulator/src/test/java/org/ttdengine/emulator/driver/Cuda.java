package org.ttdengine.emulator.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
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

    /** Text of the test kernels, {@code src/test/cuda/driver.cu}. */
    static String ptx() {
        try (InputStream text = Cuda.class.getResourceAsStream("driver.ptx")) {
            return new String(text.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text as the zero-terminated image that the driver takes. */
    static byte[] image(String ptx) {
        return (ptx + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    /** The test kernels, loaded anew. */
    CUmodule module() {
        CUmodule module = new CUmodule();
        ok(JCudaDriver.cuModuleLoadData(module, image(ptx())));
        return module;
    }

    /** A test kernel. */
    CUfunction kernel(String name) {
        CUfunction function = new CUfunction();
        ok(JCudaDriver.cuModuleGetFunction(function, module(), name));
        return function;
    }

    /** Kernel parameters, each by a pointer to its value. */
    static Pointer parameters(Object... values) {
        return Pointer.to(Arrays.stream(values).map(Cuda::pointer).toArray(NativePointerObject[]::new));
    }

    private static Pointer pointer(Object value) {
        if (value instanceof NativePointerObject address) {
            return Pointer.to(address);
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        if (value instanceof Byte b) {
            bytes.put(0, b);
        } else if (value instanceof Short s) {
            bytes.putShort(0, s);
        } else if (value instanceof Integer i) {
            bytes.putInt(0, i);
        } else if (value instanceof Long l) {
            bytes.putLong(0, l);
        } else if (value instanceof Float f) {
            bytes.putFloat(0, f);
        } else {
            bytes.putDouble(0, (Double) value);
        }
        return Pointer.to(bytes);
    }

    @Override
    public void close() {
        ok(JCudaDriver.cuCtxDestroy(context));
    }
}
