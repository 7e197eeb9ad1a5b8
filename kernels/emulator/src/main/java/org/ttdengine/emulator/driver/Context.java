package org.ttdengine.emulator.driver;

import org.ttdengine.emulator.machine.DeviceFault;

/** A context: what one user of a device owns. After a fault it is lost, and every call on it returns the same error. */
final class Context {
    private final Device device;
    private final long handle;
    private final int flags;
    private final DriverLog log;
    private final Stream legacyDefault;
    private final Stream perThreadDefault;
    private CudaStatus sticky = CudaStatus.SUCCESS;

    /**
     * A context with its two default streams.
     *
     * @param handles gives handles to the context and the default streams
     */
    Context(Device device, Handles handles, int flags, DriverLog log) {
        this.device = device;
        this.handle = handles.add(this);
        this.flags = flags;
        this.log = log;
        this.legacyDefault = new Stream(this, handles.reserve(), 0, 0);
        this.perThreadDefault = new Stream(this, handles.reserve(), 0, 0);
    }

    Device device() {
        return device;
    }

    long handle() {
        return handle;
    }

    int flags() {
        return flags;
    }

    /** The stream of handle 0 and CU_STREAM_LEGACY. */
    Stream legacyDefault() {
        return legacyDefault;
    }

    /** The stream of CU_STREAM_PER_THREAD; one for all threads. */
    Stream perThreadDefault() {
        return perThreadDefault;
    }

    /** Throws the sticky error, if there is one. */
    void requireHealthy() {
        if (sticky != CudaStatus.SUCCESS) {
            throw new CudaException(sticky, null);
        }
    }

    /** The context is lost by a fault of what ran on it. */
    void fail(String operation, DeviceFault fault) {
        sticky = status(fault.kind());
        log.line(operation + ": " + fault.getMessage() + "\n" + sticky.cudaName()
                + " from now on for every call on context 0x" + Long.toHexString(handle));
        log.fault(fault);
    }

    /** What the driver reports for a fault, as far as hardware tells such faults apart. */
    private static CudaStatus status(DeviceFault.Kind kind) {
        return switch (kind) {
            case ILLEGAL_ADDRESS, USE_AFTER_FREE, SHARED_OUT_OF_BOUNDS -> CudaStatus.ILLEGAL_ADDRESS;
            case MISALIGNED_ADDRESS -> CudaStatus.MISALIGNED_ADDRESS;
            case ILLEGAL_INSTRUCTION, UNSUPPORTED_INSTRUCTION -> CudaStatus.ILLEGAL_INSTRUCTION;
            case TIMEOUT -> CudaStatus.LAUNCH_TIMEOUT;
            case UNINITIALISED_READ, SHARED_RACE, BARRIER_DIVERGENCE, LAUNCH_CONFIGURATION, TRAP ->
                CudaStatus.LAUNCH_FAILED;
        };
    }
}
