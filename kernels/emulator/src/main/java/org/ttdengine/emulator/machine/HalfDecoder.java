package org.ttdengine.emulator.machine;

import java.util.function.DoubleUnaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import org.ttdengine.emulator.machine.Elementwise.IntTernary;
import org.ttdengine.emulator.machine.Floats.Rounding;
import org.ttdengine.emulator.ptx.PtxInstruction;
import org.ttdengine.emulator.ptx.PtxType;

/** Arithmetic of f16, bf16 and packed pairs of them; every result is rounded once. */
final class HalfDecoder implements Decoder {

    @Override
    public Instruction decode(PtxInstruction statement, Symbols symbols) {
        boolean mine =
                switch (statement.opcode()) {
                    case "add", "sub", "mul", "fma", "abs", "neg", "min", "max", "ex2", "tanh" -> true;
                    default -> false;
                };
        if (!mine) {
            return null;
        }
        HalfFormat format = format(statement.type());
        if (format == null) {
            return null;
        }
        Operands o = Operands.of(statement, symbols);
        o.allow("rn", "approx", "relu", "NaN");
        boolean packed = o.type().bits() == 32;
        return switch (statement.opcode()) {
            case "fma" -> fma(o, format, packed);
            case "abs", "neg", "ex2", "tanh" -> {
                IntUnaryOperator f = unary(statement.opcode(), format);
                yield new Elementwise.Word1(o.to(), o.in(1), packed ? pairwise(f) : f);
            }
            default -> {
                IntBinaryOperator f = binary(o, format);
                yield new Elementwise.Word2(o.to(), o.in(1), o.in(2), packed ? pairwise(f) : f);
            }
        };
    }

    private static Instruction fma(Operands o, HalfFormat format, boolean packed) {
        IntTernary exact = format::fma;
        IntTernary f = o.statement().has("relu") ? (a, b, c) -> relu(exact.apply(a, b, c), format) : exact;
        IntTernary pair =
                (a, b, c) -> f.apply(a & 0xFFFF, b & 0xFFFF, c & 0xFFFF) | f.apply(a >>> 16, b >>> 16, c >>> 16) << 16;
        return new Elementwise.Word3(o.to(), o.in(1), o.in(2), o.in(3), packed ? pair : f);
    }

    /** Negative results and -0 become +0, NaN stays. */
    private static int relu(int bits, HalfFormat format) {
        return (bits & 0x8000) != 0 && !format.isNan(bits) ? 0 : bits;
    }

    private static IntUnaryOperator pairwise(IntUnaryOperator f) {
        return a -> f.applyAsInt(a & 0xFFFF) | f.applyAsInt(a >>> 16) << 16;
    }

    private static IntBinaryOperator pairwise(IntBinaryOperator f) {
        return (a, b) -> f.applyAsInt(a & 0xFFFF, b & 0xFFFF) | f.applyAsInt(a >>> 16, b >>> 16) << 16;
    }

    private static IntUnaryOperator unary(String opcode, HalfFormat format) {
        DoubleUnaryOperator function = opcode.equals("ex2") ? Exp2::of : Math::tanh;
        return switch (opcode) {
            case "abs" -> a -> a & 0x7FFF;
            case "neg" -> a -> a ^ 0x8000;
            default -> a -> format.round(function.applyAsDouble(format.toFloat(a)), Rounding.NEAREST_EVEN);
        };
    }

    private static IntBinaryOperator binary(Operands o, HalfFormat format) {
        boolean propagate = o.statement().has("NaN");
        return switch (o.statement().opcode()) {
            case "add" -> (a, b) -> sum(a, b, format);
            case "sub" -> (a, b) -> sum(a, b ^ 0x8000, format);
            case "mul" -> (a, b) -> format.round((double) format.toFloat(a) * format.toFloat(b), Rounding.NEAREST_EVEN);
            case "min" -> (a, b) -> extremum(a, b, format, propagate, false);
            default -> (a, b) -> extremum(a, b, format, propagate, true);
        };
    }

    private static int sum(int a, int b, HalfFormat format) {
        double x = format.toFloat(a);
        double y = format.toFloat(b);
        return format.round(x + y, Floats.sumError(x, y, x + y), Rounding.NEAREST_EVEN);
    }

    private static int extremum(int a, int b, HalfFormat format, boolean propagate, boolean max) {
        boolean nanA = format.isNan(a);
        boolean nanB = format.isNan(b);
        if (nanA && nanB || propagate && (nanA || nanB)) {
            return HalfFormat.NAN;
        }
        float x = format.toFloat(a);
        float y = format.toFloat(b);
        float chosen = max ? Floats.max(x, y) : Floats.min(x, y);
        return format.round(chosen, Rounding.NEAREST_EVEN);
    }

    /** The format of a 16-bit float type or pair; null for other types. */
    static HalfFormat format(PtxType type) {
        return switch (type) {
            case F16, F16X2 -> HalfFormat.F16;
            case BF16, BF16X2 -> HalfFormat.BF16;
            default -> null;
        };
    }
}
