package org.ttdengine.emulator.machine;

import java.util.List;
import org.ttdengine.emulator.machine.Elementwise.Place;
import org.ttdengine.emulator.ptx.Operand;
import org.ttdengine.emulator.ptx.PtxInstruction;
import org.ttdengine.emulator.ptx.PtxType;

/** mov: copies, packing and unpacking of vectors. */
final class MoveDecoder implements Decoder {

    @Override
    public Instruction decode(PtxInstruction statement, Symbols symbols) {
        if (!statement.opcode().equals("mov")) {
            return null;
        }
        Operands o = Operands.of(statement, symbols);
        o.allow();
        if (o.type() == PtxType.PRED) {
            return PredicateLogic.decode(o);
        }
        if (statement.operand(0) instanceof Operand.Vector vector) {
            return unpack(o, vector.elements());
        }
        if (statement.operand(1) instanceof Operand.Vector vector) {
            return pack(o, vector.elements());
        }
        return o.type().isWide() ? new FastLong.MoveLong(o.to(), o.in(1)) : new FastInteger.MoveWord(o.to(), o.in(1));
    }

    private static PtxType element(Operands o, List<Operand> elements) {
        int bits = o.type().bits() / elements.size();
        return switch (bits) {
            case 8 -> PtxType.B8;
            case 16 -> PtxType.B16;
            case 32 -> PtxType.B32;
            default -> throw o.unsupported();
        };
    }

    /** The first element is the least significant. */
    private static Instruction unpack(Operands o, List<Operand> elements) {
        PtxType element = element(o, elements);
        Place from = new Place(o.type().isWide(), o.in(1));
        int[] to = new int[elements.size()];
        for (int i = 0; i < to.length; i++) {
            to[i] = o.symbols().destination(elements.get(i), element);
        }
        return new Unpack(to, from, element.bits());
    }

    private record Unpack(int[] to, Place from, int bits) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            long cut = (1L << bits) - 1;
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                long value = from.get(warp, l);
                for (int i = 0; i < to.length; i++) {
                    r[to[i] + l] = (int) (value >>> i * bits & cut);
                }
            }
        }
    }

    private static Instruction pack(Operands o, List<Operand> elements) {
        PtxType element = element(o, elements);
        boolean upperHalf = elements.size() == 2
                && o.type().bits() == 32
                && elements.get(0) instanceof Operand.Immediate zero
                && zero.bits() == 0;
        if (upperHalf) {
            return new FastFloat.HighHalf(o.to(), o.symbols().source(elements.get(1), element));
        }
        int[] from = new int[elements.size()];
        for (int i = 0; i < from.length; i++) {
            from[i] = o.symbols().source(elements.get(i), element);
        }
        if (from.length == 2 && element.bits() == 16) {
            return new FastInteger.PackHalves(o.to(), from[0], from[1]);
        }
        return new Pack(new Place(o.type().isWide(), o.to()), from, element.bits());
    }

    private record Pack(Place to, int[] from, int bits) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            long cut = (1L << bits) - 1;
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                long value = 0;
                for (int i = 0; i < from.length; i++) {
                    value |= (r[from[i] + l] & cut) << i * bits;
                }
                to.set(warp, l, value);
            }
        }
    }
}
