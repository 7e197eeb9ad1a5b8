package org.ttdengine.engine.backend.cuda;

import org.ttdengine.engine.DType;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.MatrixView;
import org.ttdengine.kernels.KernelSpec;
import org.ttdengine.kernels.MatrixKernels;

/** Launches the kernels on whole matrices. */
final class CudaMatrices {
    private static final int COPY_THREADS = 256;
    private static final int WARP = 32;
    private static final int VECTOR_BYTES = 16;

    private final CudaContext context;

    CudaMatrices(CudaContext context) {
        this.context = context;
    }

    /** Elements from one row to the next of a matrix whose rows all start at a multiple of 16 bytes. */
    static int alignedStride(int columns, DType dtype) {
        int vector = VECTOR_BYTES / dtype.bytes();
        return Math.toIntExact((columns + vector - 1L) / vector * vector);
    }

    /** {@code to = from}, rounded to the type of {@code to}, which has the same size. */
    void copy(DeviceMatrix from, DeviceMatrix to) {
        if (from.rows() != to.rows() || from.columns() != to.columns()) {
            throw new IllegalArgumentException("a copy of " + from + " does not fit " + to);
        }
        if (from.rows() == 0 || from.columns() == 0) {
            return;
        }
        int perRow = (from.columns() + MatrixKernels.COPIED_PER_THREAD - 1) / MatrixKernels.COPIED_PER_THREAD;
        context.kernel(copyKernel(from.dtype(), to.dtype()))
                .launch(
                        LaunchShape.covering((long) from.rows() * perRow, COPY_THREADS),
                        from.address(),
                        to.address(),
                        from.rows(),
                        from.columns(),
                        from.stride(),
                        to.stride());
    }

    private static KernelSpec copyKernel(DType from, DType to) {
        if (from == DType.F32) {
            return to == DType.F32 ? MatrixKernels.COPY_F32_F32 : MatrixKernels.COPY_F32_BF16;
        }
        return to == DType.F32 ? MatrixKernels.COPY_BF16_F32 : MatrixKernels.COPY_BF16_BF16;
    }

    /**
     * See {@code Backend.columnSums}.
     *
     * @throws IllegalArgumentException if the sums are not F32, or fewer than the columns
     */
    void columnSums(MatrixView x, Tensor sums, int offset) {
        if (sums.dtype() != DType.F32 || offset < 0 || offset > sums.size() - x.columns()) {
            throw new IllegalArgumentException("sums of " + x.columns() + " columns from element " + offset
                    + " take an F32 tensor of that size, not " + sums + " of " + sums.dtype());
        }
        if (x.rows() == 0 || x.columns() == 0) {
            return;
        }
        DeviceMatrix matrix = DeviceMatrix.of(x);
        boolean single = matrix.dtype() == DType.F32;
        int width = WARP * VECTOR_BYTES / matrix.dtype().bytes();
        int parts = (x.rows() + MatrixKernels.ROWS_PER_PART - 1) / MatrixKernels.ROWS_PER_PART;
        try (ScratchMemory.Block scratch = context.scratch((long) Float.BYTES * parts * x.columns())) {
            context.kernel(single ? MatrixKernels.COLUMN_SUMS_F32 : MatrixKernels.COLUMN_SUMS_BF16)
                    .launch(
                            LaunchShape.of((x.columns() + width - 1) / width, parts, 1)
                                    .threads(MatrixKernels.COLUMN_SUMS_F32.maxThreads()),
                            matrix.address(),
                            x.rows(),
                            x.columns(),
                            x.stride(),
                            scratch);
            context.kernel(MatrixKernels.COLUMN_SUMS_ADD)
                    .launch(
                            LaunchShape.covering(x.columns(), MatrixKernels.COLUMN_SUMS_ADD.maxThreads()),
                            scratch,
                            parts,
                            x.columns(),
                            DeviceMatrix.address(sums, offset));
        }
    }
}
