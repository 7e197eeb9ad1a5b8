package org.ttdengine.emulator.ptx;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which registers a statement reads and which it certainly overwrites. What is not known to be written counts as read. */
final class RegisterUse {
    /** Statements whose first operand is no destination. */
    private static final Set<String> WITHOUT_RESULT = Set.of(
            "st",
            "red",
            "bra",
            "ret",
            "exit",
            "bar",
            "barrier",
            "membar",
            "fence",
            "cp",
            "prefetch",
            "prefetchu",
            "trap",
            "nanosleep",
            "discard",
            "applypriority",
            "call",
            "brx",
            "stmatrix",
            "mbarrier");

    private RegisterUse() {}

    /** Registers that hold a new value after the statement whatever they held before: destinations of unguarded statements. */
    static List<Operand.Register> written(PtxInstruction statement) {
        List<Operand.Register> registers = new ArrayList<>();
        if (statement.guard() == null && hasResult(statement)) {
            collectDestination(statement.operands().get(0), registers);
        }
        return registers;
    }

    /** All registers the statement names but those it only overwrites. */
    static List<Operand.Register> read(PtxInstruction statement) {
        List<Operand.Register> registers = new ArrayList<>();
        boolean overwrites = statement.guard() == null && hasResult(statement);
        for (int i = 0; i < statement.operands().size(); i++) {
            if (i > 0 || !overwrites) {
                collect(statement.operands().get(i), registers);
            }
        }
        if (statement.guard() != null) {
            collect(statement.guard(), registers);
        }
        return registers;
    }

    /** All registers the statement names. */
    static List<Operand.Register> named(PtxInstruction statement) {
        List<Operand.Register> registers = read(statement);
        registers.addAll(written(statement));
        return registers;
    }

    private static boolean hasResult(PtxInstruction statement) {
        boolean first =
                !statement.operands().isEmpty() && !(statement.operands().get(0) instanceof Operand.Address);
        return first && !WITHOUT_RESULT.contains(statement.opcode());
    }

    private static void collectDestination(Operand operand, List<Operand.Register> registers) {
        if (operand instanceof Operand.Register register) {
            registers.add(register);
        } else if (operand instanceof Operand.Pair pair) {
            collectDestination(pair.first(), registers);
            collectDestination(pair.second(), registers);
        } else if (operand instanceof Operand.Vector vector) {
            vector.elements().forEach(element -> collectDestination(element, registers));
        }
    }

    private static void collect(Operand operand, List<Operand.Register> registers) {
        if (operand instanceof Operand.Register register) {
            registers.add(register);
        } else if (operand instanceof Operand.Negated negated) {
            registers.add(negated.register());
        } else if (operand instanceof Operand.Pair pair) {
            collect(pair.first(), registers);
            collect(pair.second(), registers);
        } else if (operand instanceof Operand.Vector vector) {
            vector.elements().forEach(element -> collect(element, registers));
        } else if (operand instanceof Operand.Address address && address.base() != null) {
            collect(address.base(), registers);
        }
    }
}
