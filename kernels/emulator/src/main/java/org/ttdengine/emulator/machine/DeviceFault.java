package org.ttdengine.emulator.machine;

/**
 * Something a kernel (or the host, through an address) did that a CUDA device forbids or leaves undefined. The message
 * names what is known: kernel, PTX line, block, thread, address, nearest allocation.
 */
public final class DeviceFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong; the driver turns it into a CUDA error code. */
    public enum Kind {
        ILLEGAL_ADDRESS,
        MISALIGNED_ADDRESS,
        USE_AFTER_FREE,
        UNINITIALISED_READ,
        SHARED_OUT_OF_BOUNDS,
        SHARED_RACE,
        BARRIER_DIVERGENCE,
        ILLEGAL_INSTRUCTION,
        UNSUPPORTED_INSTRUCTION,
        LAUNCH_CONFIGURATION,
        TRAP,
        TIMEOUT
    }

    private final Kind kind;
    private final String detail;

    public DeviceFault(Kind kind, String detail) {
        super(kind + ": " + detail);
        this.kind = kind;
        this.detail = detail;
    }

    private DeviceFault(Kind kind, String detail, DeviceFault cause) {
        super(kind + ": " + detail, cause);
        this.kind = kind;
        this.detail = detail;
    }

    public Kind kind() {
        return kind;
    }

    /** The message without the kind. */
    public String detail() {
        return detail;
    }

    /** The same fault with the place it happened appended, such as {@code "kernel k, k.ptx:12, block (0,0,0), thread (3,0,0)"}. */
    public DeviceFault at(String place) {
        return new DeviceFault(kind, detail + "; at " + place, this);
    }
}
