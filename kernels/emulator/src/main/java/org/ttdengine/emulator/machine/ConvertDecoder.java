package org.ttdengine.emulator.machine;

import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;

import java.util.List;
import org.ttdengine.emulator.machine.Elementwise.LongTernary;
import org.ttdengine.emulator.machine.Elementwise.Place;
import org.ttdengine.emulator.machine.Floats.Rounding;
import org.ttdengine.emulator.ptx.Operand;
import org.ttdengine.emulator.ptx.PtxInstruction;
import org.ttdengine.emulator.ptx.PtxType;

/** cvt between all integer and float types. */
final class ConvertDecoder implements Decoder {

    @Override
    public Instruction decode(PtxInstruction statement, Symbols symbols) {
        if (!statement.opcode().equals("cvt")) {
            return null;
        }
        Operands o = Operands.of(statement, symbols);
        o.allow("rn", "rz", "rm", "rp", "rni", "rzi", "rmi", "rpi", "rna", "ftz", "sat", "relu");
        List<PtxType> types = statement.types();
        if (types.size() != 2) {
            throw o.unsupported();
        }
        PtxType to = types.get(0);
        PtxType from = types.get(1);
        if (statement.operands().size() == 3) {
            return pair(o, to, from);
        }
        Instruction fast = fast(o, to, from);
        if (to == PtxType.TF32) {
            return tensorFloat(o, from);
        }
        if (statement.modifiers().equals(List.of("sat", "f32", "f32"))) {
            return new FastFloat.Saturate(o.to(), o.in(1));
        }
        return fast != null ? fast : general(o, to, from);
    }

    private static Instruction tensorFloat(Operands o, PtxType from) {
        if (from != PtxType.F32 || !o.statement().has("rna")) {
            throw o.unsupported();
        }
        return new FastFloat.ToTf32(o.symbols().destination(o.statement().operand(0), PtxType.B32), o.in(1, from));
    }

    /** The conversions of address arithmetic and of inner loops, when registers have the width of the types. */
    private static Instruction fast(Operands o, PtxType to, PtxType from) {
        List<String> modifiers = o.statement().modifiers();
        boolean plain = modifiers.size() == 2;
        if (!plain || width(o, 0, to) != to.bits() || width(o, 1, from) != from.bits()) {
            return fastFloat(o, to, from);
        }
        int d = o.symbols().destination(o.statement().operand(0), to);
        int a = o.in(1, from);
        if (to.isWide() && from == PtxType.S32) {
            return to.isFloat() ? null : new FastLong.SignExtend(d, a);
        }
        if (to.isWide() && from == PtxType.U32) {
            return to.isFloat() ? null : new FastLong.ZeroExtend(d, a);
        }
        if (!to.isFloat() && to.bits() == 32 && from.isWide() && !from.isFloat()) {
            return new FastLong.Truncate(d, a);
        }
        return null;
    }

    private static Instruction fastFloat(Operands o, PtxType to, PtxType from) {
        if (!o.statement().has("rn") || o.statement().modifiers().size() != 3) {
            return null;
        }
        if (to == PtxType.F32 && from == PtxType.S32 && width(o, 1, from) == 32) {
            return new FastFloat.FromSigned(
                    o.symbols().destination(o.statement().operand(0), to), o.in(1, from));
        }
        if (to == PtxType.BF16 && from == PtxType.F32) {
            return new FastFloat.ToBf16(o.symbols().destination(o.statement().operand(0), to), o.in(1, from));
        }
        return null;
    }

    private static int width(Operands o, int index, PtxType type) {
        return o.statement().operand(index) instanceof Operand.Register register
                ? register.type().bits()
                : type.bits();
    }

    private static Instruction general(Operands o, PtxType to, PtxType from) {
        Place source = o.flexible(1, from);
        Operand target = o.statement().operand(0);
        PtxType file = target instanceof Operand.Register register ? register.type() : to;
        Place destination = new Place(file.isWide(), o.symbols().destination(target, file));
        LongTernary f;
        if (from.isFloat()) {
            f = to.isFloat() ? floatToFloat(o, to, from) : floatToInteger(o, to, from, file);
        } else {
            f = to.isFloat() ? integerToFloat(o, to, from) : integerToInteger(o, to, from, file);
        }
        return new Elementwise.Mixed(destination, source, source, source, f);
    }

    private static long extend(long bits, PtxType type) {
        return type.isWide() ? bits : IntegerDecoder.extend((int) bits, type);
    }

    /** The register holds an integer extended, by its own sign, to the register's width. */
    private static long fit(long value, PtxType to, PtxType file) {
        long extended = extend(value, to);
        return file.bits() >= 32 ? extended : extended & 0xFFFF;
    }

    private static LongTernary integerToInteger(Operands o, PtxType to, PtxType from, PtxType file) {
        if (!o.statement().has("sat")) {
            return (a, b, c) -> fit(extend(a, from), to, file);
        }
        long max = to.isSigned() ? (1L << to.bits() - 1) - 1 : to.bits() == 64 ? -1 : (1L << to.bits()) - 1;
        long min = to.isSigned() ? -max - 1 : 0;
        if (from == PtxType.U64 || to == PtxType.U64) {
            throw o.unsupported();
        }
        return (a, b, c) -> fit(Math.max(min, Math.min(max, extend(a, from))), to, file);
    }

