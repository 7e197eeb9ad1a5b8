package org.ttdengine.kernels;

import java.util.List;

/** Kernels on whole matrices: copies between element types and row strides, sums of columns. */
public final class MatrixKernels {
    /** Elements of a row that one thread copies. */
    public static final int COPIED_PER_THREAD = 8;
    /** Rows of a part of {@link #COLUMN_SUMS_F32} and {@link #COLUMN_SUMS_BF16}. */
    public static final int ROWS_PER_PART = 256;

    /** Copies fp32 to fp32 rows of another stride. */
    public static final KernelSpec COPY_F32_F32 = copy("f32_f32");

    /** Rounds fp32 to bf16. */
    public static final KernelSpec COPY_F32_BF16 = copy("f32_bf16");

    /** Widens bf16 to fp32. */
    public static final KernelSpec COPY_BF16_F32 = copy("bf16_f32");

    /** Copies bf16 to bf16 rows of another stride. */
    public static final KernelSpec COPY_BF16_BF16 = copy("bf16_bf16");

    /** Sums columns of fp32 over parts of the rows. */
    public static final KernelSpec COLUMN_SUMS_F32 =
            new KernelSpec("matrix", "column_sums_parts_f32", 256, 40, 8 * 4 * 32 * Float.BYTES);

    /** Sums columns of bf16 over parts of the rows. */
    public static final KernelSpec COLUMN_SUMS_BF16 =
            new KernelSpec("matrix", "column_sums_parts_bf16", 256, 48, 8 * 8 * 32 * Float.BYTES);

    /** Adds the parts in order. */
    public static final KernelSpec COLUMN_SUMS_ADD = new KernelSpec("matrix", "column_sums_add", 128, 40);

    /** All kernels of the family. */
    public static final List<KernelSpec> ALL = List.of(
            COPY_F32_F32,
            COPY_F32_BF16,
            COPY_BF16_F32,
            COPY_BF16_BF16,
            COLUMN_SUMS_F32,
            COLUMN_SUMS_BF16,
            COLUMN_SUMS_ADD);

    private MatrixKernels() {}

    private static KernelSpec copy(String types) {
        return new KernelSpec("matrix", "matrix_copy_" + types, 256, 40);
    }
}
