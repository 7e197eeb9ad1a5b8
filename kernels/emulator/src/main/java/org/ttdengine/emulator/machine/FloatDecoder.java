package org.ttdengine.emulator.machine;

import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;

import java.util.function.DoubleUnaryOperator;
import java.util.function.IntBinaryOperator;
import org.ttdengine.emulator.machine.Floats.Rounding;
import org.ttdengine.emulator.ptx.PtxInstruction;
import org.ttdengine.emulator.ptx.PtxType;

/** f32 arithmetic and functions. The approximations of the hardware are computed correctly rounded. */
final class FloatDecoder implements Decoder {
    private static final double LN2 = Math.log(2);

    @Override
    public Instruction decode(PtxInstruction statement, Symbols symbols) {
        boolean mine =
                switch (statement.opcode()) {
                    case "add", "sub", "mul", "fma", "mad", "div", "abs", "neg", "min", "max", "copysign" -> true;
                    case "rcp", "sqrt", "rsqrt", "sin", "cos", "lg2", "ex2", "tanh" -> true;
                    default -> false;
                };
        if (!mine || statement.type() != PtxType.F32) {
            return null;
        }
        Operands o = Operands.of(statement, symbols);
        o.allow("rn", "rz", "rm", "rp", "ftz", "sat", "approx", "full", "NaN");
        boolean plain = !statement.has("ftz") && !statement.has("sat");
        return switch (statement.opcode()) {
            case "add", "sub", "mul", "fma", "mad" -> arithmetic(o, plain);
            case "neg" -> plain ? new FastFloat.Negate(o.to(), o.in(1)) : flushed(o, x -> -x);
            case "abs" -> plain ? new FastFloat.Absolute(o.to(), o.in(1)) : flushed(o, Math::abs);
            case "min", "max" -> extremum(o);
            case "copysign" ->
                new Elementwise.Word2(o.to(), o.in(1), o.in(2), (a, b) -> a & 0x8000_0000 | b & 0x7FFF_FFFF);
            case "div" -> divide(o);
            default -> function(o);
        };
    }

    private static Rounding rounding(Operands o) {
        return o.statement().modifiers().stream()
                .map(Rounding::of)
                .filter(rounding -> rounding != null)
                .findFirst()
                .orElse(Rounding.NEAREST_EVEN);
    }

    private static Instruction arithmetic(Operands o, boolean plain) {
        Rounding rounding = rounding(o);
        String opcode = o.statement().opcode();
        if (plain && rounding == Rounding.NEAREST_EVEN) {
            return switch (opcode) {
                case "add" -> new FastFloat.Add(o.to(), o.in(1), o.in(2));
                case "sub" -> new FastFloat.Subtract(o.to(), o.in(1), o.in(2));
                case "mul" -> new FastFloat.Multiply(o.to(), o.in(1), o.in(2));
                default -> new FastFloat.Fma(o.to(), o.in(1), o.in(2), o.in(3));
            };
        }
        boolean fma = opcode.equals("fma") || opcode.equals("mad");
        if (plain && rounding == Rounding.DOWN && fma) {
            return new FastFloat.FmaDown(o.to(), o.in(1), o.in(2), o.in(3));
        }
        boolean ftz = o.statement().has("ftz");
        boolean sat = o.statement().has("sat");
        int third = fma ? o.in(3) : o.in(2);
        return new Elementwise.Word3(o.to(), o.in(1), o.in(2), third, (x, y, z) -> {
            float a = input(x, ftz);
            float b = input(y, ftz);
            float c = input(z, ftz);
            float result =
                    switch (opcode) {
                        case "add" -> Floats.fma(a, 1f, b, rounding);
                        case "sub" -> Floats.fma(a, 1f, -b, rounding);
                        case "mul" -> product(a, b, rounding);
                        default -> Floats.fma(a, b, c, rounding);
                    };
            return output(result, ftz, sat);
        });
    }

    /** The product of two floats is exact in double. */
    private static float product(float a, float b, Rounding rounding) {
        return Floats.round((double) a * b, 0, rounding);
    }

    private static float input(int bits, boolean ftz) {
        float x = intBitsToFloat(bits);
        return ftz ? Floats.flush(x) : x;
    }

    private static int output(float x, boolean ftz, boolean sat) {
        float flushed = ftz ? Floats.flush(x) : x;
        return floatToRawIntBits(sat ? Floats.saturate(flushed) : flushed);
    }

    private static Instruction extremum(Operands o) {
        boolean max = o.statement().opcode().equals("max");
        boolean ftz = o.statement().has("ftz");
        boolean nan = o.statement().has("NaN");
        if (!ftz && !nan) {
            return max
                    ? new FastFloat.Maximum(o.to(), o.in(1), o.in(2))
                    : new FastFloat.Minimum(o.to(), o.in(1), o.in(2));
        }
        IntBinaryOperator f = (x, y) -> {
            float a = input(x, ftz);
            float b = input(y, ftz);
            if (nan && (Float.isNaN(a) || Float.isNaN(b))) {
                return floatToRawIntBits(Floats.NAN);
            }
            return floatToRawIntBits(max ? Floats.max(a, b) : Floats.min(a, b));
        };
        return new Elementwise.Word2(o.to(), o.in(1), o.in(2), f);
    }

    private static Instruction divide(Operands o) {
        if (rounding(o) != Rounding.NEAREST_EVEN) {
            throw o.unsupported();
        }
        boolean ftz = o.statement().has("ftz");
        if (!ftz) {
            return new FastFloat.Divide(o.to(), o.in(1), o.in(2));
        }
        return new Elementwise.Word2(
                o.to(), o.in(1), o.in(2), (a, b) -> output(input(a, ftz) / input(b, ftz), ftz, false));
    }

    private static Instruction function(Operands o) {
        if (rounding(o) != Rounding.NEAREST_EVEN) {
            throw o.unsupported();
        }
        if (o.statement().opcode().equals("ex2")
                && o.statement().has("ftz")
                && !o.statement().has("sat")) {
            return new FastFloat.Exp2Flushed(o.to(), o.in(1));
        }
        if (o.statement().opcode().equals("rcp")
                && o.statement().has("ftz")
                && !o.statement().has("sat")) {
            return new FastFloat.ReciprocalFlushed(o.to(), o.in(1));
        }
        return flushed(o, named(o.statement().opcode()));
    }

    private static DoubleUnaryOperator named(String opcode) {
        return switch (opcode) {
            case "rcp" -> x -> 1 / x;
            case "sqrt" -> Math::sqrt;
            case "rsqrt" -> x -> 1 / Math.sqrt(x);
            case "sin" -> Math::sin;
            case "cos" -> Math::cos;
            case "lg2" -> x -> Math.log(x) / LN2;
            case "ex2" -> Exp2::of;
            case "tanh" -> Math::tanh;
            default -> throw new IllegalArgumentException(opcode);
        };
    }

    /** A function evaluated in double; the quotient and the root of floats round to the right float from there. */
    private static Instruction flushed(Operands o, DoubleUnaryOperator f) {
        boolean ftz = o.statement().has("ftz");
        boolean sat = o.statement().has("sat");
        if (!ftz && !sat) {
            return new Elementwise.Single1(o.to(), o.in(1), f);
        }
        return new Elementwise.Word1(o.to(), o.in(1), x -> output((float) f.applyAsDouble(input(x, ftz)), ftz, sat));
    }
}
