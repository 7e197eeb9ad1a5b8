package org.ttdengine.emulator.driver;

/** A call that does not succeed, with the status that it returns and the reason, which the driver prints. */
final class CudaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final CudaStatus status;

    CudaException(CudaStatus status, String reason) {
        super(reason, null, false, false);
        this.status = status;
    }

    CudaStatus status() {
        return status;
    }
}
