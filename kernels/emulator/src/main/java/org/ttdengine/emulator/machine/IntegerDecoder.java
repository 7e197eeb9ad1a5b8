package org.ttdengine.emulator.machine;

import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.ttdengine.emulator.ptx.PtxInstruction;
import org.ttdengine.emulator.ptx.PtxType;

/** Integer arithmetic: add, sub, mul, mad, div, rem, abs, neg, min, max, mul24, mad24, sad, dp4a. */
final class IntegerDecoder implements Decoder {

    @Override
    public Instruction decode(PtxInstruction statement, Symbols symbols) {
        boolean mine =
                switch (statement.opcode()) {
                    case "add", "sub", "mul", "mad", "div", "rem", "abs", "neg", "min", "max" -> true;
                    case "mul24", "mad24", "sad", "dp4a" -> true;
                    default -> false;
                };
        if (!mine || statement.type().isFloat()) {
            return null;
        }
        Operands operands = Operands.of(statement, symbols);
        operands.allow("lo", "hi", "wide", "sat");
        if (statement.has("sat") && operands.type() != PtxType.S32) {
            throw operands.unsupported();
        }
        return switch (statement.opcode()) {
            case "mul", "mad" -> multiply(operands);
            case "abs", "neg" -> unary(operands);
            case "mul24", "mad24", "sad", "dp4a" -> ternary(operands);
            default -> binary(operands);
        };
    }

    private static Instruction unary(Operands o) {
        boolean negate = o.statement().opcode().equals("neg");
        if (o.type().isWide()) {
            LongUnaryOperator f = negate ? a -> -a : Math::abs;
            return new Elementwise.Long1(o.to(), o.in(1), f);
        }
        IntUnaryOperator f = negate ? a -> -a : Math::abs;
        IntUnaryOperator exact = o.type().bits() == 32 ? f : a -> f.applyAsInt((short) a) & 0xFFFF;
        return new Elementwise.Word1(o.to(), o.in(1), exact);
    }

    private static Instruction binary(Operands o) {
        String opcode = o.statement().opcode();
        boolean signed = o.type().isSigned();
        if (o.type().isWide()) {
            return opcode.equals("add")
                    ? new FastLong.AddLong(o.to(), o.in(1), o.in(2))
                    : new Elementwise.Long2(o.to(), o.in(1), o.in(2), longFunction(opcode, signed));
        }
        if (o.type().bits() == 16) {
            IntBinaryOperator f = wordFunction(opcode, signed);
            IntBinaryOperator exact = signed
                    ? (a, b) -> f.applyAsInt((short) a, (short) b) & 0xFFFF
                    : (a, b) -> f.applyAsInt(a, b) & 0xFFFF;
            return new Elementwise.Word2(o.to(), o.in(1), o.in(2), exact);
        }
        if (o.statement().has("sat")) {
            return saturating(o);
        }
        if (signed && (opcode.equals("min") || opcode.equals("max"))) {
            return opcode.equals("min")
                    ? new FastInteger.Minimum(o.to(), o.in(1), o.in(2))
                    : new FastInteger.Maximum(o.to(), o.in(1), o.in(2));
        }
        return switch (opcode) {
            case "add" -> new FastInteger.Add(o.to(), o.in(1), o.in(2));
            case "sub" -> new FastInteger.Subtract(o.to(), o.in(1), o.in(2));
            default -> new Elementwise.Word2(o.to(), o.in(1), o.in(2), wordFunction(opcode, signed));
        };
    }

    private static Instruction saturating(Operands o) {
        IntBinaryOperator f =
                switch (o.statement().opcode()) {
                    case "add" -> (a, b) -> clamp((long) a + b);
                    case "sub" -> (a, b) -> clamp((long) a - b);
                    default -> throw o.unsupported();
                };
        return new Elementwise.Word2(o.to(), o.in(1), o.in(2), f);
    }

