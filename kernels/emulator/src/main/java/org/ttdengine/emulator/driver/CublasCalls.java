package org.ttdengine.emulator.driver;

/** The cuBLAS functions that multiply matrices in fp32 accumulation, on the stream of their handle. */
final class CublasCalls {
    /** cublasGetVersion: major, minor and patch of the library JCublas2 12.6 was built with. */
    private static final int VERSION = 120_600;
    /** CUBLAS_POINTER_MODE_HOST. */
    private static final int HOST_POINTERS = 0;
    /** cublasComputeType_t with fp32 accumulation: 32F, _PEDANTIC, _FAST_16F, _FAST_16BF and _FAST_TF32. */
    private static final int FIRST_COMPUTE_32F = 68;

    private static final int LAST_COMPUTE_32F = 77;

    private final Driver driver;

    CublasCalls(Driver driver) {
        this.driver = driver;
    }

    /** What a cublasHandle_t stands for. */
    private static final class Handle implements Owned {
        private final Context context;
        private long stream;
        private int mathMode;
        private int pointerMode = HOST_POINTERS;

        Handle(Context context) {
            this.context = context;
        }

        @Override
        public Context context() {
            return context;
        }
    }

    void register(FunctionTable table) {
        table.context(
                        "cublasCreate_v2",
                        (context, a) ->
                                HostMemory.putLong(a[0], driver.handles().add(new Handle(context))))
                .context("cublasDestroy_v2", (context, a) -> driver.handles().remove(a[0], Handle.class))
                .context("cublasGetVersion_v2", (context, a) -> HostMemory.putInt(a[1], VERSION))
                .context("cublasSetStream_v2", (context, a) -> {
                    driver.stream(context, a[1]);
                    handle(a[0]).stream = a[1];
                })
                .context("cublasGetStream_v2", (context, a) -> HostMemory.putLong(a[1], handle(a[0]).stream))
                .context("cublasSetWorkspace_v2", (context, a) -> handle(a[0]))
                .context("cublasSetMathMode", (context, a) -> handle(a[0]).mathMode = (int) a[1])
                .context("cublasGetMathMode", (context, a) -> HostMemory.putInt(a[1], handle(a[0]).mathMode))
                .context("cublasSetPointerMode_v2", (context, a) -> handle(a[0]).pointerMode = (int) a[1])
                .context("cublasGetPointerMode_v2", (context, a) -> HostMemory.putInt(a[1], handle(a[0]).pointerMode))
                .context("cublasSgemm_v2", (context, a) -> sgemm(a))
                .context("cublasGemmEx", (context, a) -> gemmEx(a))
                .context("cublasGemmStridedBatchedEx", (context, a) -> gemmStridedBatchedEx(a));
    }

    private Handle handle(long handle) {
        return driver.handles().get(handle, Handle.class);
    }

    /** handle, transA, transB, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc */
    private void sgemm(long[] a) {
        int f32 = ColumnMatrix.F32;
        submit(
                a,
                1,
                new ColumnMatrix[] {
                    new ColumnMatrix(f32, a[7], (int) a[8], 0),
                    new ColumnMatrix(f32, a[9], (int) a[10], 0),
                    new ColumnMatrix(f32, a[12], (int) a[13], 0)
                },
                a[11]);
    }

    /** handle, transA, transB, m, n, k, alpha, A, Atype, lda, B, Btype, ldb, beta, C, Ctype, ldc, computeType, algo */
    private void gemmEx(long[] a) {
        requireFloatAccumulation((int) a[17]);
        submit(
                a,
                1,
                new ColumnMatrix[] {
                    new ColumnMatrix((int) a[8], a[7], (int) a[9], 0),
                    new ColumnMatrix((int) a[11], a[10], (int) a[12], 0),
                    new ColumnMatrix((int) a[15], a[14], (int) a[16], 0)
                },
                a[13]);
    }

    /**
     * handle, transA, transB, m, n, k, alpha, A, Atype, lda, strideA, B, Btype, ldb, strideB, beta, C, Ctype, ldc, strideC,
     * batchCount, computeType, algo
     */
    private void gemmStridedBatchedEx(long[] a) {
        requireFloatAccumulation((int) a[21]);
        submit(
                a,
                (int) a[20],
                new ColumnMatrix[] {
                    new ColumnMatrix((int) a[8], a[7], (int) a[9], a[10]),
                    new ColumnMatrix((int) a[12], a[11], (int) a[13], a[14]),
                    new ColumnMatrix((int) a[17], a[16], (int) a[18], a[19])
                },
                a[15]);
    }

    private static void requireFloatAccumulation(int computeType) {
        if (computeType < FIRST_COMPUTE_32F || computeType > LAST_COMPUTE_32F) {
            throw new CudaException(CudaStatus.NOT_SUPPORTED, "compute type " + computeType);
        }
    }

    private void submit(long[] a, int batches, ColumnMatrix[] abc, long beta) {
        Handle handle = handle(a[0]);
        if (handle.pointerMode != HOST_POINTERS) {
            throw new CudaException(CudaStatus.NOT_SUPPORTED, "alpha and beta on the device");
        }
        Gemm gemm = new Gemm(
                a[1] != 0,
                a[2] != 0,
                (int) a[3],
                (int) a[4],
                (int) a[5],
                HostMemory.getFloat(a[6]),
                abc[0],
                abc[1],
                HostMemory.getFloat(beta),
                abc[2]);
        gemm.requireShapes();
        driver.timeline().submit(driver.stream(handle.context, handle.stream), "cuBLAS gemm", () -> {
            for (int batch = 0; batch < batches; batch++) {
                gemm.run(driver.memory().memory(), batch);
            }
        });
    }
}
