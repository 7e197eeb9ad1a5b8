package org.ttdengine.kernels;

import java.util.List;

/** Rows pooled with their own softmax: softmax_pool.cu. */
public final class SoftmaxPoolKernels {
    /** Threads of a block of every kernel of the family. */
    public static final int THREADS = 256;

    /** Pooled rows, a warp per row. */
    public static final KernelSpec FORWARD = new KernelSpec("softmax_pool", "softmax_pool_forward_f32", THREADS, 40);

    /** Gradient of the rows, a warp per row. */
    public static final KernelSpec BACKWARD = new KernelSpec("softmax_pool", "softmax_pool_backward_f32", THREADS, 40);

    /** Pooled rows, a thread per row. */
    public static final KernelSpec FORWARD_PLAIN =
            new KernelSpec("softmax_pool", "softmax_pool_forward_plain", THREADS, 40);

    /** Gradient of the rows, a thread per row. */
    public static final KernelSpec BACKWARD_PLAIN =
            new KernelSpec("softmax_pool", "softmax_pool_backward_plain", THREADS, 40);

    /** All of them. */
    public static final List<KernelSpec> ALL = List.of(FORWARD, BACKWARD, FORWARD_PLAIN, BACKWARD_PLAIN);

    private SoftmaxPoolKernels() {}
}