    private static int clamp(long value) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
    }

    /** Division by zero gives all ones and the remainder the dividend: what the hardware's sequence yields. */
    private static IntBinaryOperator wordFunction(String opcode, boolean signed) {
        return switch (opcode) {
            case "add" -> Integer::sum;
            case "sub" -> (a, b) -> a - b;
            case "div" -> signed ? (a, b) -> b == 0 ? -1 : a / b : (a, b) -> b == 0 ? -1 : Integer.divideUnsigned(a, b);
            case "rem" ->
                signed ? (a, b) -> b == 0 ? a : a % b : (a, b) -> b == 0 ? a : Integer.remainderUnsigned(a, b);
            case "min" -> signed ? Math::min : (a, b) -> Integer.compareUnsigned(a, b) <= 0 ? a : b;
            case "max" -> signed ? Math::max : (a, b) -> Integer.compareUnsigned(a, b) >= 0 ? a : b;
            default -> throw new IllegalArgumentException(opcode);
        };
    }

    private static LongBinaryOperator longFunction(String opcode, boolean signed) {
        return switch (opcode) {
            case "sub" -> (a, b) -> a - b;
            case "div" -> signed ? (a, b) -> b == 0 ? -1 : a / b : (a, b) -> b == 0 ? -1 : Long.divideUnsigned(a, b);
            case "rem" -> signed ? (a, b) -> b == 0 ? a : a % b : (a, b) -> b == 0 ? a : Long.remainderUnsigned(a, b);
            case "min" -> signed ? Math::min : (a, b) -> Long.compareUnsigned(a, b) <= 0 ? a : b;
            case "max" -> signed ? Math::max : (a, b) -> Long.compareUnsigned(a, b) >= 0 ? a : b;
            default -> throw new IllegalArgumentException(opcode);
        };
    }

    private static Instruction multiply(Operands o) {
        boolean add = o.statement().opcode().equals("mad");
        if (o.statement().has("wide")) {
            return wide(o, add);
        }
        boolean high = o.statement().has("hi");
        boolean signed = o.type().isSigned();
        if (o.type().isWide() && !high && !add) {
            return new FastLong.MultiplyLong(o.to(), o.in(1), o.in(2));
        }
        if (o.type().isWide()) {
            LongBinaryOperator product =
                    !high ? (a, b) -> a * b : signed ? Math::multiplyHigh : IntegerDecoder::multiplyHighUnsigned;
            return add
                    ? new Elementwise.Long3(
                            o.to(), o.in(1), o.in(2), o.in(3), (a, b, c) -> product.applyAsLong(a, b) + c)
                    : new Elementwise.Long2(o.to(), o.in(1), o.in(2), product);
        }
        if (o.type().bits() == 32 && !high) {
            return add
                    ? new FastInteger.MultiplyAdd(o.to(), o.in(1), o.in(2), o.in(3))
                    : new FastInteger.Multiply(o.to(), o.in(1), o.in(2));
        }
        return narrowProduct(o, add, high);
    }

    /** The high half of 32-bit products and all 16-bit products. */
    private static Instruction narrowProduct(Operands o, boolean add, boolean high) {
        int bits = o.type().bits();
        int shift = high ? bits : 0;
        int cut = bits == 32 ? -1 : 0xFFFF;
        PtxType type = o.type();
        boolean saturate = o.statement().has("sat");
        if (!add) {
            return new Elementwise.Word2(
                    o.to(), o.in(1), o.in(2), (a, b) -> (int) (extend(a, type) * extend(b, type) >>> shift) & cut);
        }
        return new Elementwise.Word3(o.to(), o.in(1), o.in(2), o.in(3), (a, b, c) -> {
            int product = (int) (extend(a, type) * extend(b, type) >>> shift);
            return saturate ? clamp((long) product + c) : product + c & cut;
        });
    }

    /** The value of a register's low bits as a type of at most 32 bits. */
    static long extend(int value, PtxType type) {
        return switch (type.bits()) {
            case 8 -> type.isSigned() ? (byte) value : value & 0xFF;
            case 16 -> type.isSigned() ? (short) value : value & 0xFFFF;
            default -> type.isSigned() ? value : value & 0xFFFF_FFFFL;
        };
    }

    private static Instruction wide(Operands o, boolean add) {
        PtxType type = o.type();
        if (type.bits() == 16) {
            int to = o.symbols().destination(o.statement().operand(0), PtxType.B32);
            if (add) {
                int c = o.in(3, PtxType.B32);
                return new Elementwise.Word3(
                        to, o.in(1), o.in(2), c, (x, y, z) -> (int) (extend(x, type) * extend(y, type)) + z);
            }
            return new Elementwise.Word2(to, o.in(1), o.in(2), (x, y) -> (int) (extend(x, type) * extend(y, type)));
        }
        int to = o.symbols().destination(o.statement().operand(0), PtxType.B64);
        int a = o.in(1);
        int b = o.in(2);
        if (!add) {
            return type.isSigned() ? new FastLong.MultiplyWide(to, a, b) : new FastLong.MultiplyWideUnsigned(to, a, b);
        }
        int c = o.in(3, PtxType.B64);
        if (type.isSigned()) {
            return new FastLong.MultiplyAddWide(to, a, b, c);
        }
        return new Elementwise.Mixed(
                new Elementwise.Place(true, to),
                new Elementwise.Place(false, a),
                new Elementwise.Place(false, b),
                new Elementwise.Place(true, c),
                (x, y, z) -> x * y + z);
    }

    private static long multiplyHighUnsigned(long a, long b) {
        return Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
    }

    private static Instruction ternary(Operands o) {
        boolean signed = o.type().isSigned();
        PtxType type = o.type();
        return switch (o.statement().opcode()) {
            case "mul24" -> new Elementwise.Word2(o.to(), o.in(1), o.in(2), product24(o));
            case "mad24" -> {
                IntBinaryOperator product = product24(o);
                yield new Elementwise.Word3(
                        o.to(), o.in(1), o.in(2), o.in(3), (a, b, c) -> product.applyAsInt(a, b) + c);
            }
            case "sad" -> {
                if (type.bits() != 32) {
                    throw o.unsupported();
                }
                yield new Elementwise.Word3(
                        o.to(),
                        o.in(1),
                        o.in(2),
                        o.in(3),
                        (a, b, c) -> c + (int) Math.abs(extend(a, type) - extend(b, type)));
            }
            default -> dotProduct(o, signed);
        };
    }

    private static IntBinaryOperator product24(Operands o) {
        int shift = o.statement().has("hi") ? 16 : 0;
        if (o.type().isSigned()) {
            return (a, b) -> (int) ((long) (a << 8 >> 8) * (b << 8 >> 8) >> shift);
        }
        return (a, b) -> (int) ((a & 0xFF_FFFFL) * (b & 0xFF_FFFFL) >> shift);
    }

    /** dp4a.atype.btype: the four products of bytes, added to c. */
    private static Instruction dotProduct(Operands o, boolean secondSigned) {
        boolean firstSigned = o.statement().types().get(0).isSigned();
        return new Elementwise.Word3(o.to(), o.in(1), o.in(2), o.in(3), (a, b, c) -> {
            int sum = c;
            for (int shift = 0; shift < 32; shift += 8) {
                int x = firstSigned ? (byte) (a >> shift) : a >> shift & 0xFF;
                int y = secondSigned ? (byte) (b >> shift) : b >> shift & 0xFF;
                sum += x * y;
            }
            return sum;
        });
    }
}
