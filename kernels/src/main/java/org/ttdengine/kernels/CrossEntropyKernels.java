package org.ttdengine.kernels;

import java.util.List;

/** Softmax cross-entropy of rows: cross_entropy.cu. */
public final class CrossEntropyKernels {
    /** Threads of a block of every kernel of the family. */
    public static final int THREADS = 256;

    /** Losses and gradients, a warp per row. */
    public static final KernelSpec SOFTMAX_CROSS_ENTROPY =
            new KernelSpec("cross_entropy", "softmax_cross_entropy_f32", THREADS, 48);

    /** Losses and gradients, a thread per row. */
    public static final KernelSpec SOFTMAX_CROSS_ENTROPY_PLAIN =
            new KernelSpec("cross_entropy", "softmax_cross_entropy_plain", THREADS, 48);

    /** All of them. */
    public static final List<KernelSpec> ALL = List.of(SOFTMAX_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY_PLAIN);

    private CrossEntropyKernels() {}
}
