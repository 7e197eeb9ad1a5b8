package org.ttdengine.emulator.machine;

import org.ttdengine.emulator.machine.Symbols.SignedPredicate;
import org.ttdengine.emulator.ptx.Operand;
import org.ttdengine.emulator.ptx.PtxInstruction;
import org.ttdengine.emulator.ptx.PtxType;

/** Exchange between the lanes of a warp: shfl, vote, activemask, match, redux. */
final class WarpDecoder implements Decoder {

    @Override
    public Instruction decode(PtxInstruction statement, Symbols symbols) {
        return switch (statement.opcode()) {
            case "shfl" -> shuffle(Operands.of(statement, symbols));
            case "vote" -> vote(Operands.of(statement, symbols));
            case "match" -> match(Operands.of(statement, symbols));
            case "redux" -> reduce(Operands.of(statement, symbols));
            case "activemask" -> activeMask(Operands.of(statement, symbols));
            default -> null;
        };
    }

    private static void requireSync(Operands o) {
        if (!o.statement().has("sync")) {
            throw o.unsupported();
        }
    }

    private static Instruction shuffle(Operands o) {
        requireSync(o);
        Shuffle.Mode mode = Shuffle.Mode.of(o.statement().modifiers().get(1));
        if (mode == null) {
            throw o.unsupported();
        }
        Operand target = o.statement().operand(0);
        Operand first = target instanceof Operand.Pair pair ? pair.first() : target;
        int valid = target instanceof Operand.Pair pair ? o.symbols().predicate(pair.second()) : -1;
        return new Shuffle(
                mode, o.symbols().destination(first, PtxType.B32), valid, o.in(1), o.in(2), o.in(3), o.in(4));
    }

    private static Instruction activeMask(Operands o) {
        int to = o.to();
        return (warp, mask) -> spread(warp, to, mask, mask);
    }

    private static Instruction vote(Operands o) {
        requireSync(o);
        PtxInstruction statement = o.statement();
        SignedPredicate source = o.symbols().signedPredicate(statement.operand(1));
        int members = o.in(2, PtxType.B32);
        if (statement.has("ballot")) {
            return new Ballot(o.to(), source, members);
        }
        int to = o.symbols().predicate(statement.operand(0));
        Vote.Kind kind =
                statement.has("all") ? Vote.Kind.ALL : statement.has("any") ? Vote.Kind.ANY : Vote.Kind.UNIFORM;
        return new Vote(kind, to, source, members);
    }

    private record Ballot(int to, SignedPredicate source, int memberMask) implements WarpSync {
        @Override
        public int members(Warp warp, int lane) {
            return warp.r[memberMask + lane];
        }

        @Override
        public void execute(Warp warp, int mask) {
            spread(warp, to, mask, source.of(warp.p) & mask);
        }
    }

    private record Vote(Kind kind, int to, SignedPredicate source, int memberMask) implements WarpSync {
        private enum Kind {
            ALL,
            ANY,
            UNIFORM
        }

        @Override
        public int members(Warp warp, int lane) {
            return warp.r[memberMask + lane];
        }

        @Override
        public void execute(Warp warp, int mask) {
            int holding = source.of(warp.p) & mask;
            boolean result =
                    switch (kind) {
                        case ALL -> holding == mask;
                        case ANY -> holding != 0;
                        case UNIFORM -> holding == 0 || holding == mask;
                    };
            warp.p[to] = warp.p[to] & ~mask | (result ? mask : 0);
        }
    }

    private static Instruction reduce(Operands o) {
        requireSync(o);
        Elementwise.IntTernary f =
                switch (o.statement().modifiers().get(1)) {
                    case "add" -> (a, b, c) -> a + b;
                    case "min" ->
                        o.type().isSigned()
                                ? (a, b, c) -> Math.min(a, b)
                                : (a, b, c) -> Integer.compareUnsigned(a, b) < 0 ? a : b;
                    case "max" ->
                        o.type().isSigned()
                                ? (a, b, c) -> Math.max(a, b)
                                : (a, b, c) -> Integer.compareUnsigned(a, b) > 0 ? a : b;
                    case "and" -> (a, b, c) -> a & b;
                    case "or" -> (a, b, c) -> a | b;
                    case "xor" -> (a, b, c) -> a ^ b;
                    default -> throw o.unsupported();
                };
        return new Reduce(o.to(), o.in(1), o.in(2, PtxType.B32), f);
    }

    private record Reduce(int to, int from, int memberMask, Elementwise.IntTernary f) implements WarpSync {
        @Override
        public int members(Warp warp, int lane) {
            return warp.r[memberMask + lane];
        }

        @Override
        public void execute(Warp warp, int mask) {
            int result = warp.r[from + Integer.numberOfTrailingZeros(mask)];
            for (int m = mask & mask - 1; m != 0; m &= m - 1) {
                result = f.apply(result, warp.r[from + Integer.numberOfTrailingZeros(m)], 0);
            }
            spread(warp, to, mask, result);
        }
    }

    private static Instruction match(Operands o) {
        requireSync(o);
        boolean all = o.statement().has("all");
        Operand target = o.statement().operand(0);
        Operand first = target instanceof Operand.Pair pair ? pair.first() : target;
        int same = target instanceof Operand.Pair pair ? o.symbols().predicate(pair.second()) : -1;
        int to = o.symbols().destination(first, PtxType.B32);
        Elementwise.Place from = new Elementwise.Place(o.type().isWide(), o.in(1));
        return new Match(all, to, same, from, o.in(2, PtxType.B32));
    }

    /** match.any: the lanes with this lane's value. match.all: all members if all have the same value, else none. */
    private record Match(boolean all, int to, int same, Elementwise.Place from, int memberMask) implements WarpSync {
        @Override
        public int members(Warp warp, int lane) {
            return warp.r[memberMask + lane];
        }

        @Override
        public void execute(Warp warp, int mask) {
            int[] result = new int[Warp.LANES];
            for (int m = mask; m != 0; m &= m - 1) {
                int lane = Integer.numberOfTrailingZeros(m);
                int equal = lanesEqual(warp, mask, from.get(warp, lane));
                result[lane] = all && equal != mask ? 0 : equal;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int lane = Integer.numberOfTrailingZeros(m);
                warp.r[to + lane] = result[lane];
            }
            if (same >= 0) {
                boolean uniform = result[Integer.numberOfTrailingZeros(mask)] == mask;
                warp.p[same] = warp.p[same] & ~mask | (uniform ? mask : 0);
            }
        }

        private int lanesEqual(Warp warp, int mask, long value) {
            int equal = 0;
            for (int m = mask; m != 0; m &= m - 1) {
                int lane = Integer.numberOfTrailingZeros(m);
                equal |= from.get(warp, lane) == value ? 1 << lane : 0;
            }
            return equal;
        }
    }

    private static void spread(Warp warp, int to, int mask, int value) {
        for (int m = mask; m != 0; m &= m - 1) {
            warp.r[to + Integer.numberOfTrailingZeros(m)] = value;
        }
    }
}
