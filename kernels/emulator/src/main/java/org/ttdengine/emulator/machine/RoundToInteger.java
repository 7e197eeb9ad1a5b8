package org.ttdengine.emulator.machine;

import java.util.Locale;
import org.ttdengine.emulator.ptx.PtxInstruction;

/** The integral roundings of cvt. */
enum RoundToInteger {
    RNI,
    RZI,
    RMI,
    RPI;

    /** The rounding a statement asks for; null when none. */
    static RoundToInteger of(PtxInstruction statement) {
        for (RoundToInteger mode : values()) {
            if (statement.has(mode.name().toLowerCase(Locale.ROOT))) {
                return mode;
            }
        }
        return null;
    }

    double apply(double x) {
        return switch (this) {
            case RNI -> Math.rint(x);
            case RZI -> x < 0 ? Math.ceil(x) : Math.floor(x);
            case RMI -> Math.floor(x);
            case RPI -> Math.ceil(x);
        };
    }
}
