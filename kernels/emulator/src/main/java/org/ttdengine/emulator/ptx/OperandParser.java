package org.ttdengine.emulator.ptx;

import java.util.ArrayList;
import java.util.List;
import org.ttdengine.emulator.ptx.Operand.Immediate;

/** Parses one operand. */
final class OperandParser {
    private static final int WARP_SIZE = 32;

    private final TokenStream in;

    OperandParser(TokenStream in) {
        this.in = in;
    }

    /** An operand, possibly {@code first|second}. */
    Operand parse(Scope scope) {
        Operand first = single(scope);
        return in.accept("|") ? new Operand.Pair(first, single(scope)) : first;
    }

    private Operand single(Scope scope) {
        Token token = in.peek();
        if (in.accept("{")) {
            return vector(scope);
        }
        if (in.accept("[")) {
            return address(scope);
        }
        if (in.accept("!")) {
            return negated(scope);
        }
        if (token.isWord()) {
            return named(scope);
        }
        return number();
    }

    private Operand vector(Scope scope) {
        List<Operand> elements = new ArrayList<>();
        do {
            elements.add(single(scope));
        } while (in.accept(","));
        in.expect("}");
        return new Operand.Vector(elements);
    }

    private Operand address(Scope scope) {
        Operand base = in.peek().isWord() ? named(scope) : null;
        long offset = in.at("]") ? 0 : in.integer();
        in.expect("]");
        if (base instanceof Operand.Symbol symbol) {
            return new Operand.Address(new Operand.Symbol(symbol.name(), 0), symbol.offset() + offset);
        }
        return new Operand.Address(base, offset);
    }

    private Operand negated(Scope scope) {
        Token token = in.expectWord();
        Operand.Register register = scope.register(token.text());
        if (register == null) {
            throw new PtxException(token.line(), "unknown register " + token.text());
        }
        return new Operand.Negated(register);
    }

    private Operand named(Scope scope) {
        Token token = in.expectWord();
        String name = token.text();
        Operand.Register register = scope.register(name);
        if (register != null) {
            return register;
        }
        if (name.equals("_")) {
            return new Operand.Sink();
        }
        if (name.equals("WARP_SZ")) {
            return new Immediate(WARP_SIZE, Immediate.Form.INTEGER);
        }
        if (name.startsWith("%")) {
            return new Operand.Special(name);
        }
        long offset = in.at("+") || in.at("-") ? in.integer() : 0;
        return new Operand.Symbol(scope.label(name), offset);
    }

    private Operand number() {
        boolean negative = false;
        while (in.at("-") || in.at("+")) {
            negative ^= in.next().is("-");
        }
        Token token = in.next();
        if (token.kind() != Token.Kind.NUMBER) {
            throw new PtxException(token.line(), "expected an operand but found '" + token.text() + "'");
        }
        Immediate value = Literals.parse(token);
        return negative ? negate(value) : value;
    }

    private static Immediate negate(Immediate value) {
        return switch (value.form()) {
            case INTEGER -> new Immediate(-value.bits(), value.form());
            case FLOAT -> new Immediate(value.bits() ^ 0x8000_0000L, value.form());
            case DOUBLE -> new Immediate(value.bits() ^ Long.MIN_VALUE, value.form());
        };
    }
}
