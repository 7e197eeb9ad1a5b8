package org.ttdengine.emulator.memory;

import java.util.List;
import org.ttdengine.emulator.machine.Decoder;
import org.ttdengine.emulator.machine.Instruction;
import org.ttdengine.emulator.machine.Symbols;
import org.ttdengine.emulator.ptx.Operand;
import org.ttdengine.emulator.ptx.PtxException;
import org.ttdengine.emulator.ptx.PtxInstruction;
import org.ttdengine.emulator.ptx.PtxType;

/** Decodes {@code atom} and {@code red} on global, shared and generic addresses. */
final class AtomicDecoder implements Decoder {
    private static final List<String> OPERATIONS =
            List.of("add", "min", "max", "inc", "dec", "and", "or", "xor", "exch", "cas");

    @Override
    public Instruction decode(PtxInstruction statement, Symbols symbols) {
        boolean returns = statement.opcode().equals("atom");
        if (!returns && !statement.opcode().equals("red")) {
            return null;
        }
        PtxType type = statement.type();
        AtomicOperation operation = AtomicOperation.of(operationName(statement), type);
        if (operation == null) {
            throw new PtxException(statement.line(), "atomic is not supported: " + statement.text());
        }
        int first = returns ? 1 : 0;
        Operand target = returns ? statement.operand(0) : new Operand.Sink();
        int place = symbols.destination(target, type);
        int b = symbols.source(statement.operand(first + 1), type);
        int c = operation.operands() == 2 ? symbols.source(statement.operand(first + 2), type) : b;
        return new Atomic(
                Spaces.of(statement),
                symbols.address(statement.operand(first)),
                operation,
                type,
                new Atomic.Places(place, b, c));
    }

    private static String operationName(PtxInstruction statement) {
        for (String modifier : statement.modifiers()) {
            if (OPERATIONS.contains(modifier)) {
                return modifier;
            }
        }
        throw new PtxException(statement.line(), "atomic without a known operation: " + statement.text());
    }
}
