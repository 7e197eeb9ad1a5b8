package org.ttdengine.emulator.machine;

/** The 64-bit instructions of address arithmetic and those between both widths, each with its own loop over the lanes. */
final class FastLong {
    private static final int LANES = Warp.LANES;

    private FastLong() {}

    /** to = a, 64 bits. */
    record MoveLong(int to, int a) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            long[] d = warp.d;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    d[to + l] = d[a + l];
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                d[to + l] = d[a + l];
            }
        }
    }

    /** to = a + b, 64 bits. */
    record AddLong(int to, int a, int b) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            long[] d = warp.d;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    d[to + l] = d[a + l] + d[b + l];
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                d[to + l] = d[a + l] + d[b + l];
            }
        }
    }

    /** to = a * b, signed 32 bits to 64. */
    record MultiplyWide(int to, int a, int b) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            long[] d = warp.d;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    d[to + l] = (long) r[a + l] * r[b + l];
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                d[to + l] = (long) r[a + l] * r[b + l];
            }
        }
    }

    /** to = a * b, unsigned 32 bits to 64. */
    record MultiplyWideUnsigned(int to, int a, int b) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            long[] d = warp.d;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    d[to + l] = (r[a + l] & 0xFFFF_FFFFL) * (r[b + l] & 0xFFFF_FFFFL);
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                d[to + l] = (r[a + l] & 0xFFFF_FFFFL) * (r[b + l] & 0xFFFF_FFFFL);
            }
        }
    }

    /** to = a * b + c, signed 32 bits to 64. */
    record MultiplyAddWide(int to, int a, int b, int c) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            long[] d = warp.d;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    d[to + l] = (long) r[a + l] * r[b + l] + d[c + l];
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                d[to + l] = (long) r[a + l] * r[b + l] + d[c + l];
            }
        }
    }

    /** to = a * b, low 64 bits. */
    record MultiplyLong(int to, int a, int b) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            long[] d = warp.d;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    d[to + l] = d[a + l] * d[b + l];
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                d[to + l] = d[a + l] * d[b + l];
            }
        }
    }

    /** to = a shifted left by the constant n below 64. */
    record ShiftLeftLong(int to, int a, int n) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            long[] d = warp.d;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    d[to + l] = d[a + l] << n;
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                d[to + l] = d[a + l] << n;
            }
        }
    }

    /** to = a, signed 32 bits to 64. */
    record SignExtend(int to, int a) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            long[] d = warp.d;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    d[to + l] = r[a + l];
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                d[to + l] = r[a + l];
            }
        }
    }

    /** to = a, unsigned 32 bits to 64. */
    record ZeroExtend(int to, int a) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            long[] d = warp.d;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    d[to + l] = r[a + l] & 0xFFFF_FFFFL;
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                d[to + l] = r[a + l] & 0xFFFF_FFFFL;
            }
        }
    }

    /** to = low 32 bits of a. */
    record Truncate(int to, int a) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            long[] d = warp.d;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = (int) d[a + l];
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = (int) d[a + l];
            }
        }
    }

    /** to = a and b, 64 bits. */
    record AndLong(int to, int a, int b) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            long[] d = warp.d;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    d[to + l] = d[a + l] & d[b + l];
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                d[to + l] = d[a + l] & d[b + l];
            }
        }
    }

    /** to = a or b, 64 bits. */
    record OrLong(int to, int a, int b) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            long[] d = warp.d;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    d[to + l] = d[a + l] | d[b + l];
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                d[to + l] = d[a + l] | d[b + l];
            }
        }
    }

    /** to = a shifted right by the constant n below 64. */
    record ShiftRightLongUnsigned(int to, int a, int n) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            long[] d = warp.d;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    d[to + l] = d[a + l] >>> n;
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                d[to + l] = d[a + l] >>> n;
            }
        }
    }
}
