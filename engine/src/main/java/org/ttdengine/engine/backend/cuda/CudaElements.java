package org.ttdengine.engine.backend.cuda;

import static org.ttdengine.engine.backend.cuda.TensorChecks.requireF32;
import static org.ttdengine.engine.backend.cuda.TensorChecks.requireSize;
import static org.ttdengine.engine.backend.cuda.TensorChecks.requireType;

import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.kernels.ElementKernels;
import org.ttdengine.kernels.KernelSpec;

/** Operations on each element by itself on a GPU; see elements.cu. */
final class CudaElements {
    private static final int THREADS = 256;
    private static final int VECTOR_BYTES = 16;

    private static final TypedKernels FILL = TypedKernels.of(ElementKernels.FILL_F32, ElementKernels.FILL_BF16);
    private static final TypedKernels SCALE = TypedKernels.of(ElementKernels.SCALE_F32, ElementKernels.SCALE_BF16);
    private static final TypedKernels COPY = new TypedKernels(
            ElementKernels.COPY_F32_F32,
            ElementKernels.COPY_F32_BF16,
            ElementKernels.COPY_BF16_F32,
            ElementKernels.COPY_BF16_BF16);
    private static final TypedKernels AXPY = new TypedKernels(
            ElementKernels.AXPY_F32_F32,
            ElementKernels.AXPY_F32_BF16,
            ElementKernels.AXPY_BF16_F32,
            ElementKernels.AXPY_BF16_BF16);
    private static final TypedKernels QUICK_GELU =
            TypedKernels.of(ElementKernels.QUICK_GELU_FORWARD_F32, ElementKernels.QUICK_GELU_FORWARD_BF16);
    private static final TypedKernels QUICK_GELU_BACKWARD =
            TypedKernels.of(ElementKernels.QUICK_GELU_BACKWARD_F32, ElementKernels.QUICK_GELU_BACKWARD_BF16);
    private static final TypedKernels GELU =
            TypedKernels.of(ElementKernels.GELU_ERF_FORWARD_F32, ElementKernels.GELU_ERF_FORWARD_BF16);
    private static final TypedKernels GELU_BACKWARD =
            TypedKernels.of(ElementKernels.GELU_ERF_BACKWARD_F32, ElementKernels.GELU_ERF_BACKWARD_BF16);
    private static final TypedKernels DROPOUT =
            TypedKernels.of(ElementKernels.DROPOUT_FORWARD_F32, ElementKernels.DROPOUT_FORWARD_BF16);

    private final CudaContext context;

    CudaElements(CudaContext context) {
        this.context = context;
    }

    /** {@link org.ttdengine.engine.backend.Backend#fill}. */
    void fill(Tensor tensor, double value) {
        run(FILL.of(tensor), tensor, (float) value, tensor, tensor.size());
    }

    /** {@link org.ttdengine.engine.backend.Backend#copy}, of any of the two types to any. */
    void copy(Tensor from, Tensor to) {
        requireSize(from.size(), to);
        run(COPY.of(from, to), to, from, to, to.size());
    }

    /** {@link org.ttdengine.engine.backend.Backend#axpy}. */
    void axpy(double alpha, Tensor x, Tensor y) {
        axpy(alpha, null, x, y);
    }

    /** {@code y += alpha deviceAlpha x}, the second factor a scalar in device memory, or 1 if null. */
    void axpy(double alpha, Tensor deviceAlpha, Tensor x, Tensor y) {
        requireSize(x.size(), y);
        checkScalar(deviceAlpha);
        run(AXPY.of(x, y), y, (float) alpha, deviceAlpha, x, y, y.size());
    }

    /** {@code x *= alpha deviceAlpha}, the second factor a scalar in device memory, or 1 if null. */
    void scale(double alpha, Tensor deviceAlpha, Tensor x) {
        checkScalar(deviceAlpha);
        run(SCALE.of(x), x, (float) alpha, deviceAlpha, x, x.size());
    }

    private static void checkScalar(Tensor scalar) {
        requireF32(scalar);
        requireSize(1, scalar);
    }

    /** {@link org.ttdengine.engine.backend.Backend#activation}; y may be x. */
    void activation(Activation activation, Tensor x, Tensor y) {
        requireType(x.dtype(), y);
        requireSize(x.size(), y);
        switch (activation) {
            case NONE -> copy(x, y);
            case QUICK_GELU -> run(QUICK_GELU.of(x), x, x, y, x.size());
            case GELU_ERF -> run(GELU.of(x), x, x, y, x.size());
        }
    }

    /** {@link org.ttdengine.engine.backend.Backend#activationBackward}. */
    void activationBackward(Activation activation, Tensor dy, Tensor x, Tensor dx) {
        requireType(x.dtype(), dy, dx);
        requireSize(x.size(), dy, dx);
        switch (activation) {
            case NONE -> copy(dy, dx);
            case QUICK_GELU -> run(QUICK_GELU_BACKWARD.of(x), x, dy, x, dx, x.size());
            case GELU_ERF -> run(GELU_BACKWARD.of(x), x, dy, x, dx, x.size());
        }
    }

    /** {@link org.ttdengine.engine.backend.Backend#dropout}; out may be in. */
    void dropout(Tensor in, double p, long seed, Tensor out, boolean accumulate) {
        requireType(in.dtype(), out);
        requireSize(in.size(), out);
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("dropout of " + in + " with probability " + p);
        }
        long threshold = (long) Math.ceil(p * 0x1p53);
        float scale = (float) (1 / (1 - p));
        run(DROPOUT.of(in), in, in, seed, threshold, scale, out, accumulate ? 1 : 0, in.size());
    }

    /** Launches a kernel with a thread per 16 bytes of {@code tensor}; nothing if it is empty. */
    private void run(KernelSpec kernel, Tensor tensor, Object... arguments) {
        if (tensor.size() > 0) {
            int perThread = VECTOR_BYTES / tensor.dtype().bytes();
            long threads = (tensor.size() - 1) / perThread + 1;
            context.kernel(kernel).launch(LaunchShape.covering(threads, THREADS), arguments);
        }
    }
}
