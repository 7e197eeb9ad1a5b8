package org.ttdengine.emulator.machine;

import org.ttdengine.emulator.machine.Symbols.SignedPredicate;
import org.ttdengine.emulator.ptx.Operand;
import org.ttdengine.emulator.ptx.PtxInstruction;
import org.ttdengine.emulator.ptx.PtxType;

/** bra, ret, exit, trap, block barriers, fences. */
final class ControlDecoder implements Decoder {

    @Override
    public Instruction decode(PtxInstruction statement, Symbols symbols) {
        return switch (statement.opcode()) {
            case "bra" -> new Branch(symbols.label(statement.operand(0)));
            case "ret", "exit" -> new Exit();
            case "trap" -> new Trap();
            case "membar", "fence", "nanosleep" -> new Nothing();
            case "bar", "barrier" ->
                statement.has("warp") ? warpBarrier(statement, symbols) : barrier(statement, symbols);
            default -> null;
        };
    }

    private record Branch(int target) implements ControlFlow {
        @Override
        public void execute(Warp warp, int mask) {
            warp.branch(mask, target);
        }
    }

    private record Exit() implements ControlFlow {
        @Override
        public void execute(Warp warp, int mask) {
            warp.exit(mask);
        }
    }

    private record Trap() implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            throw warp.fault(DeviceFault.Kind.TRAP, Integer.numberOfTrailingZeros(mask), "trap");
        }
    }

    /** Memory of the emulated device is sequentially consistent within a block's worker: fences have nothing to do. */
    private record Nothing() implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {}
    }

    private static Instruction warpBarrier(PtxInstruction statement, Symbols symbols) {
        return new WarpBarrier(symbols.source(statement.operand(0), PtxType.B32));
    }

    private record WarpBarrier(int memberMask) implements WarpSync {
        @Override
        public int members(Warp warp, int lane) {
            return warp.r[memberMask + lane];
        }

        @Override
        public void execute(Warp warp, int mask) {
            warp.memory.synchronise(mask == warp.existing ? -1 : mask);
        }
    }

    /** bar[.cta].sync a[, b]; bar.arrive a, b; bar.red.op d, a[, b], [!]c. */
    private static Instruction barrier(PtxInstruction statement, Symbols symbols) {
        Operands o = new Operands(statement, symbols, PtxType.U32);
        o.allow("cta", "sync", "aligned", "arrive", "red", "popc", "and", "or");
        int operands = statement.operands().size();
        if (statement.has("red")) {
            return reduction(o, operands);
        }
        int count = operands > 1 ? o.in(1) : -1;
        Barrier.Kind kind = statement.has("arrive") ? Barrier.Kind.ARRIVE : Barrier.Kind.SYNC;
        return new Barrier(kind, o.in(0), count, null, -1);
    }

    private static Instruction reduction(Operands o, int operands) {
        PtxInstruction statement = o.statement();
        Operand last = statement.operand(operands - 1);
        SignedPredicate source = o.symbols().signedPredicate(last);
        int count = operands > 3 ? o.in(2) : -1;
        boolean popc = statement.has("popc");
        int to = popc ? o.to() : o.symbols().predicate(statement.operand(0));
        Barrier.Kind kind = popc ? Barrier.Kind.POPC : statement.has("and") ? Barrier.Kind.AND : Barrier.Kind.OR;
        return new Barrier(kind, o.in(1), count, source, to);
    }
}
