package org.ttdengine.emulator.ptx;

import java.util.List;

/** One operand of a PTX statement. Register names are already resolved to their scope. */
public sealed interface Operand {

    /**
     * A declared register.
     *
     * @param name as written, for messages
     * @param type as declared
     * @param index number of the register among those of its file (predicate, up to 32 bits, 64 bits) within the kernel
     */
    record Register(String name, PtxType type, int index) implements Operand {}

    /** {@code !p}: a predicate negated. */
    record Negated(Register register) implements Operand {}

    /** {@code d|p}: a destination and a predicate written together (setp, shfl). Either may be a {@link Sink}. */
    record Pair(Operand first, Operand second) implements Operand {}

    /** {@code _}: a destination whose value is dropped. */
    record Sink() implements Operand {}

    /**
     * A literal.
     *
     * @param bits the integer's value, or the bits of the float or double
     * @param form how the literal was written
     */
    record Immediate(long bits, Form form) implements Operand {

        /** Integer, 32-bit float ({@code 0f...}) or 64-bit float ({@code 0d...} and decimals). */
        public enum Form {
            INTEGER,
            FLOAT,
            DOUBLE
        }
    }

    /** A read-only special register such as {@code %tid.x}. */
    record Special(String name) implements Operand {}

    /** A name that is not a register: label, variable or parameter, plus a constant number of bytes. */
    record Symbol(String name, long offset) implements Operand {}

    /**
     * {@code [base+offset]}.
     *
     * @param base register or symbol; null for an absolute address
     */
    record Address(Operand base, long offset) implements Operand {}

    /** {@code {a, b, ...}}. */
    record Vector(List<Operand> elements) implements Operand {
        public Vector {
            elements = List.copyOf(elements);
        }
    }
}
