package org.ttdengine.emulator.memory;

import org.ttdengine.emulator.ptx.PtxType;

/**
 * What an atomic leaves in memory: a function of the old value and one or two operands. Values up to 32 bits are
 * sign-extended for signed types and zero-extended otherwise; floats travel as their bits.
 */
interface AtomicOperation {

    /** The new value; only its low bytes, as many as the type has, are stored. */
    long apply(long old, long b, long c);

    /** 2 for compare-and-swap, else 1. */
    default int operands() {
        return 1;
    }

    /** The operation {@code name} on {@code type}; null when there is none. */
    static AtomicOperation of(String name, PtxType type) {
        boolean float32 = type == PtxType.F32;
        boolean float64 = type == PtxType.F64;
        if (type.isFloat()) {
            return !name.equals("add") ? null : float32 ? addFloats() : float64 ? addDoubles() : null;
        }
        if (type.bytes() < 4 && !name.equals("cas")) {
            return null;
        }
        return integer(name, type);
    }

    private static AtomicOperation integer(String name, PtxType type) {
        boolean signed = type.isSigned();
        return switch (name) {
            case "add" -> (old, b, c) -> old + b;
            case "and" -> (old, b, c) -> old & b;
            case "or" -> (old, b, c) -> old | b;
            case "xor" -> (old, b, c) -> old ^ b;
            case "exch" -> (old, b, c) -> b;
            case "min" -> signed ? (old, b, c) -> Math.min(old, b) : (old, b, c) -> below(old, b) ? old : b;
            case "max" -> signed ? (old, b, c) -> Math.max(old, b) : (old, b, c) -> below(old, b) ? b : old;
            case "inc" -> (old, b, c) -> below(old, b) ? old + 1 : 0;
            case "dec" -> (old, b, c) -> old == 0 || below(b, old) ? b : old - 1;
            case "cas" -> new CompareAndSwap();
            default -> null;
        };
    }

    private static boolean below(long a, long b) {
        return Long.compareUnsigned(a, b) < 0;
    }

    private static AtomicOperation addFloats() {
        return (old, b, c) -> Float.floatToRawIntBits(Float.intBitsToFloat((int) old) + Float.intBitsToFloat((int) b));
    }

    private static AtomicOperation addDoubles() {
        return (old, b, c) -> Double.doubleToRawLongBits(Double.longBitsToDouble(old) + Double.longBitsToDouble(b));
    }

    /** {@code old == b ? c : old}. */
    record CompareAndSwap() implements AtomicOperation {
        @Override
        public long apply(long old, long b, long c) {
            return old == b ? c : old;
        }

        @Override
        public int operands() {
            return 2;
        }
    }
}
