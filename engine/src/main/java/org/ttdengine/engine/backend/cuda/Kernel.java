package org.ttdengine.engine.backend.cuda;

import static org.ttdengine.engine.backend.cuda.Driver.check;

import java.util.List;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.JCudaDriver;
import org.ttdengine.engine.DeviceStorage;
import org.ttdengine.engine.Tensor;
import org.ttdengine.kernels.KernelSpec;
import org.ttdengine.kernels.PtxEntry;
import org.ttdengine.kernels.PtxParameter;

/** A kernel that is ready to be launched. */
final class Kernel {
    /** Dynamic shared memory that needs no permission. */
    private static final int FREE_SHARED_BYTES = 48 << 10;

    private final CudaContext context;
    private final KernelSpec spec;
    private final PtxEntry entry;
    private final CUfunction function;

    Kernel(CudaContext context, KernelSpec spec, PtxEntry entry, CUfunction function) {
        this.context = context;
        this.spec = spec;
        this.entry = entry;
        this.function = function;
        if (spec.sharedBudget() > FREE_SHARED_BYTES) {
            int attribute = CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
            check(
                    JCudaDriver.cuFuncSetAttribute(function, attribute, spec.sharedBudget()),
                    "cuFuncSetAttribute of " + spec.name());
        }
    }

    /**
     * Puts the kernel into the stream and returns at once.
     *
     * @param arguments in the order of the kernel's parameters: a {@link Tensor}, a {@link ScratchMemory.Block} or a Long
     *     (an address or a 64-bit number), an Integer, a Float or a Double; null is the null pointer
     * @throws IllegalArgumentException if the launch or an argument does not fit the kernel
     */
    void launch(LaunchShape shape, Object... arguments) {
        checkShape(shape);
        List<PtxParameter> parameters = entry.parameters();
        if (arguments.length != parameters.size()) {
            throw new IllegalArgumentException(
                    "kernel " + spec.name() + " takes " + parameters.size() + " arguments, not " + arguments.length);
        }
        NativePointerObject[] pointers = new NativePointerObject[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            pointers[i] = argument(i, arguments[i], parameters.get(i).bytes());
        }
        context.bind();
        check(
                JCudaDriver.cuLaunchKernel(
                        function,
                        shape.gridX(),
                        shape.gridY(),
                        shape.gridZ(),
                        shape.threadsX(),
                        shape.threadsY(),
                        1,
                        shape.sharedBytes(),
                        context.stream(),
                        Pointer.to(pointers),
                        null),
                "cuLaunchKernel of " + spec.name());
    }

    private void checkShape(LaunchShape shape) {
        int threads = shape.threadsX() * shape.threadsY();
        if (threads > spec.maxThreads() || shape.sharedBytes() > spec.sharedBudget()) {
            throw new IllegalArgumentException("kernel " + spec.name() + " takes at most " + spec.maxThreads()
                    + " threads and " + spec.sharedBudget() + " bytes of shared memory, not " + threads + " and "
                    + shape.sharedBytes());
        }
    }

    private Pointer argument(int index, Object value, int bytes) {
        if (bytes == Long.BYTES && (value == null || value instanceof Tensor || value instanceof Long)) {
            return Pointer.to(new long[] {address(value)});
        }
        if (bytes == Long.BYTES && value instanceof ScratchMemory.Block block) {
            return Pointer.to(new long[] {block.address()});
        }
        if (bytes == Double.BYTES && value instanceof Double number) {
            return Pointer.to(new double[] {number});
        }
        if (bytes == Integer.BYTES && value instanceof Integer number) {
            return Pointer.to(new int[] {number});
        }
        if (bytes == Float.BYTES && value instanceof Float number) {
            return Pointer.to(new float[] {number});
        }
        throw new IllegalArgumentException("argument " + index + " of kernel " + spec.name() + " has " + bytes
                + " bytes; " + value + " does not fit");
    }

    private static long address(Object value) {
        if (value instanceof Tensor tensor) {
            if (tensor.storage() instanceof DeviceStorage storage) {
                return storage.address();
            }
            throw new IllegalArgumentException(tensor + " is not on a CUDA device");
        }
        return value == null ? 0 : (Long) value;
    }
}
