package org.ttdengine.emulator.memory;

import org.ttdengine.emulator.machine.Decoder;
import org.ttdengine.emulator.machine.Instruction;
import org.ttdengine.emulator.machine.Symbols;
import org.ttdengine.emulator.machine.Warp;
import org.ttdengine.emulator.ptx.PtxException;
import org.ttdengine.emulator.ptx.PtxInstruction;
import org.ttdengine.emulator.ptx.PtxType;

/** Decodes {@code cvta}, {@code isspacep} and the prefetches: what has to do with addresses and touches no memory. */
final class AddressDecoder implements Decoder {

    @Override
    public Instruction decode(PtxInstruction statement, Symbols symbols) {
        return switch (statement.opcode()) {
            case "cvta" -> convert(statement, symbols);
            case "isspacep" -> ask(statement, symbols);
            case "prefetch", "prefetchu" -> new Nothing();
            default -> null;
        };
    }

    private static Instruction convert(PtxInstruction statement, Symbols symbols) {
        PtxType type = statement.type();
        if (!type.isWide()) {
            throw new PtxException(statement.line(), "32-bit generic addresses are not supported: " + statement.text());
        }
        long window = window(statement);
        int target = symbols.destination(statement.operand(0), type);
        int source = symbols.source(statement.operand(1), type);
        return new Move(target, source, statement.has("to") ? -window : window);
    }

    private static Instruction ask(PtxInstruction statement, Symbols symbols) {
        int predicate = symbols.predicate(statement.operand(0));
        int source = symbols.source(statement.operand(1), PtxType.U64);
        return new IsInWindow(predicate, source, window(statement));
    }

    private static long window(PtxInstruction statement) {
        return switch (Spaces.name(statement)) {
            case "global" -> 0;
            case "shared" -> GenericSpace.SHARED_WINDOW;
            case "local" -> GenericSpace.LOCAL_WINDOW;
            default ->
                throw new PtxException(statement.line(), "this space has no generic addresses: " + statement.text());
        };
    }

    /** Adds the start of a window, or takes it away. */
    private record Move(int target, int source, long distance) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            for (int rest = mask; rest != 0; rest &= rest - 1) {
                int lane = Integer.numberOfTrailingZeros(rest);
                warp.d[target + lane] = warp.d[source + lane] + distance;
            }
        }
    }

    /** Tells for each lane whether a generic address lies in a window; window 0 is global memory. */
    private record IsInWindow(int predicate, int source, long window) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int inside = 0;
            for (int rest = mask; rest != 0; rest &= rest - 1) {
                int lane = Integer.numberOfTrailingZeros(rest);
                inside |= GenericSpace.window(warp.d[source + lane]) == window ? 1 << lane : 0;
            }
            warp.p[predicate] = warp.p[predicate] & ~mask | inside;
        }
    }

    /** A prefetch: a hint about time, of which there is none here. */
    private record Nothing() implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            // nothing to fetch ahead
        }
    }
}
