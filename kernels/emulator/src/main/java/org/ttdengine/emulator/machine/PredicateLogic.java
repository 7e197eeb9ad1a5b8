package org.ttdengine.emulator.machine;

import org.ttdengine.emulator.machine.Symbols.SignedPredicate;

/** and, or, xor, not and mov of predicates: one operation on 32 bits. */
record PredicateLogic(int to, SignedPredicate a, SignedPredicate b, Function function) implements Instruction {

    enum Function {
        AND,
        OR,
        XOR,
        NOT,
        MOVE
    }

    static Instruction decode(Operands o) {
        Function function =
                switch (o.statement().opcode()) {
                    case "and" -> Function.AND;
                    case "or" -> Function.OR;
                    case "xor" -> Function.XOR;
                    case "not" -> Function.NOT;
                    case "mov" -> Function.MOVE;
                    default -> throw o.unsupported();
                };
        SignedPredicate a = o.symbols().signedPredicate(o.statement().operand(1));
        boolean two = function != Function.NOT && function != Function.MOVE;
        SignedPredicate b = two ? o.symbols().signedPredicate(o.statement().operand(2)) : a;
        return new PredicateLogic(o.symbols().predicate(o.statement().operand(0)), a, b, function);
    }

    @Override
    public void execute(Warp warp, int mask) {
        int x = a.of(warp.p);
        int y = b.of(warp.p);
        int value =
                switch (function) {
                    case AND -> x & y;
                    case OR -> x | y;
                    case XOR -> x ^ y;
                    case NOT -> ~x;
                    case MOVE -> x;
                };
        warp.p[to] = warp.p[to] & ~mask | value & mask;
    }
}
