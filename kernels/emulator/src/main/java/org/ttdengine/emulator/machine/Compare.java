package org.ttdengine.emulator.machine;

import org.ttdengine.emulator.ptx.PtxType;

/**
 * Compares two registers in all lanes. The lanes where a is less, where they are equal and where they are unordered are found
 * by one loop; the operator is then applied to all lanes at once.
 */
final class Compare {
    private static final int LANES = Warp.LANES;

    private final Comparison comparison;
    private final PtxType type;
    private final int a;
    private final int b;
    private final boolean flush;

    Compare(Comparison comparison, PtxType type, int a, int b, boolean flush) {
        this.comparison = comparison;
        this.type = type;
        this.a = a;
        this.b = b;
        this.flush = flush;
    }

    /** Lanes for which the comparison holds; lanes outside the executing mask are arbitrary. */
    int lanes(Warp warp) {
        return switch (type) {
            case S32 -> words(warp.r, 0);
            case U32, B32 -> words(warp.r, Integer.MIN_VALUE);
            case S64 -> longs(warp.d, 0);
            case U64, B64 -> longs(warp.d, Long.MIN_VALUE);
            case S16 -> shorts(warp.r);
            case U16, B16 -> words(warp.r, 0);
            case F32 -> floats(warp.r);
            case F64 -> doubles(warp.d);
            case F16 -> halves(warp.r, HalfFormat.F16);
            case BF16 -> halves(warp.r, HalfFormat.BF16);
            default -> throw new IllegalStateException("no comparison of " + type);
        };
    }

    private int combine(int less, int equal, int unordered) {
        int result = comparison.less() ? less : 0;
        result |= comparison.equal() ? equal : 0;
        result |= comparison.unordered() ? unordered : 0;
        return comparison.greater() ? result | ~(less | equal | unordered) : result;
    }

    private int words(int[] r, int bias) {
        int less = 0;
        int equal = 0;
        for (int l = 0; l < LANES; l++) {
            int x = r[a + l] ^ bias;
            int y = r[b + l] ^ bias;
            less |= (x < y ? 1 : 0) << l;
            equal |= (x == y ? 1 : 0) << l;
        }
        return combine(less, equal, 0);
    }

    private int shorts(int[] r) {
        int less = 0;
        int equal = 0;
        for (int l = 0; l < LANES; l++) {
            short x = (short) r[a + l];
            short y = (short) r[b + l];
            less |= (x < y ? 1 : 0) << l;
            equal |= (x == y ? 1 : 0) << l;
        }
        return combine(less, equal, 0);
    }

    private int longs(long[] d, long bias) {
        int less = 0;
        int equal = 0;
        for (int l = 0; l < LANES; l++) {
            long x = d[a + l] ^ bias;
            long y = d[b + l] ^ bias;
            less |= (x < y ? 1 : 0) << l;
            equal |= (x == y ? 1 : 0) << l;
        }
        return combine(less, equal, 0);
    }

    private int floats(int[] r) {
        int less = 0;
        int equal = 0;
        int unordered = 0;
        for (int l = 0; l < LANES; l++) {
            float x = Float.intBitsToFloat(r[a + l]);
            float y = Float.intBitsToFloat(r[b + l]);
            if (flush) {
                x = Floats.flush(x);
                y = Floats.flush(y);
            }
            less |= (x < y ? 1 : 0) << l;
            equal |= (x == y ? 1 : 0) << l;
            unordered |= (Float.isNaN(x) || Float.isNaN(y) ? 1 : 0) << l;
        }
        return combine(less, equal, unordered);
    }

    private int doubles(long[] d) {
        int less = 0;
        int equal = 0;
        int unordered = 0;
        for (int l = 0; l < LANES; l++) {
            double x = Double.longBitsToDouble(d[a + l]);
            double y = Double.longBitsToDouble(d[b + l]);
            less |= (x < y ? 1 : 0) << l;
            equal |= (x == y ? 1 : 0) << l;
            unordered |= (Double.isNaN(x) || Double.isNaN(y) ? 1 : 0) << l;
        }
        return combine(less, equal, unordered);
    }

    private int halves(int[] r, HalfFormat format) {
        int less = 0;
        int equal = 0;
        int unordered = 0;
        for (int l = 0; l < LANES; l++) {
            float x = format.toFloat(r[a + l] & 0xFFFF);
            float y = format.toFloat(r[b + l] & 0xFFFF);
            less |= (x < y ? 1 : 0) << l;
            equal |= (x == y ? 1 : 0) << l;
            unordered |= (Float.isNaN(x) || Float.isNaN(y) ? 1 : 0) << l;
        }
        return combine(less, equal, unordered);
    }
}
