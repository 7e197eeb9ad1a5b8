package org.ttdengine.emulator.machine;

import static java.lang.Float.intBitsToFloat;

import org.ttdengine.emulator.machine.Comparison.Relation;
import org.ttdengine.emulator.ptx.PtxType;

/** Compares two registers in all lanes, one loop for each relation of the types that loops and masks use. */
final class Compare {
    private static final int LANES = Warp.LANES;

    private final Relation relation;
    private final PtxType type;
    private final int a;
    private final int b;
    /** -1 where the relation is negated, else 0. */
    private final int flip;

    private final boolean flush;

    Compare(Comparison comparison, PtxType type, int a, int b, boolean flush) {
        this.relation = comparison.relation;
        this.type = type;
        this.a = comparison.exchanged ? b : a;
        this.b = comparison.exchanged ? a : b;
        this.flip = comparison.negated ? -1 : 0;
        this.flush = flush;
    }

    /** Lanes for which the comparison holds; lanes outside the executing mask are arbitrary. */
    int lanes(Warp warp) {
        int lanes =
                switch (type) {
                    case S32 -> words(warp.r, 0);
                    case U32, B32 -> words(warp.r, Integer.MIN_VALUE);
                    case S64 -> longs(warp.d, 0);
                    case U64, B64 -> longs(warp.d, Long.MIN_VALUE);
                    case F32 -> flush ? others(warp) : floats(warp.r);
                    default -> others(warp);
                };
        return lanes ^ flip;
    }

    private int words(int[] r, int bias) {
        int lanes = 0;
        switch (relation) {
            case LESS -> {
                for (int l = 0; l < LANES; l++) {
                    lanes |= ((r[a + l] ^ bias) < (r[b + l] ^ bias) ? 1 : 0) << l;
                }
            }
            case LESS_OR_EQUAL -> {
                for (int l = 0; l < LANES; l++) {
                    lanes |= ((r[a + l] ^ bias) <= (r[b + l] ^ bias) ? 1 : 0) << l;
                }
            }
            default -> {
                for (int l = 0; l < LANES; l++) {
                    lanes |= (r[a + l] == r[b + l] ? 1 : 0) << l;
                }
                lanes = relation == Relation.APART ? ~lanes : lanes;
            }
        }
        return lanes;
    }

    private int longs(long[] d, long bias) {
        int lanes = 0;
        switch (relation) {
            case LESS -> {
                for (int l = 0; l < LANES; l++) {
                    lanes |= ((d[a + l] ^ bias) < (d[b + l] ^ bias) ? 1 : 0) << l;
                }
            }
            case LESS_OR_EQUAL -> {
                for (int l = 0; l < LANES; l++) {
                    lanes |= ((d[a + l] ^ bias) <= (d[b + l] ^ bias) ? 1 : 0) << l;
                }
            }
            default -> {
                for (int l = 0; l < LANES; l++) {
                    lanes |= (d[a + l] == d[b + l] ? 1 : 0) << l;
                }
                lanes = relation == Relation.APART ? ~lanes : lanes;
            }
        }
        return lanes;
    }

    private int floats(int[] r) {
        int lanes = 0;
        switch (relation) {
            case LESS -> {
                for (int l = 0; l < LANES; l++) {
                    lanes |= (intBitsToFloat(r[a + l]) < intBitsToFloat(r[b + l]) ? 1 : 0) << l;
                }
            }
            case LESS_OR_EQUAL -> {
                for (int l = 0; l < LANES; l++) {
                    lanes |= (intBitsToFloat(r[a + l]) <= intBitsToFloat(r[b + l]) ? 1 : 0) << l;
                }
            }
            default -> {
                for (int l = 0; l < LANES; l++) {
                    lanes |= (holds(intBitsToFloat(r[a + l]), intBitsToFloat(r[b + l])) ? 1 : 0) << l;
                }
            }
        }
        return lanes;
    }

    /** Types whose values a double holds exactly. */
    private int others(Warp warp) {
        int lanes = 0;
        for (int l = 0; l < LANES; l++) {
            lanes |= (holds(value(warp, a + l), value(warp, b + l)) ? 1 : 0) << l;
        }
        return lanes;
    }

    private boolean holds(double x, double y) {
        return switch (relation) {
            case LESS -> x < y;
            case LESS_OR_EQUAL -> x <= y;
            case EQUAL -> x == y;
            case APART -> x < y || x > y;
            case ORDERED -> !Double.isNaN(x) && !Double.isNaN(y);
        };
    }

    private double value(Warp warp, int at) {
        return switch (type) {
            case S16 -> (short) warp.r[at];
            case U16, B16 -> warp.r[at];
            case F16 -> HalfFormat.F16.toFloat(warp.r[at] & 0xFFFF);
            case BF16 -> HalfFormat.BF16.toFloat(warp.r[at] & 0xFFFF);
            case F32 -> Floats.flush(intBitsToFloat(warp.r[at]));
            case F64 -> Double.longBitsToDouble(warp.d[at]);
            default -> throw new IllegalStateException("no comparison of " + type);
        };
    }
}
