package org.ttdengine.emulator.driver;

/** Results of cuBLAS calls: values of cublasStatus_t. */
final class CublasStatus {
    private static final int SUCCESS = 0;
    private static final int NOT_INITIALIZED = 1;
    private static final int ALLOC_FAILED = 3;
    private static final int INVALID_VALUE = 7;
    private static final int EXECUTION_FAILED = 13;
    private static final int INTERNAL_ERROR = 14;
    private static final int NOT_SUPPORTED = 15;

    private CublasStatus() {}

    /** What cuBLAS returns where the driver would return {@code status}. */
    static int of(CudaStatus status) {
        return switch (status) {
            case SUCCESS -> SUCCESS;
            case INVALID_HANDLE, INVALID_CONTEXT, NOT_INITIALIZED -> NOT_INITIALIZED;
            case OUT_OF_MEMORY -> ALLOC_FAILED;
            case INVALID_VALUE -> INVALID_VALUE;
            case NOT_SUPPORTED -> NOT_SUPPORTED;
            case UNKNOWN -> INTERNAL_ERROR;
            default -> EXECUTION_FAILED;
        };
    }
}
