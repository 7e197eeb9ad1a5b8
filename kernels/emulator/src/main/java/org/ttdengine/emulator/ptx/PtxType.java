package org.ttdengine.emulator.ptx;

import java.util.Locale;

/** The fundamental and packed types of PTX, by their modifier names. */
public enum PtxType {
    PRED(1, Kind.PREDICATE),
    B8(8, Kind.BITS),
    B16(16, Kind.BITS),
    B32(32, Kind.BITS),
    B64(64, Kind.BITS),
    U8(8, Kind.UNSIGNED),
    U16(16, Kind.UNSIGNED),
    U32(32, Kind.UNSIGNED),
    U64(64, Kind.UNSIGNED),
    S8(8, Kind.SIGNED),
    S16(16, Kind.SIGNED),
    S32(32, Kind.SIGNED),
    S64(64, Kind.SIGNED),
    F16(16, Kind.FLOAT),
    F16X2(32, Kind.FLOAT),
    BF16(16, Kind.FLOAT),
    BF16X2(32, Kind.FLOAT),
    TF32(32, Kind.FLOAT),
    F32(32, Kind.FLOAT),
    F64(64, Kind.FLOAT);

    /** How the bits are read. */
    public enum Kind {
        PREDICATE,
        BITS,
        UNSIGNED,
        SIGNED,
        FLOAT
    }

    private final int bits;
    private final Kind kind;

    PtxType(int bits, Kind kind) {
        this.bits = bits;
        this.kind = kind;
    }

    public int bits() {
        return bits;
    }

    /** Size in memory; packed pairs count as one 4-byte value. */
    public int bytes() {
        return bits / 8;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether registers of this type live in the 64-bit file. */
    public boolean isWide() {
        return bits == 64;
    }

    public boolean isSigned() {
        return kind == Kind.SIGNED;
    }

    public boolean isFloat() {
        return kind == Kind.FLOAT;
    }

    /** The type of a modifier such as {@code u32}; null when the modifier names no type. */
    public static PtxType of(String modifier) {
        for (PtxType type : values()) {
            if (type.name().toLowerCase(Locale.ROOT).equals(modifier)) {
                return type;
            }
        }
        return null;
    }
}
