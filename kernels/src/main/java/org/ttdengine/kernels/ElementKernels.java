package org.ttdengine.kernels;

import java.util.List;

/** Operations on each element by itself: elements.cu. */
public final class ElementKernels {
    private static final int THREADS = 256;

    public static final KernelSpec FILL_F32 = new KernelSpec("elements", "fill_f32", THREADS, 32);

    public static final KernelSpec FILL_BF16 = new KernelSpec("elements", "fill_bf16", THREADS, 32);

    public static final KernelSpec SCALE_F32 = new KernelSpec("elements", "scale_f32", THREADS, 40);

    public static final KernelSpec SCALE_BF16 = new KernelSpec("elements", "scale_bf16", THREADS, 40);

    public static final KernelSpec DROPOUT_FORWARD_F32 = new KernelSpec("elements", "dropout_forward_f32", THREADS, 56);

    public static final KernelSpec DROPOUT_FORWARD_BF16 =
            new KernelSpec("elements", "dropout_forward_bf16", THREADS, 56);

    public static final KernelSpec QUICK_GELU_FORWARD_F32 =
            new KernelSpec("elements", "quick_gelu_forward_f32", THREADS, 72);

    public static final KernelSpec QUICK_GELU_FORWARD_BF16 =
            new KernelSpec("elements", "quick_gelu_forward_bf16", THREADS, 72);

    public static final KernelSpec QUICK_GELU_BACKWARD_F32 =
            new KernelSpec("elements", "quick_gelu_backward_f32", THREADS, 72);

    public static final KernelSpec QUICK_GELU_BACKWARD_BF16 =
            new KernelSpec("elements", "quick_gelu_backward_bf16", THREADS, 72);

    public static final KernelSpec GELU_ERF_FORWARD_F32 =
            new KernelSpec("elements", "gelu_erf_forward_f32", THREADS, 72);

    public static final KernelSpec GELU_ERF_FORWARD_BF16 =
            new KernelSpec("elements", "gelu_erf_forward_bf16", THREADS, 72);

    public static final KernelSpec GELU_ERF_BACKWARD_F32 =
            new KernelSpec("elements", "gelu_erf_backward_f32", THREADS, 72);

    public static final KernelSpec GELU_ERF_BACKWARD_BF16 =
            new KernelSpec("elements", "gelu_erf_backward_bf16", THREADS, 72);

    public static final KernelSpec COPY_F32_F32 = new KernelSpec("elements", "copy_f32_f32", THREADS, 32);

    public static final KernelSpec COPY_F32_BF16 = new KernelSpec("elements", "copy_f32_bf16", THREADS, 32);

    public static final KernelSpec COPY_BF16_F32 = new KernelSpec("elements", "copy_bf16_f32", THREADS, 32);

    public static final KernelSpec COPY_BF16_BF16 = new KernelSpec("elements", "copy_bf16_bf16", THREADS, 32);

    public static final KernelSpec AXPY_F32_F32 = new KernelSpec("elements", "axpy_f32_f32", THREADS, 40);

    public static final KernelSpec AXPY_F32_BF16 = new KernelSpec("elements", "axpy_f32_bf16", THREADS, 40);

    public static final KernelSpec AXPY_BF16_F32 = new KernelSpec("elements", "axpy_bf16_f32", THREADS, 40);

    public static final KernelSpec AXPY_BF16_BF16 = new KernelSpec("elements", "axpy_bf16_bf16", THREADS, 40);

    /** All of them. */
    public static final List<KernelSpec> ALL = List.of(
            FILL_F32,
            FILL_BF16,
            SCALE_F32,
            SCALE_BF16,
            DROPOUT_FORWARD_F32,
            DROPOUT_FORWARD_BF16,
            QUICK_GELU_FORWARD_F32,
            QUICK_GELU_FORWARD_BF16,
            QUICK_GELU_BACKWARD_F32,
            QUICK_GELU_BACKWARD_BF16,
            GELU_ERF_FORWARD_F32,
            GELU_ERF_FORWARD_BF16,
            GELU_ERF_BACKWARD_F32,
            GELU_ERF_BACKWARD_BF16,
            COPY_F32_F32,
            COPY_F32_BF16,
            COPY_BF16_F32,
            COPY_BF16_BF16,
            AXPY_F32_F32,
            AXPY_F32_BF16,
            AXPY_BF16_F32,
            AXPY_BF16_BF16);

    private ElementKernels() {}
}
