package org.ttdengine.kernels.build;

/** The assembler does not accept a PTX module; the message holds what it says, with line numbers. */
public final class PtxRefusedException extends RuntimeException {
    PtxRefusedException(String message) {
        super(message);
    }
}
