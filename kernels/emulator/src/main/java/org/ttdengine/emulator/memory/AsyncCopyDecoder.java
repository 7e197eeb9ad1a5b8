package org.ttdengine.emulator.memory;

import org.ttdengine.emulator.machine.Decoder;
import org.ttdengine.emulator.machine.Instruction;
import org.ttdengine.emulator.machine.Symbols;
import org.ttdengine.emulator.machine.Warp;
import org.ttdengine.emulator.ptx.Operand;
import org.ttdengine.emulator.ptx.PtxException;
import org.ttdengine.emulator.ptx.PtxInstruction;
import org.ttdengine.emulator.ptx.PtxType;

/** Decodes {@code cp.async.ca}, {@code cp.async.cg}, {@code commit_group}, {@code wait_group} and {@code wait_all}. */
final class AsyncCopyDecoder implements Decoder {

    @Override
    public Instruction decode(PtxInstruction statement, Symbols symbols) {
        if (!statement.opcode().equals("cp") || !statement.has("async")) {
            return null;
        }
        if (statement.has("commit_group")) {
            return new Commit();
        }
        if (statement.has("wait_group")) {
            return new WaitForGroups((int) constant(statement, 0));
        }
        if (statement.has("wait_all")) {
            return new WaitForAll();
        }
        if (!statement.has("ca") && !statement.has("cg")) {
            throw new PtxException(statement.line(), "not supported: " + statement.text());
        }
        return copy(statement, symbols);
    }

    private static Instruction copy(PtxInstruction statement, Symbols symbols) {
        int bytes = (int) constant(statement, 2);
        boolean known = bytes == 16 || statement.has("ca") && (bytes == 4 || bytes == 8);
        if (!known || statement.operands().size() > 4) {
            throw new PtxException(statement.line(), "not supported: " + statement.text());
        }
        int sourceBytes = statement.operands().size() == 4
                ? symbols.source(statement.operand(3), PtxType.U32)
                : symbols.source(new Operand.Immediate(bytes, Operand.Immediate.Form.INTEGER), PtxType.U32);
        return new AsyncCopy(
                symbols.address(statement.operand(0)), symbols.address(statement.operand(1)), bytes, sourceBytes);
    }

    private static long constant(PtxInstruction statement, int operand) {
        if (statement.operand(operand) instanceof Operand.Immediate immediate) {
            return immediate.bits();
        }
        throw new PtxException(statement.line(), "operand " + operand + " must be a constant: " + statement.text());
    }

    private record Commit() implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            warp.memory.async.commit(mask);
        }
    }

    private record WaitForGroups(int pending) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            warp.memory.async.waitForGroups(warp, mask, pending);
        }
    }

    private record WaitForAll() implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            warp.memory.async.waitForAll(warp, mask);
        }
    }
}
