package org.ttdengine.engine.io;

import java.nio.ByteBuffer;
import org.ttdengine.engine.DType;

/** Turns little-endian elements of any type into fp32. */
final class ElementDecoder {
    private ElementDecoder() {}

    /** Decodes the {@code count} elements of {@code source} (little endian, from index 0) into {@code target[at..]}. */
    static void decode(DType dtype, ByteBuffer source, float[] target, int at, int count) {
        if (dtype == DType.F32) {
            source.asFloatBuffer().get(target, at, count);
            return;
        }
        ElementReader reader = reader(dtype, source);
        for (int i = 0; i < count; i++) {
            target[at + i] = reader.get(i);
        }
    }

    @FunctionalInterface
    private interface ElementReader {
        float get(int index);
    }

    private static ElementReader reader(DType dtype, ByteBuffer source) {
        return switch (dtype) {
            case F64 -> i -> (float) source.getDouble(8 * i);
            case F32 -> i -> source.getFloat(4 * i);
            case F16 -> i -> HalfPrecision.halfToFloat(source.getShort(2 * i));
            case BF16 -> i -> HalfPrecision.bfloat16ToFloat(source.getShort(2 * i));
            case F8_E4M3 -> i -> e4m3ToFloat(source.get(i));
            // E5M2 is the upper byte of a binary16.
            case F8_E5M2 -> i -> HalfPrecision.halfToFloat((short) (source.get(i) << 8));
            case I64 -> i -> source.getLong(8 * i);
            case I32 -> i -> source.getInt(4 * i);
            case I16 -> i -> source.getShort(2 * i);
            case I8 -> source::get;
            case U64 -> i -> unsignedToFloat(source.getLong(8 * i));
            case U32 -> i -> Integer.toUnsignedLong(source.getInt(4 * i));
            case U16 -> i -> Short.toUnsignedInt(source.getShort(2 * i));
            case U8 -> i -> Byte.toUnsignedInt(source.get(i));
            case BOOL -> i -> source.get(i) == 0 ? 0 : 1;
        };
    }

    /** E4M3 without infinities ("fn"): bias 7, all ones is NaN, subnormals are multiples of 2^-9. */
    private static float e4m3ToFloat(byte bits) {
        int exponent = bits >> 3 & 0xf;
        int fraction = bits & 0x7;
        if ((bits & 0x7f) == 0x7f) {
            return Float.NaN;
        }
        float magnitude = exponent == 0 ? fraction * 0x1p-9f : Math.scalb(8f + fraction, exponent - 10);
        return bits < 0 ? -magnitude : magnitude;
    }

    /** Halves a value beyond the signed range, keeping the lost bit as a sticky one so that rounding stays right. */
    private static float unsignedToFloat(long value) {
        return value >= 0 ? value : 2 * (float) (value >>> 1 | (value & 1));
    }
}
