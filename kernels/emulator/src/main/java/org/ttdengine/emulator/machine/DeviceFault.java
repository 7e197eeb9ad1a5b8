package org.ttdengine.emulator.machine;

/** The device's refusal to go on: what a GPU reports as a sticky launch error, here with its cause named. */
public final class DeviceFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
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

    public Kind kind() {
        return kind;
    }

    /** The message without the kind. */
    public String detail() {
        return detail;
    }
}
