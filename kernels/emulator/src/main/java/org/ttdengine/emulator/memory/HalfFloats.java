package org.ttdengine.emulator.memory;

/** Exact widening of the 16-bit floats and of tf32 to binary32. */
final class HalfFloats {
    private HalfFloats() {}

    /** bfloat16 from the low 16 bits. */
    static float bf16(int bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** tf32: the tensor core does not look at the low 13 bits of the register. */
    static float tf32(int bits) {
        return Float.intBitsToFloat(bits & 0xFFFF_E000);
    }

    /** IEEE binary16 from the low 16 bits. */
    static float f16(int bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = bits >>> 10 & 0x1F;
        int fraction = bits & 0x3FF;
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int widened = exponent == 0x1F ? 0xFF : exponent + 112;
        return Float.intBitsToFloat(sign | widened << 23 | fraction << 13);
    }
}
