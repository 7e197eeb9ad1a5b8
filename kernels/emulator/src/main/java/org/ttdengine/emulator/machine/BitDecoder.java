package org.ttdengine.emulator.machine;

import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.LongUnaryOperator;
import org.ttdengine.emulator.ptx.Operand;
import org.ttdengine.emulator.ptx.PtxInstruction;
import org.ttdengine.emulator.ptx.PtxType;

/** Logic, shifts and bit fields: and, or, xor, not, cnot, shl, shr, shf, lop3, prmt, bfe, bfi, bfind, brev, clz, popc, bmsk, fns. */
final class BitDecoder implements Decoder {

    @Override
    public Instruction decode(PtxInstruction statement, Symbols symbols) {
        return switch (statement.opcode()) {
            case "and", "or", "xor" -> logic(Operands.of(statement, symbols));
            case "not", "cnot" -> negation(Operands.of(statement, symbols));
            case "shl", "shr" -> shift(Operands.of(statement, symbols));
            case "shf" -> funnel(Operands.of(statement, symbols));
            case "lop3" -> lop3(Operands.of(statement, symbols));
            case "prmt" -> Permute.decode(Operands.of(statement, symbols));
            case "bfe" -> extract(Operands.of(statement, symbols));
            case "bfi" -> insert(Operands.of(statement, symbols));
            case "brev", "clz", "popc", "bfind" -> count(Operands.of(statement, symbols));
            default -> null;
        };
    }

    private static Instruction logic(Operands o) {
        String opcode = o.statement().opcode();
        if (o.type() == PtxType.PRED) {
            return PredicateLogic.decode(o);
        }
        if (o.type().isWide()) {
            return switch (opcode) {
                case "and" -> new FastLong.AndLong(o.to(), o.in(1), o.in(2));
                case "or" -> new FastLong.OrLong(o.to(), o.in(1), o.in(2));
                default -> new Elementwise.Long2(o.to(), o.in(1), o.in(2), (a, b) -> a ^ b);
            };
        }
        return switch (opcode) {
            case "and" -> new FastInteger.And(o.to(), o.in(1), o.in(2));
            case "or" -> new FastInteger.Or(o.to(), o.in(1), o.in(2));
            default -> new FastInteger.Xor(o.to(), o.in(1), o.in(2));
        };
    }

    private static Instruction negation(Operands o) {
        if (o.type() == PtxType.PRED) {
            return PredicateLogic.decode(o);
        }
        boolean logical = o.statement().opcode().equals("cnot");
        if (o.type().isWide()) {
            LongUnaryOperator f = logical ? a -> a == 0 ? 1 : 0 : a -> ~a;
            return new Elementwise.Long1(o.to(), o.in(1), f);
        }
        int cut = o.type().bits() == 32 ? -1 : 0xFFFF;
        IntUnaryOperator f = logical ? a -> a == 0 ? 1 : 0 : a -> ~a & cut;
        return new Elementwise.Word1(o.to(), o.in(1), f);
    }

    /** The shift count is a 32-bit register whatever the type; counts past the width are clamped, not wrapped. */
    private static Instruction shift(Operands o) {
        int count = o.in(2, PtxType.U32);
        boolean left = o.statement().opcode().equals("shl");
        boolean signed = o.type().isSigned();
        Instruction constant = shiftByConstant(o, left, signed);
        if (constant != null) {
            return constant;
        }
        if (o.type().isWide()) {
            return new WideShift(o.to(), o.in(1), count, left, signed);
        }
        if (o.type().bits() == 32) {
            return new WordShift(o.to(), o.in(1), count, left, signed);
        }
        IntBinaryOperator f;
        if (left) {
            f = (a, n) -> n >>> 4 != 0 ? 0 : a << n & 0xFFFF;
        } else if (signed) {
            f = (a, n) -> (short) a >> (n >>> 4 != 0 ? 15 : n) & 0xFFFF;
        } else {
            f = (a, n) -> n >>> 4 != 0 ? 0 : a >>> n;
        }
        return new Elementwise.Word2(o.to(), o.in(1), count, f);
    }

