package org.ttdengine.emulator.machine;

/** The 32-bit integer instructions of index arithmetic and loops, each with its own loop over the lanes. */
final class FastInteger {
    private static final int LANES = Warp.LANES;

    private FastInteger() {}

    /** to = a. */
    record MoveWord(int to, int a) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = r[a + l];
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = r[a + l];
            }
        }
    }

    /** to = a + b. */
    record Add(int to, int a, int b) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = r[a + l] + r[b + l];
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = r[a + l] + r[b + l];
            }
        }
    }

    /** to = a - b. */
    record Subtract(int to, int a, int b) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = r[a + l] - r[b + l];
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = r[a + l] - r[b + l];
            }
        }
    }

    /** to = a * b, low half. */
    record Multiply(int to, int a, int b) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = r[a + l] * r[b + l];
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = r[a + l] * r[b + l];
            }
        }
    }

    /** to = a * b + c, low half. */
    record MultiplyAdd(int to, int a, int b, int c) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = r[a + l] * r[b + l] + r[c + l];
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = r[a + l] * r[b + l] + r[c + l];
            }
        }
    }

    /** to = a and b. */
    record And(int to, int a, int b) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = r[a + l] & r[b + l];
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = r[a + l] & r[b + l];
            }
        }
    }

    /** to = a or b. */
    record Or(int to, int a, int b) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = r[a + l] | r[b + l];
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = r[a + l] | r[b + l];
            }
        }
    }

    /** to = a xor b. */
    record Xor(int to, int a, int b) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = r[a + l] ^ r[b + l];
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = r[a + l] ^ r[b + l];
            }
        }
    }

    /** to = a shifted left by the constant n below 32. */
    record ShiftLeft(int to, int a, int n) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = r[a + l] << n;
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = r[a + l] << n;
            }
        }
    }

    /** to = a shifted right by the constant n below 32, sign kept. */
    record ShiftRight(int to, int a, int n) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = r[a + l] >> n;
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = r[a + l] >> n;
            }
        }
    }

    /** to = a shifted right by the constant n below 32. */
    record ShiftRightUnsigned(int to, int a, int n) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = r[a + l] >>> n;
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = r[a + l] >>> n;
            }
        }
    }

    /** to = the smaller of a and b, signed. */
    record Minimum(int to, int a, int b) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = Math.min(r[a + l], r[b + l]);
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = Math.min(r[a + l], r[b + l]);
            }
        }
    }

    /** to = the larger of a and b, signed. */
    record Maximum(int to, int a, int b) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = Math.max(r[a + l], r[b + l]);
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = Math.max(r[a + l], r[b + l]);
            }
        }
    }

    /** to = two 16-bit values, the first one in the lower half. */
    record PackHalves(int to, int low, int high) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = r[low + l] & 0xFFFF | r[high + l] << 16;
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = r[low + l] & 0xFFFF | r[high + l] << 16;
            }
        }
    }
}
