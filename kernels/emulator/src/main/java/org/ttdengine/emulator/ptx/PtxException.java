package org.ttdengine.emulator.ptx;

/** PTX text that cannot be loaded: a syntax error, an unknown name or an instruction the machine does not have. */
public final class PtxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;

    public PtxException(int line, String message) {
        super("PTX line " + line + ": " + message);
        this.line = line;
    }

    /** Line in the PTX text, counted from 1. */
    public int line() {
        return line;
    }
}
