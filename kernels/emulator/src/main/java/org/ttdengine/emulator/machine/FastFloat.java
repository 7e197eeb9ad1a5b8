package org.ttdengine.emulator.machine;

import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;

/** The f32 instructions of inner loops, each with its own loop over the lanes; all round to nearest even. */
final class FastFloat {
    private static final int LANES = Warp.LANES;

    private FastFloat() {}

    /** to = a + b. */
    record Add(int to, int a, int b) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = floatToRawIntBits(intBitsToFloat(r[a + l]) + intBitsToFloat(r[b + l]));
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = floatToRawIntBits(intBitsToFloat(r[a + l]) + intBitsToFloat(r[b + l]));
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
                    r[to + l] = floatToRawIntBits(intBitsToFloat(r[a + l]) - intBitsToFloat(r[b + l]));
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = floatToRawIntBits(intBitsToFloat(r[a + l]) - intBitsToFloat(r[b + l]));
            }
        }
    }

    /** to = a * b. */
    record Multiply(int to, int a, int b) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = floatToRawIntBits(intBitsToFloat(r[a + l]) * intBitsToFloat(r[b + l]));
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = floatToRawIntBits(intBitsToFloat(r[a + l]) * intBitsToFloat(r[b + l]));
            }
        }
    }

    /** to = a * b + c, rounded once. */
    record Fma(int to, int a, int b, int c) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = floatToRawIntBits(
                            Math.fma(intBitsToFloat(r[a + l]), intBitsToFloat(r[b + l]), intBitsToFloat(r[c + l])));
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = floatToRawIntBits(
                        Math.fma(intBitsToFloat(r[a + l]), intBitsToFloat(r[b + l]), intBitsToFloat(r[c + l])));
            }
        }
    }

    /** to = a * b + c, rounded down. */
    record FmaDown(int to, int a, int b, int c) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = floatToRawIntBits(Floats.fma(
                            intBitsToFloat(r[a + l]),
                            intBitsToFloat(r[b + l]),
                            intBitsToFloat(r[c + l]),
                            Floats.Rounding.DOWN));
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = floatToRawIntBits(Floats.fma(
                        intBitsToFloat(r[a + l]),
                        intBitsToFloat(r[b + l]),
                        intBitsToFloat(r[c + l]),
                        Floats.Rounding.DOWN));
            }
        }
    }

    /** to = a / b. */
    record Divide(int to, int a, int b) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = floatToRawIntBits(intBitsToFloat(r[a + l]) / intBitsToFloat(r[b + l]));
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = floatToRawIntBits(intBitsToFloat(r[a + l]) / intBitsToFloat(r[b + l]));
            }
        }
    }

    /** to = the smaller of a and b. */
    record Minimum(int to, int a, int b) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = floatToRawIntBits(Floats.min(intBitsToFloat(r[a + l]), intBitsToFloat(r[b + l])));
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = floatToRawIntBits(Floats.min(intBitsToFloat(r[a + l]), intBitsToFloat(r[b + l])));
            }
        }
    }

    /** to = the larger of a and b. */
    record Maximum(int to, int a, int b) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = floatToRawIntBits(Floats.max(intBitsToFloat(r[a + l]), intBitsToFloat(r[b + l])));
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = floatToRawIntBits(Floats.max(intBitsToFloat(r[a + l]), intBitsToFloat(r[b + l])));
            }
        }
    }

    /** to = a clamped to [0, 1]. */
    record Saturate(int to, int a) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = floatToRawIntBits(Floats.saturate(intBitsToFloat(r[a + l])));
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = floatToRawIntBits(Floats.saturate(intBitsToFloat(r[a + l])));
            }
        }
    }

    /** to = 2 to the power a, subnormals flushed on both sides. */
    record Exp2Flushed(int to, int a) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = floatToRawIntBits(Floats.flush((float) Exp2.of(intBitsToFloat(r[a + l]))));
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = floatToRawIntBits(Floats.flush((float) Exp2.of(intBitsToFloat(r[a + l]))));
            }
        }
    }

    /** to = -a: the sign bit flipped, of NaN too. */
    record Negate(int to, int a) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = r[a + l] ^ 0x8000_0000;
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = r[a + l] ^ 0x8000_0000;
            }
        }
    }

    /** to = |a|: the sign bit cleared, of NaN too. */
    record Absolute(int to, int a) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = r[a + l] & 0x7FFF_FFFF;
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = r[a + l] & 0x7FFF_FFFF;
            }
        }
    }

    /** to = a, a signed integer. */
    record FromSigned(int to, int a) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = floatToRawIntBits((float) r[a + l]);
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = floatToRawIntBits((float) r[a + l]);
            }
        }
    }

    /** to = the 16 bits of a as upper half over zeros: a bf16 value as f32. */
    record HighHalf(int to, int a) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = r[a + l] << 16;
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = r[a + l] << 16;
            }
        }
    }

    /** to = a as tf32, ties away from zero. */
    record ToTf32(int to, int a) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = Floats.tf32(r[a + l]);
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = Floats.tf32(r[a + l]);
            }
        }
    }

    /** to = 1 / a, subnormals flushed on both sides. */
    record ReciprocalFlushed(int to, int a) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = floatToRawIntBits(Floats.flush(1f / Floats.flush(intBitsToFloat(r[a + l]))));
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = floatToRawIntBits(Floats.flush(1f / Floats.flush(intBitsToFloat(r[a + l]))));
            }
        }
    }

    /** to = a as bf16. */
    record ToBf16(int to, int a) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = HalfFormat.bf16(r[a + l]);
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = HalfFormat.bf16(r[a + l]);
            }
        }
    }

    /** to = two floats as packed bf16. */
    record ToBf16Pair(int to, int high, int low) implements Instruction {
        @Override
        public void execute(Warp warp, int mask) {
            int[] r = warp.r;
            if (mask == -1) {
                for (int l = 0; l < LANES; l++) {
                    r[to + l] = HalfFormat.bf16(r[high + l]) << 16 | HalfFormat.bf16(r[low + l]);
                }
                return;
            }
            for (int m = mask; m != 0; m &= m - 1) {
                int l = Integer.numberOfTrailingZeros(m);
                r[to + l] = HalfFormat.bf16(r[high + l]) << 16 | HalfFormat.bf16(r[low + l]);
            }
        }
    }
}
