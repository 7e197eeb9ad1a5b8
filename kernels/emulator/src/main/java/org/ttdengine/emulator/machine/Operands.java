package org.ttdengine.emulator.machine;

import java.util.List;
import org.ttdengine.emulator.ptx.Operand;
import org.ttdengine.emulator.ptx.PtxException;
import org.ttdengine.emulator.ptx.PtxInstruction;
import org.ttdengine.emulator.ptx.PtxType;

/** The operands of one statement as places, for decoders: operand 0 is the destination. */
record Operands(PtxInstruction statement, Symbols symbols, PtxType type) {

    static Operands of(PtxInstruction statement, Symbols symbols) {
        return new Operands(statement, symbols, statement.type());
    }

    int to() {
        return symbols.destination(statement.operand(0), type);
    }

    int in(int index) {
        return in(index, type);
    }

    int in(int index, PtxType as) {
        return symbols.source(statement.operand(index), as);
    }

    /** The file and place of a source whose register may be wider than the instruction's type. */
    Elementwise.Place flexible(int index, PtxType as) {
        Operand operand = statement.operand(index);
        PtxType file = operand instanceof Operand.Register register ? register.type() : as;
        return new Elementwise.Place(file.isWide(), symbols.source(operand, file.isWide() == as.isWide() ? as : file));
    }

    PtxException unsupported() {
        return new PtxException(statement.line(), "this form is not supported: " + statement.text());
    }

    /** Fails unless all modifiers are among those allowed (types always are). */
    void allow(String... modifiers) {
        for (String modifier : statement.modifiers()) {
            if (PtxType.of(modifier) == null && !List.of(modifiers).contains(modifier)) {
                throw unsupported();
            }
        }
    }
}
