package org.ttdengine.engine.backend.cuda;

import static org.ttdengine.engine.backend.cuda.TensorChecks.requireF32;
import static org.ttdengine.engine.backend.cuda.TensorChecks.requireSize;

import org.ttdengine.engine.Tensor;
import org.ttdengine.kernels.KernelSpec;
import org.ttdengine.kernels.SoftmaxPoolKernels;

/** Softmax pooling on a GPU; see softmax_pool.cu. */
final class CudaSoftmaxPool {
    private static final int ROWS_PER_BLOCK = SoftmaxPoolKernels.THREADS / 32;

    private final CudaContext context;
    private final boolean plain;

    CudaSoftmaxPool(CudaContext context) {
        this(context, false);
    }

    /** With {@code plain}, the reference kernels run instead of the fast ones. */
    CudaSoftmaxPool(CudaContext context, boolean plain) {
        this.context = context;
        this.plain = plain;
    }

    /** {@link org.ttdengine.engine.backend.Backend#softmaxPool}. */
    void forward(Tensor x, int cells, double sharpness, Tensor y) {
        requireF32(x, y);
        requireSize(Math.multiplyExact(y.size(), cells), x);
        if (y.size() > 0) {
            kernel(SoftmaxPoolKernels.FORWARD, SoftmaxPoolKernels.FORWARD_PLAIN)
                    .launch(shape(y.size()), x, (float) sharpness, y, y.size(), cells);
        }
    }

    /** {@link org.ttdengine.engine.backend.Backend#softmaxPoolBackward}. */
    void backward(Tensor dy, Tensor x, Tensor y, int cells, double sharpness, Tensor dx, boolean accumulate) {
        requireF32(dy, x, y, dx);
        requireSize(Math.multiplyExact(y.size(), cells), x, dx);
        requireSize(y.size(), dy);
        if (y.size() > 0) {
            kernel(SoftmaxPoolKernels.BACKWARD, SoftmaxPoolKernels.BACKWARD_PLAIN)
                    .launch(shape(y.size()), dy, x, y, (float) sharpness, dx, accumulate ? 1 : 0, y.size(), cells);
        }
    }

    private Kernel kernel(KernelSpec fast, KernelSpec reference) {
        return context.kernel(plain ? reference : fast);
    }

    private LaunchShape shape(int rows) {
        return plain
                ? LaunchShape.covering(rows, SoftmaxPoolKernels.THREADS)
                : LaunchShape.of((rows + ROWS_PER_BLOCK - 1) / ROWS_PER_BLOCK).threads(SoftmaxPoolKernels.THREADS);
    }
}
