package org.ttdengine.engine.backend.cuda;

import static org.ttdengine.engine.backend.cuda.TensorChecks.requireF32;
import static org.ttdengine.engine.backend.cuda.TensorChecks.requireSize;

import org.ttdengine.engine.Tensor;
import org.ttdengine.kernels.CrossEntropyKernels;

/** Softmax cross-entropy on a GPU; see cross_entropy.cu. */
final class CudaCrossEntropy {
    private static final int WARP = 32;
    private static final int ROWS_PER_BLOCK = CrossEntropyKernels.THREADS / WARP;

    private final CudaContext context;
    private final boolean plain;

    CudaCrossEntropy(CudaContext context) {
        this(context, false);
    }

    /** With {@code plain}, the reference kernel runs instead of the fast one. */
    CudaCrossEntropy(CudaContext context, boolean plain) {
        this.context = context;
        this.plain = plain;
    }

    /** {@link org.ttdengine.engine.backend.Backend#softmaxCrossEntropy}. */
    void run(Tensor x, Tensor logScale, int[] targets, double weight, Tensor losses, Tensor dx, Tensor dlogScale) {
        int rows = targets.length;
        int classes = x.shape().size(-1);
        requireF32(x, logScale, losses, dx, dlogScale);
        requireSize(Math.multiplyExact(rows, classes), x, dx);
        requireSize(rows, losses, dlogScale);
        requireSize(1, logScale);
        if (rows == 0) {
            return;
        }
        context.kernel(
                        plain
                                ? CrossEntropyKernels.SOFTMAX_CROSS_ENTROPY_PLAIN
                                : CrossEntropyKernels.SOFTMAX_CROSS_ENTROPY)
                .launch(
                        plain
                                ? LaunchShape.covering(rows, CrossEntropyKernels.THREADS)
                                : LaunchShape.of((rows + ROWS_PER_BLOCK - 1) / ROWS_PER_BLOCK)
                                        .threads(CrossEntropyKernels.THREADS),
                        x,
                        logScale,
                        context.upload(targets),
                        (float) weight,
                        losses,
                        dx,
                        dlogScale,
                        rows,
                        classes);
    }
}
