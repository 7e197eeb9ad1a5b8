package org.ttdengine.kernels;

import java.util.List;

/** Mixes of rows and pictures as rows of patches: rows.cu. */
public final class RowKernels {
    private static final int THREADS = 256;

    public static final KernelSpec MIX_ROWS_FORWARD_F32_F32 =
            new KernelSpec("rows", "mix_rows_forward_f32_f32", THREADS, 112);

    public static final KernelSpec MIX_ROWS_FORWARD_F32_BF16 =
            new KernelSpec("rows", "mix_rows_forward_f32_bf16", THREADS, 112);

    public static final KernelSpec MIX_ROWS_FORWARD_BF16_F32 =
            new KernelSpec("rows", "mix_rows_forward_bf16_f32", THREADS, 112);

    public static final KernelSpec MIX_ROWS_FORWARD_BF16_BF16 =
            new KernelSpec("rows", "mix_rows_forward_bf16_bf16", THREADS, 112);

    public static final KernelSpec MIX_ROWS_BACKWARD_F32_F32 =
            new KernelSpec("rows", "mix_rows_backward_f32_f32", THREADS, 56);

    public static final KernelSpec MIX_ROWS_BACKWARD_F32_BF16 =
            new KernelSpec("rows", "mix_rows_backward_f32_bf16", THREADS, 56);

    public static final KernelSpec MIX_ROWS_BACKWARD_BF16_F32 =
            new KernelSpec("rows", "mix_rows_backward_bf16_f32", THREADS, 56);

    public static final KernelSpec MIX_ROWS_BACKWARD_BF16_BF16 =
            new KernelSpec("rows", "mix_rows_backward_bf16_bf16", THREADS, 56);

    public static final KernelSpec MIX_ROWS_FORWARD_PLAIN_F32_F32 =
            new KernelSpec("rows", "mix_rows_forward_plain_f32_f32", THREADS, 40);

    public static final KernelSpec MIX_ROWS_FORWARD_PLAIN_F32_BF16 =
            new KernelSpec("rows", "mix_rows_forward_plain_f32_bf16", THREADS, 40);

    public static final KernelSpec MIX_ROWS_FORWARD_PLAIN_BF16_F32 =
            new KernelSpec("rows", "mix_rows_forward_plain_bf16_f32", THREADS, 40);

    public static final KernelSpec MIX_ROWS_FORWARD_PLAIN_BF16_BF16 =
            new KernelSpec("rows", "mix_rows_forward_plain_bf16_bf16", THREADS, 40);

    public static final KernelSpec MIX_ROWS_BACKWARD_PLAIN_F32_F32 =
            new KernelSpec("rows", "mix_rows_backward_plain_f32_f32", THREADS, 40);

    public static final KernelSpec MIX_ROWS_BACKWARD_PLAIN_F32_BF16 =
            new KernelSpec("rows", "mix_rows_backward_plain_f32_bf16", THREADS, 40);

    public static final KernelSpec MIX_ROWS_BACKWARD_PLAIN_BF16_F32 =
            new KernelSpec("rows", "mix_rows_backward_plain_bf16_f32", THREADS, 40);

    public static final KernelSpec MIX_ROWS_BACKWARD_PLAIN_BF16_BF16 =
            new KernelSpec("rows", "mix_rows_backward_plain_bf16_bf16", THREADS, 40);

    public static final KernelSpec PATCHES_F32_F32 = new KernelSpec("rows", "patches_f32_f32", THREADS, 56);

    public static final KernelSpec PATCHES_F32_BF16 = new KernelSpec("rows", "patches_f32_bf16", THREADS, 56);

    public static final KernelSpec PATCHES_U8_F32 = new KernelSpec("rows", "patches_u8_f32", THREADS, 88, 3072);

    public static final KernelSpec PATCHES_U8_BF16 = new KernelSpec("rows", "patches_u8_bf16", THREADS, 88, 6144);

    public static final KernelSpec PATCHES_F32_PLAIN_F32 = new KernelSpec("rows", "patches_f32_plain_f32", THREADS, 40);

    public static final KernelSpec PATCHES_F32_PLAIN_BF16 =
            new KernelSpec("rows", "patches_f32_plain_bf16", THREADS, 40);

    public static final KernelSpec PATCHES_U8_PLAIN_F32 = new KernelSpec("rows", "patches_u8_plain_f32", THREADS, 56);

    public static final KernelSpec PATCHES_U8_PLAIN_BF16 = new KernelSpec("rows", "patches_u8_plain_bf16", THREADS, 56);

    /** All of them. */
    public static final List<KernelSpec> ALL = List.of(
            MIX_ROWS_FORWARD_F32_F32,
            MIX_ROWS_FORWARD_F32_BF16,
            MIX_ROWS_FORWARD_BF16_F32,
            MIX_ROWS_FORWARD_BF16_BF16,
            MIX_ROWS_BACKWARD_F32_F32,
            MIX_ROWS_BACKWARD_F32_BF16,
            MIX_ROWS_BACKWARD_BF16_F32,
            MIX_ROWS_BACKWARD_BF16_BF16,
            MIX_ROWS_FORWARD_PLAIN_F32_F32,
            MIX_ROWS_FORWARD_PLAIN_F32_BF16,
            MIX_ROWS_FORWARD_PLAIN_BF16_F32,
            MIX_ROWS_FORWARD_PLAIN_BF16_BF16,
            MIX_ROWS_BACKWARD_PLAIN_F32_F32,
            MIX_ROWS_BACKWARD_PLAIN_F32_BF16,
            MIX_ROWS_BACKWARD_PLAIN_BF16_F32,
            MIX_ROWS_BACKWARD_PLAIN_BF16_BF16,
            PATCHES_F32_F32,
            PATCHES_F32_BF16,
            PATCHES_U8_F32,
            PATCHES_U8_BF16,
            PATCHES_F32_PLAIN_F32,
            PATCHES_F32_PLAIN_BF16,
            PATCHES_U8_PLAIN_F32,
            PATCHES_U8_PLAIN_BF16);

    private RowKernels() {}
}
