package org.ttdengine.emulator.memory;

import java.util.List;
import org.ttdengine.emulator.machine.Decoder;
import org.ttdengine.emulator.machine.Instruction;
import org.ttdengine.emulator.machine.Symbols;
import org.ttdengine.emulator.memory.MatrixMultiply.Form;
import org.ttdengine.emulator.ptx.Operand;
import org.ttdengine.emulator.ptx.PtxException;
import org.ttdengine.emulator.ptx.PtxInstruction;
import org.ttdengine.emulator.ptx.PtxType;

/** Decodes {@code ldmatrix} and {@code mma.sync}: the tensor-core instructions that sm_80 has and our kernels use. */
final class MatrixDecoder implements Decoder {

    @Override
    public Instruction decode(PtxInstruction statement, Symbols symbols) {
        return switch (statement.opcode()) {
            case "ldmatrix" -> load(statement, symbols);
            case "mma" -> multiply(statement, symbols);
            default -> null;
        };
    }

    private static Instruction load(PtxInstruction statement, Symbols symbols) {
        int count = statement.has("x1") ? 1 : statement.has("x2") ? 2 : 4;
        List<Operand> targets = vector(statement, 0, count);
        boolean known = statement.has("sync")
                && statement.has("aligned")
                && statement.has("m8n8")
                && statement.has("b16")
                && Spaces.name(statement).equals("shared");
        if (!known) {
            throw new PtxException(statement.line(), "not supported: " + statement.text());
        }
        int[] places = targets.stream()
                .mapToInt(target -> symbols.destination(target, PtxType.B32))
                .toArray();
        return new MatrixLoad(symbols.address(statement.operand(1)), places, statement.has("trans"));
    }

    private static Instruction multiply(PtxInstruction statement, Symbols symbols) {
        Form form = form(statement);
        int registersOfA = form.registersOfA();
        return new MatrixMultiply(
                form,
                new MatrixMultiply.Fragments(
                        destinations(symbols, vector(statement, 0, 4)),
                        sources(symbols, vector(statement, 1, registersOfA), PtxType.B32),
                        sources(symbols, vector(statement, 2, registersOfA / 2), PtxType.B32),
                        sources(symbols, vector(statement, 3, 4), PtxType.F32)));
    }

    private static Form form(PtxInstruction statement) {
        List<String> modifiers = statement.modifiers();
        String name = String.join(".", modifiers);
        return switch (name) {
            case "sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32" -> Form.BF16_K16;
            case "sync.aligned.m16n8k8.row.col.f32.bf16.bf16.f32" -> Form.BF16_K8;
            case "sync.aligned.m16n8k16.row.col.f32.f16.f16.f32" -> Form.F16_K16;
            case "sync.aligned.m16n8k8.row.col.f32.f16.f16.f32" -> Form.F16_K8;
            case "sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32" -> Form.TF32_K8;
            case "sync.aligned.m16n8k4.row.col.f32.tf32.tf32.f32" -> Form.TF32_K4;
            default -> throw new PtxException(statement.line(), "not supported: " + statement.text());
        };
    }

    private static int[] destinations(Symbols symbols, List<Operand> operands) {
        return operands.stream()
                .mapToInt(operand -> symbols.destination(operand, PtxType.F32))
                .toArray();
    }

    private static int[] sources(Symbols symbols, List<Operand> operands, PtxType type) {
        return operands.stream()
                .mapToInt(operand -> symbols.source(operand, type))
                .toArray();
    }

    /** The {@code count} registers of an operand; a single one may stand without braces. */
    private static List<Operand> vector(PtxInstruction statement, int index, int count) {
        Operand operand = statement.operand(index);
        List<Operand> elements = operand instanceof Operand.Vector vector ? vector.elements() : List.of(operand);
        if (elements.size() != count) {
            throw new PtxException(
                    statement.line(), "operand " + index + " must have " + count + " registers: " + statement.text());
        }
        return elements;
    }
}
