package org.ttdengine.kernels;

import java.util.List;

/** Kernels of the optimiser over many tensors at once: optimizer.cu. */
public final class OptimizerKernels {
    /** Threads of a block of every kernel of the family. */
    public static final int THREADS = 256;
    /** Elements of a tensor that a block works on. */
    public static final int CHUNK = 4096;

    /** One AdamW update of all parameters. */
    public static final KernelSpec ADAMW = new KernelSpec("optimizer", "adamw_update_f32", THREADS, 64);

    /** One AdamW update of one parameter. */
    public static final KernelSpec ADAMW_PLAIN = new KernelSpec("optimizer", "adamw_update_plain", THREADS, 40);

    /** Sums of squares of the chunks of all gradients. */
    public static final KernelSpec NORM_CHUNKS =
            new KernelSpec("optimizer", "gradient_norm_chunks_f32", THREADS, 48, 64);

    /** The norm, from the sums of the chunks. */
    public static final KernelSpec NORM_FINISH = new KernelSpec("optimizer", "gradient_norm_finish", THREADS, 48, 64);

    /** The norm of one gradient, by one thread. */
    public static final KernelSpec NORM_PLAIN = new KernelSpec("optimizer", "gradient_norm_plain", THREADS, 48);

    /** Zeros in all tensors. */
    public static final KernelSpec CLEAR = new KernelSpec("optimizer", "tensors_clear_f32", THREADS, 32);

    /** All of them. */
    public static final List<KernelSpec> ALL = List.of(ADAMW, ADAMW_PLAIN, NORM_CHUNKS, NORM_FINISH, NORM_PLAIN, CLEAR);

    private OptimizerKernels() {}
}
