package org.ttdengine.kernels;

import java.util.List;

/** Layer normalisation and L2 normalisation of rows: layer_norm.cu and l2_normalize.cu. */
public final class NormKernels {
    private static final int THREADS = 256;

    public static final KernelSpec LAYER_NORM_FORWARD_F32 =
            new KernelSpec("layer_norm", "layer_norm_forward_f32", THREADS, 128, 5280);

    public static final KernelSpec LAYER_NORM_FORWARD_BF16 =
            new KernelSpec("layer_norm", "layer_norm_forward_bf16", THREADS, 128, 5280);

    public static final KernelSpec LAYER_NORM_BACKWARD_F32 =
            new KernelSpec("layer_norm", "layer_norm_backward_f32", THREADS, 128, 5280);

    public static final KernelSpec LAYER_NORM_BACKWARD_BF16 =
            new KernelSpec("layer_norm", "layer_norm_backward_bf16", THREADS, 128, 5280);

    public static final KernelSpec LAYER_NORM_BACKWARD_WEIGHTS_F32 =
            new KernelSpec("layer_norm", "layer_norm_backward_weights_f32", THREADS, 255, 10528);

    public static final KernelSpec LAYER_NORM_BACKWARD_WEIGHTS_BF16 =
            new KernelSpec("layer_norm", "layer_norm_backward_weights_bf16", THREADS, 255, 10528);

    public static final KernelSpec LAYER_NORM_WEIGHT_SUMS =
            new KernelSpec("layer_norm", "layer_norm_weight_sums", THREADS, 48, 1024);

    public static final KernelSpec LAYER_NORM_FORWARD_PLAIN_F32 =
            new KernelSpec("layer_norm", "layer_norm_forward_plain_f32", THREADS, 40);

    public static final KernelSpec LAYER_NORM_FORWARD_PLAIN_BF16 =
            new KernelSpec("layer_norm", "layer_norm_forward_plain_bf16", THREADS, 40);

    public static final KernelSpec LAYER_NORM_BACKWARD_PLAIN_F32 =
            new KernelSpec("layer_norm", "layer_norm_backward_plain_f32", THREADS, 40);

    public static final KernelSpec LAYER_NORM_BACKWARD_PLAIN_BF16 =
            new KernelSpec("layer_norm", "layer_norm_backward_plain_bf16", THREADS, 40);

    public static final KernelSpec LAYER_NORM_WEIGHTS_PLAIN_F32 =
            new KernelSpec("layer_norm", "layer_norm_weights_plain_f32", THREADS, 40);

    public static final KernelSpec LAYER_NORM_WEIGHTS_PLAIN_BF16 =
            new KernelSpec("layer_norm", "layer_norm_weights_plain_bf16", THREADS, 40);

    public static final KernelSpec L2_NORMALIZE_FORWARD_F32_F32 =
            new KernelSpec("l2_normalize", "l2_normalize_forward_f32_f32", THREADS, 80, 32);

    public static final KernelSpec L2_NORMALIZE_FORWARD_BF16_F32 =
            new KernelSpec("l2_normalize", "l2_normalize_forward_bf16_f32", THREADS, 80, 32);

    public static final KernelSpec L2_NORMALIZE_FORWARD_BF16_BF16 =
            new KernelSpec("l2_normalize", "l2_normalize_forward_bf16_bf16", THREADS, 80, 32);

    public static final KernelSpec L2_NORMALIZE_BACKWARD_F32_F32 =
            new KernelSpec("l2_normalize", "l2_normalize_backward_f32_f32", THREADS, 104, 32);

    public static final KernelSpec L2_NORMALIZE_BACKWARD_BF16_F32 =
            new KernelSpec("l2_normalize", "l2_normalize_backward_bf16_f32", THREADS, 104, 32);

    public static final KernelSpec L2_NORMALIZE_BACKWARD_BF16_BF16 =
            new KernelSpec("l2_normalize", "l2_normalize_backward_bf16_bf16", THREADS, 104, 32);

    public static final KernelSpec L2_NORMALIZE_FORWARD_PLAIN_F32_F32 =
            new KernelSpec("l2_normalize", "l2_normalize_forward_plain_f32_f32", THREADS, 40);

    public static final KernelSpec L2_NORMALIZE_FORWARD_PLAIN_BF16_F32 =
            new KernelSpec("l2_normalize", "l2_normalize_forward_plain_bf16_f32", THREADS, 40);

    public static final KernelSpec L2_NORMALIZE_FORWARD_PLAIN_BF16_BF16 =
            new KernelSpec("l2_normalize", "l2_normalize_forward_plain_bf16_bf16", THREADS, 40);

    public static final KernelSpec L2_NORMALIZE_BACKWARD_PLAIN_F32_F32 =
            new KernelSpec("l2_normalize", "l2_normalize_backward_plain_f32_f32", THREADS, 40);

    public static final KernelSpec L2_NORMALIZE_BACKWARD_PLAIN_BF16_F32 =
            new KernelSpec("l2_normalize", "l2_normalize_backward_plain_bf16_f32", THREADS, 40);

    public static final KernelSpec L2_NORMALIZE_BACKWARD_PLAIN_BF16_BF16 =
            new KernelSpec("l2_normalize", "l2_normalize_backward_plain_bf16_bf16", THREADS, 40);

    /** All of them. */
    public static final List<KernelSpec> ALL = List.of(
            LAYER_NORM_FORWARD_F32,
            LAYER_NORM_FORWARD_BF16,
            LAYER_NORM_BACKWARD_F32,
            LAYER_NORM_BACKWARD_BF16,
            LAYER_NORM_BACKWARD_WEIGHTS_F32,
            LAYER_NORM_BACKWARD_WEIGHTS_BF16,
            LAYER_NORM_WEIGHT_SUMS,
            LAYER_NORM_FORWARD_PLAIN_F32,
            LAYER_NORM_FORWARD_PLAIN_BF16,
            LAYER_NORM_BACKWARD_PLAIN_F32,
            LAYER_NORM_BACKWARD_PLAIN_BF16,
            LAYER_NORM_WEIGHTS_PLAIN_F32,
            LAYER_NORM_WEIGHTS_PLAIN_BF16,
            L2_NORMALIZE_FORWARD_F32_F32,
            L2_NORMALIZE_FORWARD_BF16_F32,
            L2_NORMALIZE_FORWARD_BF16_BF16,
            L2_NORMALIZE_BACKWARD_F32_F32,
            L2_NORMALIZE_BACKWARD_BF16_F32,
            L2_NORMALIZE_BACKWARD_BF16_BF16,
            L2_NORMALIZE_FORWARD_PLAIN_F32_F32,
            L2_NORMALIZE_FORWARD_PLAIN_BF16_F32,
            L2_NORMALIZE_FORWARD_PLAIN_BF16_BF16,
            L2_NORMALIZE_BACKWARD_PLAIN_F32_F32,
            L2_NORMALIZE_BACKWARD_PLAIN_BF16_F32,
            L2_NORMALIZE_BACKWARD_PLAIN_BF16_BF16);

    private NormKernels() {}
}
