package org.ttdengine.emulator.machine;

import org.ttdengine.emulator.machine.Symbols.SignedPredicate;
import org.ttdengine.emulator.ptx.Operand;
import org.ttdengine.emulator.ptx.PtxInstruction;
import org.ttdengine.emulator.ptx.PtxType;

/** setp, set, selp, slct. */
final class CompareDecoder implements Decoder {

    @Override
    public Instruction decode(PtxInstruction statement, Symbols symbols) {
        return switch (statement.opcode()) {
            case "setp" -> setPredicate(Operands.of(statement, symbols));
            case "set" -> set(Operands.of(statement, symbols));
            case "selp" -> select(Operands.of(statement, symbols));
            case "slct" -> selectBySign(Operands.of(statement, symbols));
            default -> null;
        };
    }

    private static Compare compare(Operands o) {
        Comparison comparison = Comparison.of(o.statement().modifiers().get(0));
        PtxType type = o.type();
        boolean packed = type == PtxType.F16X2 || type == PtxType.BF16X2;
        if (comparison == null || packed || type.bits() < 16) {
            throw o.unsupported();
        }
        boolean unsignedName =
                switch (comparison) {
                    case LO, LS, HI, HS -> true;
                    default -> false;
                };
        if (unsignedName && type.isSigned()) {
            throw o.unsupported();
        }
        return new Compare(comparison, type, o.in(1), o.in(2), o.statement().has("ftz"));
    }

    private static Combine combination(Operands o) {
        return o.statement().has("and")
                ? Combine.AND
                : o.statement().has("or") ? Combine.OR : o.statement().has("xor") ? Combine.XOR : Combine.NONE;
    }

    private enum Combine {
        NONE,
        AND,
        OR,
        XOR;

        int apply(int a, int b) {
            return switch (this) {
                case NONE -> a;
                case AND -> a & b;
                case OR -> a | b;
                case XOR -> a ^ b;
            };
        }
    }

    private static SignedPredicate third(Operands o, Combine combine) {
        return combine == Combine.NONE
                ? null
                : o.symbols().signedPredicate(o.statement().operand(3));
    }

    private static Instruction setPredicate(Operands o) {
        Combine combine = combination(o);
        Operand target = o.statement().operand(0);
        if (combine == Combine.NONE && !(target instanceof Operand.Pair)) {
            return new SetPredicate(o.symbols().predicate(target), compare(o));
        }
        Operand first = target instanceof Operand.Pair pair ? pair.first() : target;
        Operand second = target instanceof Operand.Pair pair ? pair.second() : new Operand.Sink();
        return new SetTwoPredicates(
                o.symbols().predicate(first), o.symbols().predicate(second), compare(o), combine, third(o, combine));
    }

    private record SetPredicate(int to, Compare compare) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            warp.p[to] = warp.p[to] & ~mask | compare.lanes(warp) & mask;
        }
    }

    /** p = (a cmp b) op c, q = !(a cmp b) op c. */
    private record SetTwoPredicates(int to, int complement, Compare compare, Combine combine, SignedPredicate third)
            implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] p = warp.p;
            int outcome = compare.lanes(warp);
            int other = third == null ? 0 : third.of(p);
            p[to] = p[to] & ~mask | combine.apply(outcome, other) & mask;
            p[complement] = p[complement] & ~mask | combine.apply(~outcome, other) & mask;
        }
    }

    /** set: all ones, or 1.0f, where the comparison holds. */
    private static Instruction set(Operands o) {
        PtxType result = o.statement().types().get(0);
        if (result.bits() != 32 || result == PtxType.F16X2 || result == PtxType.BF16X2) {
            throw o.unsupported();
        }
        int truth = result == PtxType.F32 ? Float.floatToRawIntBits(1f) : -1;
        Combine combine = combination(o);
        SignedPredicate third = third(o, combine);
        Compare compare = compare(o);
        int to = o.symbols().destination(o.statement().operand(0), result);
        return (warp, mask) -> {
            int holds = combine.apply(compare.lanes(warp), third == null ? 0 : third.of(warp.p));
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                warp.r[to + l] = (holds >>> l & 1) != 0 ? truth : 0;
            }
        };
    }

    private static Instruction select(Operands o) {
        SignedPredicate by = o.symbols().signedPredicate(o.statement().operand(3));
        return o.type().isWide()
                ? new SelectLong(o.to(), o.in(1), o.in(2), by)
                : new SelectWord(o.to(), o.in(1), o.in(2), by);
    }

    private record SelectWord(int to, int a, int b, SignedPredicate by) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            int p = by.of(warp.p);
            if (mask == -1) {
                for (int l = 0; l < Warp.LANES; l++) {
                    int chosen = -(p >>> l & 1);
                    r[to + l] = r[a + l] & chosen | r[b + l] & ~chosen;
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = r[((p >>> l & 1) != 0 ? a : b) + l];
            }
        }
    }

    private record SelectLong(int to, int a, int b, SignedPredicate by) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            long[] d = warp.d;
            int p = by.of(warp.p);
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                d[to + l] = d[((p >>> l & 1) != 0 ? a : b) + l];
            }
        }
    }

    /** slct.dtype.ctype: a where c is at least zero (-0 is, NaN is not), else b. */
    private static Instruction selectBySign(Operands o) {
        PtxType by = o.type();
        PtxType value = o.statement().types().get(0);
        int to = o.symbols().destination(o.statement().operand(0), value);
        int c = o.in(3, by);
        Elementwise.Place target = new Elementwise.Place(value.isWide(), to);
        return new Elementwise.Mixed(
                target,
                new Elementwise.Place(value.isWide(), o.in(1, value)),
                new Elementwise.Place(value.isWide(), o.in(2, value)),
                new Elementwise.Place(false, c),
                (x, y, z) -> {
                    boolean first = by == PtxType.F32 ? Float.intBitsToFloat((int) z) >= 0 : (int) z >= 0;
                    return first ? x : y;
                });
    }
}
