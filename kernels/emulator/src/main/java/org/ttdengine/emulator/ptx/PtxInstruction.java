package org.ttdengine.emulator.ptx;

import java.util.List;

/**
 * One PTX statement: {@code @guard opcode.modifier.modifier operand, operand;}.
 *
 * @param guard the register or negated register after {@code @}; null when unguarded
 * @param opcode the name before the first dot, e.g. {@code fma}
 * @param modifiers the names between dots, e.g. {@code [rn, f32]}; {@code ::} stays inside a modifier
 * @param operands in the order written
 * @param line line in the PTX text, counted from 1
 * @param text the statement as written, for messages
 */
public record PtxInstruction(
        Operand guard, String opcode, List<String> modifiers, List<Operand> operands, int line, String text) {

    public PtxInstruction {
        modifiers = List.copyOf(modifiers);
        operands = List.copyOf(operands);
    }

    /** Opcode with its modifiers, as in {@code fma.rn.f32}. */
    public String name() {
        return modifiers.isEmpty() ? opcode : opcode + "." + String.join(".", modifiers);
    }

    public boolean has(String modifier) {
        return modifiers.contains(modifier);
    }

    public Operand operand(int index) {
        if (index >= operands.size()) {
            throw new PtxException(line, "operand " + index + " is missing in: " + text);
        }
        return operands.get(index);
    }

    /** The last modifier that names a type: the type of the operation's operands, or the source type of cvt. */
    public PtxType type() {
        for (int i = modifiers.size() - 1; i >= 0; i--) {
            PtxType type = PtxType.of(modifiers.get(i));
            if (type != null) {
                return type;
            }
        }
        throw new PtxException(line, "no type in: " + text);
    }

    /** All modifiers that name types, in order: {@code [f32, f32]} for cvt.rn.f32.f32. */
    public List<PtxType> types() {
        return modifiers.stream().map(PtxType::of).filter(type -> type != null).toList();
    }
}