    private static LongTernary integerToFloat(Operands o, PtxType to, PtxType from) {
        Rounding rounding = rounding(o);
        boolean exactInDouble = from.bits() <= 32;
        if (!exactInDouble && (rounding != Rounding.NEAREST_EVEN || HalfDecoder.format(to) != null)) {
            throw o.unsupported();
        }
        if (exactInDouble) {
            return (a, b, c) -> encode((double) extend(a, from), to, rounding);
        }
        boolean signed = from.isSigned();
        if (to == PtxType.F32) {
            return (a, b, c) -> floatToRawIntBits(signed ? (float) a : unsignedToFloat(a)) & 0xFFFF_FFFFL;
        }
        return (a, b, c) -> Double.doubleToRawLongBits(signed ? (double) a : unsignedToDouble(a));
    }

    /** Halving an odd number into its last bit keeps the rounding right. */
    private static float unsignedToFloat(long a) {
        return a >= 0 ? (float) a : (float) (a >>> 1 | a & 1) * 2f;
    }

    private static double unsignedToDouble(long a) {
        return a >= 0 ? (double) a : (double) (a >>> 1 | a & 1) * 2.0;
    }

    private static Rounding rounding(Operands o) {
        for (String modifier : o.statement().modifiers()) {
            Rounding rounding = Rounding.of(modifier);
            if (rounding != null) {
                return rounding;
            }
        }
        return Rounding.NEAREST_EVEN;
    }

    private static double decode(long bits, PtxType type) {
        HalfFormat format = HalfDecoder.format(type);
        if (format != null) {
            return format.toFloat((int) bits & 0xFFFF);
        }
        return type == PtxType.F64 ? Double.longBitsToDouble(bits) : intBitsToFloat((int) bits);
    }

    private static long encode(double value, PtxType type, Rounding rounding) {
        HalfFormat format = HalfDecoder.format(type);
        if (format != null) {
            return format.round(value, rounding);
        }
        if (type == PtxType.F64) {
            return Double.doubleToRawLongBits(value);
        }
        float result = Double.isNaN(value) ? Floats.NAN : Floats.round(value, 0, rounding);
        return floatToRawIntBits(result) & 0xFFFF_FFFFL;
    }

    private static LongTernary floatToFloat(Operands o, PtxType to, PtxType from) {
        Rounding rounding = rounding(o);
        if (HalfDecoder.format(to) != null && rounding != Rounding.NEAREST_EVEN && rounding != Rounding.TOWARD_ZERO) {
            throw o.unsupported();
        }
        RoundToInteger integral = RoundToInteger.of(o.statement());
        boolean ftz = o.statement().has("ftz");
        boolean sat = o.statement().has("sat");
        boolean relu = o.statement().has("relu");
        return (a, b, c) -> {
            double x = decode(a, from);
            x = ftz && from == PtxType.F32 ? Floats.flush((float) x) : x;
            x = integral == null ? x : integral.apply(x);
            x = sat ? (x > 0 ? Math.min(x, 1) : 0) : x;
            x = relu && x <= 0 ? 0 : x;
            long bits = encode(x, to, rounding);
            return ftz && to == PtxType.F32 ? floatToRawIntBits(Floats.flush(intBitsToFloat((int) bits))) : bits;
        };
    }

    /**
     * Out-of-range values are clamped. NaN becomes 0; with an f64 source or a 64-bit destination it becomes the value of the
     * highest bit alone (PTX ISA, cvt).
     */
    private static LongTernary floatToInteger(Operands o, PtxType to, PtxType from, PtxType file) {
        RoundToInteger integral = RoundToInteger.of(o.statement());
        if (integral == null) {
            throw o.unsupported();
        }
        boolean ftz = o.statement().has("ftz");
        long nan = from == PtxType.F64 || to.isWide() ? 1L << to.bits() - 1 : 0;
        return (a, b, c) -> {
            double x = decode(a, from);
            if (Double.isNaN(x)) {
                return fit(nan, to, file);
            }
            x = ftz && from == PtxType.F32 ? Floats.flush((float) x) : x;
            return fit(clamp(integral.apply(x), to), to, file);
        };
    }

    private static long clamp(double x, PtxType to) {
        if (to == PtxType.U64) {
            if (x >= 0x1p64) {
                return -1;
            }
            return x >= 0x1p63 ? (long) (x - 0x1p63) ^ Long.MIN_VALUE : Math.max(0, (long) x);
        }
        if (to == PtxType.S64) {
            return (long) x;
        }
        double max = Math.scalb(1.0, to.isSigned() ? to.bits() - 1 : to.bits()) - 1;
        double min = to.isSigned() ? -max - 1 : 0;
        return (long) Math.max(min, Math.min(max, x));
    }

    /** Two f32 into a packed pair: the first operand goes into the upper half. */
    private static Instruction pair(Operands o, PtxType to, PtxType from) {
        HalfFormat format = HalfDecoder.format(to);
        if (format == null || to.bits() != 32 || from != PtxType.F32) {
            throw o.unsupported();
        }
        Rounding rounding = rounding(o);
        boolean relu = o.statement().has("relu");
        int d = o.symbols().destination(o.statement().operand(0), to);
        int high = o.in(1, from);
        int low = o.in(2, from);
        if (format == HalfFormat.BF16 && rounding == Rounding.NEAREST_EVEN && !relu) {
            return new FastFloat.ToBf16Pair(d, high, low);
        }
        return new Elementwise.Word2(d, high, low, (a, b) -> {
            float x = intBitsToFloat(a);
            float y = intBitsToFloat(b);
            int first = format.round(relu && x <= 0 ? 0 : x, rounding);
            return first << 16 | format.round(relu && y <= 0 ? 0 : y, rounding);
        });
    }
}
