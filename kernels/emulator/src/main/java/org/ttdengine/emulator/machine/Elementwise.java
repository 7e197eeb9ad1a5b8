package org.ttdengine.emulator.machine;

import java.util.function.DoubleUnaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/** Instructions that apply a function lane by lane: for operations too rare to deserve a loop of their own. */
final class Elementwise {
    private Elementwise() {}

    /** A function of three 32-bit words. */
    @FunctionalInterface
    interface IntTernary {
        int apply(int a, int b, int c);
    }

    /** A function of three 64-bit words. */
    @FunctionalInterface
    interface LongTernary {
        long apply(long a, long b, long c);
    }

    /** to = f(a), in the 32-bit file. */
    record Word1(int to, int a, IntUnaryOperator f) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = f.applyAsInt(r[a + l]);
            }
        }
    }

    /** to = f(a, b), in the 32-bit file. */
    record Word2(int to, int a, int b, IntBinaryOperator f) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = f.applyAsInt(r[a + l], r[b + l]);
            }
        }
    }

    /** to = f(a, b, c), in the 32-bit file. */
    record Word3(int to, int a, int b, int c, IntTernary f) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = f.apply(r[a + l], r[b + l], r[c + l]);
            }
        }
    }

    /** to = f(a), in the 64-bit file. */
    record Long1(int to, int a, LongUnaryOperator f) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            long[] d = warp.d;
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                d[to + l] = f.applyAsLong(d[a + l]);
            }
        }
    }

    /** to = f(a, b), in the 64-bit file. */
    record Long2(int to, int a, int b, LongBinaryOperator f) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            long[] d = warp.d;
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                d[to + l] = f.applyAsLong(d[a + l], d[b + l]);
            }
        }
    }

    /** to = f(a, b, c), in the 64-bit file. */
    record Long3(int to, int a, int b, int c, LongTernary f) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            long[] d = warp.d;
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                d[to + l] = f.apply(d[a + l], d[b + l], d[c + l]);
            }
        }
    }

    /** to = f(a), an f32 function evaluated in double and rounded once. */
    record Single1(int to, int a, DoubleUnaryOperator f) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                double value = f.applyAsDouble(Float.intBitsToFloat(r[a + l]));
                r[to + l] = Float.floatToRawIntBits((float) value);
            }
        }
    }

    /**
     * to = f(operands), for operands of mixed width: words are handed over zero-extended and the result is cut to the width of
     * the destination.
     */
    record Mixed(Place to, Place a, Place b, Place c, LongTernary f) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                to.set(warp, l, f.apply(a.get(warp, l), b.get(warp, l), c.get(warp, l)));
            }
        }
    }

    /** A register of either file. */
    record Place(boolean wide, int at) {
        long get(Warp warp, int lane) {
            return wide ? warp.d[at + lane] : warp.r[at + lane] & 0xFFFF_FFFFL;
        }

        void set(Warp warp, int lane, long value) {
            if (wide) {
                warp.d[at + lane] = value;
            } else {
                warp.r[at + lane] = (int) value;
            }
        }
    }
}
