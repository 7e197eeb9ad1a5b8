package org.ttdengine.emulator.memory;

import java.util.List;
import org.ttdengine.emulator.ptx.PtxException;
import org.ttdengine.emulator.ptx.PtxInstruction;

/** The state space that a statement's modifiers name. */
final class Spaces {
    private Spaces() {}

    /** The space named in {@code statement}; generic when there is none. */
    static Space of(PtxInstruction statement) {
        return switch (name(statement)) {
            case "global" -> new GlobalSpace();
            case "shared" -> new SharedSpace();
            case "local" -> new LocalSpace();
            case "param" -> ReadOnlySpace.param();
            case "const" -> ReadOnlySpace.constant();
            default -> new GenericSpace();
        };
    }

    /** {@code global}, {@code shared}, {@code local}, {@code param}, {@code const} or {@code generic}. */
    static String name(PtxInstruction statement) {
        for (String modifier : statement.modifiers()) {
            String plain = modifier.endsWith("::cta") || modifier.endsWith("::entry")
                    ? modifier.substring(0, modifier.indexOf(':'))
                    : modifier;
            if (List.of("global", "shared", "local", "param", "const").contains(plain)) {
                return plain;
            }
            if (modifier.startsWith("shared::") || modifier.startsWith("param::")) {
                throw new PtxException(statement.line(), "state space ." + modifier + " is not supported");
            }
        }
        return "generic";
    }
}
