package org.ttdengine.emulator.machine;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.ttdengine.emulator.ptx.PtxInstruction;
import org.ttdengine.emulator.ptx.PtxType;

/** f64 arithmetic, rounding to nearest even. */
final class DoubleDecoder implements Decoder {

    @Override
    public Instruction decode(PtxInstruction statement, Symbols symbols) {
        boolean mine =
                switch (statement.opcode()) {
                    case "add", "sub", "mul", "fma", "mad", "div", "abs", "neg", "min", "max" -> true;
                    case "rcp", "sqrt", "rsqrt", "copysign" -> true;
                    default -> false;
                };
        if (!mine || statement.type() != PtxType.F64) {
            return null;
        }
        Operands o = Operands.of(statement, symbols);
        o.allow("rn", "approx", "ftz");
        return switch (statement.opcode()) {
            case "fma", "mad" ->
                new Elementwise.Long3(
                        o.to(), o.in(1), o.in(2), o.in(3), (a, b, c) -> bits(Math.fma(value(a), value(b), value(c))));
            case "abs" -> new Elementwise.Long1(o.to(), o.in(1), a -> a & Long.MAX_VALUE);
            case "neg" -> new Elementwise.Long1(o.to(), o.in(1), a -> a ^ Long.MIN_VALUE);
            case "rcp" -> unary(o, x -> 1 / x);
            case "sqrt" -> unary(o, Math::sqrt);
            case "rsqrt" -> unary(o, x -> 1 / Math.sqrt(x));
            case "add" -> binary(o, Double::sum);
            case "sub" -> binary(o, (a, b) -> a - b);
            case "mul" -> binary(o, (a, b) -> a * b);
            case "div" -> binary(o, (a, b) -> a / b);
            case "min" -> binary(o, (a, b) -> Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.min(a, b));
            case "max" -> binary(o, (a, b) -> Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b));
            default ->
                new Elementwise.Long2(o.to(), o.in(1), o.in(2), (a, b) -> a & Long.MIN_VALUE | b & Long.MAX_VALUE);
        };
    }

    private static Instruction unary(Operands o, DoubleUnaryOperator f) {
        return new Elementwise.Long1(o.to(), o.in(1), a -> bits(f.applyAsDouble(value(a))));
    }

    private static Instruction binary(Operands o, DoubleBinaryOperator f) {
        return new Elementwise.Long2(o.to(), o.in(1), o.in(2), (a, b) -> bits(f.applyAsDouble(value(a), value(b))));
    }

    private static double value(long bits) {
        return Double.longBitsToDouble(bits);
    }

    private static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }
}
