package org.ttdengine.emulator.ptx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Parses declarations of variables and parameters: {@code .align 4 .b8 name[16] = {1, 2}}. */
final class VariableParser {
    private final TokenStream in;

    VariableParser(TokenStream in) {
        this.in = in;
    }

    /** A declaration after its state space; the closing semicolon is left. */
    PtxVariable variable(String space) {
        Declaration head = head();
        int count = head.count;
        byte[] initial = null;
        if (in.accept("=")) {
            List<Operand.Immediate> values = values();
            count = Math.max(count, values.size());
            initial = bytes(head, count, values);
        }
        return new PtxVariable(space, head.name, head.alignment, count * head.type.bytes(), initial);
    }

    /** A kernel parameter after {@code .param}, placed at the next aligned offset. */
    PtxParameter parameter(int end) {
        Declaration head = head();
        int offset = (end + head.alignment - 1) / head.alignment * head.alignment;
        return new PtxParameter(head.name, head.type, head.count * head.type.bytes(), head.alignment, offset);
    }

    private record Declaration(String name, PtxType type, int alignment, int count) {}

    private Declaration head() {
        int alignment = 0;
        PtxType type = null;
        Token name = in.expectWord();
        while (name.text().startsWith(".")) {
            if (name.is(".align")) {
                alignment = (int) in.integer();
            } else if (!name.is(".ptr") && !name.is(".global") && !name.is(".attribute")) {
                type = PtxType.of(name.text().substring(1));
            }
            name = in.expectWord();
        }
        if (type == null) {
            throw new PtxException(name.line(), "no known type for " + name.text());
        }
        int count = count();
        return new Declaration(name.text(), type, Math.max(alignment, type.bytes()), count);
    }

    /** Product of the array sizes; 1 for a scalar, 0 for {@code []}. */
    private int count() {
        long count = 1;
        while (in.accept("[")) {
            count *= in.at("]") ? 0 : in.integer();
            in.expect("]");
        }
        return Math.toIntExact(count);
    }

    private List<Operand.Immediate> values() {
        List<Operand.Immediate> values = new ArrayList<>();
        OperandParser operands = new OperandParser(in);
        Scope empty = new Scope(null);
        int depth = 0;
        do {
            if (in.accept("{")) {
                depth++;
            } else if (in.accept("}")) {
                depth--;
            } else if (!in.accept(",")) {
                int line = in.line();
                if (!(operands.parse(empty) instanceof Operand.Immediate value)) {
                    throw new PtxException(line, "only numbers may initialise a variable");
                }
                values.add(value);
            }
        } while (depth > 0);
        return values;
    }

    private static byte[] bytes(Declaration head, int count, List<Operand.Immediate> values) {
        ByteBuffer buffer = ByteBuffer.allocate(count * head.type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (Operand.Immediate value : values) {
            long bits = value.bits();
            for (int i = 0; i < head.type.bytes(); i++) {
                buffer.put((byte) (bits >>> (8 * i)));
            }
        }
        return buffer.array();
    }
}