    /** The common shifts of 32 and 64-bit words by a literal below the width; null for others. */
    private static Instruction shiftByConstant(Operands o, boolean left, boolean signed) {
        boolean literal = o.statement().operand(2) instanceof Operand.Immediate;
        long n = literal ? ((Operand.Immediate) o.statement().operand(2)).bits() : -1;
        if (n < 0 || n >= o.type().bits() || o.type().bits() == 16) {
            return null;
        }
        if (o.type().isWide()) {
            if (left) {
                return new FastLong.ShiftLeftLong(o.to(), o.in(1), (int) n);
            }
            return signed ? null : new FastLong.ShiftRightLongUnsigned(o.to(), o.in(1), (int) n);
        }
        if (left) {
            return new FastInteger.ShiftLeft(o.to(), o.in(1), (int) n);
        }
        return signed
                ? new FastInteger.ShiftRight(o.to(), o.in(1), (int) n)
                : new FastInteger.ShiftRightUnsigned(o.to(), o.in(1), (int) n);
    }

    /** shl and shr of 32-bit words. */
    private record WordShift(int to, int a, int count, boolean left, boolean signed) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                int n = r[count + l];
                boolean past = n >>> 5 != 0;
                int value = r[a + l];
                if (left) {
                    r[to + l] = past ? 0 : value << n;
                } else if (signed) {
                    r[to + l] = value >> (past ? 31 : n);
                } else {
                    r[to + l] = past ? 0 : value >>> n;
                }
            }
        }
    }

    /** shl and shr of 64-bit words. */
    private record WideShift(int to, int a, int count, boolean left, boolean signed) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            long[] d = warp.d;
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                int n = r[count + l];
                boolean past = n >>> 6 != 0;
                long value = d[a + l];
                if (left) {
                    d[to + l] = past ? 0 : value << n;
                } else if (signed) {
                    d[to + l] = value >> (past ? 63 : n);
                } else {
                    d[to + l] = past ? 0 : value >>> n;
                }
            }
        }
    }

    /** shf: 32 bits of the 64-bit value [b, a] shifted by a clamped or wrapped count. */
    private static Instruction funnel(Operands o) {
        boolean wrap = o.statement().has("wrap");
        if (!wrap && !o.statement().has("clamp")) {
            throw o.unsupported();
        }
        boolean left = o.statement().has("l");
        return new Elementwise.Word3(o.to(), o.in(1), o.in(2), o.in(3), (low, high, count) -> {
            int n = wrap ? count & 31 : Integer.compareUnsigned(count, 32) > 0 ? 32 : count;
            long pair = (long) high << 32 | low & 0xFFFF_FFFFL;
            return (int) (left ? pair << n >>> 32 : pair >>> n);
        });
    }

    /** lop3: bit (4a + 2b + c) of the table, bit by bit. */
    private static Instruction lop3(Operands o) {
        if (o.statement().operands().size() != 5) {
            throw o.unsupported();
        }
        if (!(o.statement().operand(4) instanceof Operand.Immediate immediate)) {
            throw o.unsupported();
        }
        int table = (int) immediate.bits();
        return new Elementwise.Word3(o.to(), o.in(1), o.in(2), o.in(3), (a, b, c) -> {
            int result = 0;
            for (int row = 0; row < 8; row++) {
                if ((table >> row & 1) != 0) {
                    result |= ((row & 4) != 0 ? a : ~a) & ((row & 2) != 0 ? b : ~b) & ((row & 1) != 0 ? c : ~c);
                }
            }
            return result;
        });
    }

    /** bfe: a field of b's position and c's length, the sign of its highest bit (or of a, past the end) extended. */
    private static Instruction extract(Operands o) {
        int position = o.in(2, PtxType.U32);
        int length = o.in(3, PtxType.U32);
        int bits = o.type().bits();
        boolean signed = o.type().isSigned();
        Elementwise.Place to = new Elementwise.Place(o.type().isWide(), o.to());
        Elementwise.Place from = new Elementwise.Place(o.type().isWide(), o.in(1));
        return new Elementwise.Mixed(
                to,
                from,
                new Elementwise.Place(false, position),
                new Elementwise.Place(false, length),
                (a, b, c) -> field(a, (int) b & 0xFF, (int) c & 0xFF, bits, signed));
    }

    private static long field(long a, int position, int length, int bits, boolean signed) {
        int top = Math.min(position + length - 1, bits - 1);
        boolean negative = signed && length > 0 && (a >>> top & 1) != 0;
        long value = position >= bits ? 0 : a >>> position;
        int kept = Math.max(0, Math.min(length, bits - position));
        long low = kept >= 64 ? -1 : (1L << kept) - 1;
        return negative ? value & low | ~low : value & low;
    }

    /** bfi: the low bits of a put into b at a position and length. */
    private static Instruction insert(Operands o) {
        int position = o.in(3, PtxType.U32);
        int length = o.in(4, PtxType.U32);
        if (o.type().isWide()) {
            return new InsertLong(o.to(), o.in(1), o.in(2), position, length);
        }
        return new InsertWord(o.to(), o.in(1), o.in(2), position, length);
    }

    private static long insertion(long a, long b, int position, int length, int bits) {
        int kept = Math.max(0, Math.min(length, bits - position));
        if (kept == 0) {
            return b;
        }
        long field = (kept == 64 ? -1 : (1L << kept) - 1) << position;
        return b & ~field | a << position & field;
    }

    private record InsertWord(int to, int a, int b, int position, int length) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = (int) insertion(r[a + l], r[b + l], r[position + l] & 0xFF, r[length + l] & 0xFF, 32);
            }
        }
    }

    private record InsertLong(int to, int a, int b, int position, int length) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            long[] d = warp.d;
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                d[to + l] = insertion(d[a + l], d[b + l], r[position + l] & 0xFF, r[length + l] & 0xFF, 64);
            }
        }
    }

    /** brev keeps the width; clz, popc and bfind give 32 bits. */
    private static Instruction count(Operands o) {
        boolean wide = o.type().isWide();
        String opcode = o.statement().opcode();
        Elementwise.Place from = new Elementwise.Place(wide, o.in(1));
        boolean keepsWidth = opcode.equals("brev");
        PtxType result = keepsWidth ? o.type() : PtxType.U32;
        Elementwise.Place to = new Elementwise.Place(
                keepsWidth && wide, o.symbols().destination(o.statement().operand(0), result));
        int bits = o.type().bits();
        Elementwise.LongTernary f =
                switch (opcode) {
                    case "brev" -> (a, b, c) -> Long.reverse(a) >>> 64 - bits;
                    case "clz" -> (a, b, c) -> Long.numberOfLeadingZeros(a) - (64 - bits);
                    case "popc" -> (a, b, c) -> Long.bitCount(a);
                    default -> leadingBit(o);
                };
        return new Elementwise.Mixed(to, from, from, from, f);
    }

    /** bfind: position of the highest bit that is not a sign bit, or with shiftamt the shift that brings it to the top; -1 if none. */
    private static Elementwise.LongTernary leadingBit(Operands o) {
        int bits = o.type().bits();
        boolean signed = o.type().isSigned();
        boolean shift = o.statement().has("shiftamt");
        return (a, b, c) -> {
            long value = signed && (a >>> bits - 1 & 1) != 0 ? ~a : a;
            long cut = bits == 64 ? value : value & 0xFFFF_FFFFL;
            int position = 63 - Long.numberOfLeadingZeros(cut);
            return position < 0 ? -1 : shift ? bits - 1 - position : position;
        };
    }
}
