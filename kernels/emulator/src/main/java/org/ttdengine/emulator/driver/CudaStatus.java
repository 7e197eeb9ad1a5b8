package org.ttdengine.emulator.driver;

import java.util.Arrays;
import java.util.Optional;

/** Results of driver calls, with the values of CUresult in the CUDA Driver API. */
enum CudaStatus {
    SUCCESS(0, "no error"),
    INVALID_VALUE(1, "invalid argument"),
    OUT_OF_MEMORY(2, "out of memory"),
    NOT_INITIALIZED(3, "initialization error"),
    DEINITIALIZED(4, "driver shutting down"),
    NO_DEVICE(100, "no CUDA-capable device is detected"),
    INVALID_DEVICE(101, "invalid device ordinal"),
    INVALID_IMAGE(200, "device kernel image is invalid"),
    INVALID_CONTEXT(201, "invalid device context"),
    NO_BINARY_FOR_GPU(209, "no kernel image is available for execution on the device"),
    ECC_UNCORRECTABLE(214, "uncorrectable ECC error encountered"),
    INVALID_PTX(218, "a PTX JIT compilation failed"),
    UNSUPPORTED_PTX_VERSION(222, "the provided PTX was compiled with an unsupported toolchain"),
    FILE_NOT_FOUND(301, "file not found"),
    INVALID_HANDLE(400, "invalid resource handle"),
    ILLEGAL_STATE(401, "the operation cannot be performed in the present state"),
    NOT_FOUND(500, "named symbol not found"),
    NOT_READY(600, "device not ready"),
    ILLEGAL_ADDRESS(700, "an illegal memory access was encountered"),
    LAUNCH_OUT_OF_RESOURCES(701, "too many resources requested for launch"),
    LAUNCH_TIMEOUT(702, "the launch timed out and was terminated"),
    PRIMARY_CONTEXT_ACTIVE(708, "cannot set while device is active in this process"),
    CONTEXT_IS_DESTROYED(709, "context is destroyed"),
    HOST_MEMORY_ALREADY_REGISTERED(712, "part or all of the requested memory range is already mapped"),
    HOST_MEMORY_NOT_REGISTERED(713, "pointer does not correspond to a registered memory region"),
    ILLEGAL_INSTRUCTION(715, "an illegal instruction was encountered"),
    MISALIGNED_ADDRESS(716, "misaligned address"),
    LAUNCH_FAILED(719, "unspecified launch failure"),
    NOT_SUPPORTED(801, "operation not supported"),
    UNKNOWN(999, "unknown error");

    private final int code;
    private final String description;

    CudaStatus(int code, String description) {
        this.code = code;
        this.description = description;
    }

    /** Value of CUresult. */
    int code() {
        return code;
    }

    /** What cuGetErrorName returns. */
    String cudaName() {
        return this == SUCCESS ? "CUDA_SUCCESS" : "CUDA_ERROR_" + name();
    }

    /** What cuGetErrorString returns. */
    String description() {
        return description;
    }

    static Optional<CudaStatus> of(int code) {
        return Arrays.stream(values()).filter(status -> status.code == code).findFirst();
    }
}
