package org.ttdengine.emulator.memory;

import org.ttdengine.emulator.machine.Warp;
import org.ttdengine.emulator.machine.WarpSync;

/**
 * {@code mma.sync.m16n8k*}: D = A B + C for one warp, A row-major [16, K], B column-major [K, 8], C and D [16, 8] in f32.
 * Fragments as in the PTX ISA, "Matrix Fragments for mma.m16n8k8 / m16n8k16": with g = lane / 4 and t = lane mod 4, lane holds
 * columns 2t, 2t + 1 of rows g and g + 8 of C; of A and B, 16-bit types two neighbours along K per register, tf32 one.
 *
 * <p>Products are exact in f32 (at most 11 x 11 significant bits); sums are taken in f32, rounded to nearest after every
 * product, from C upwards in k. Hardware sums in an unspecified order, so equal results up to k * 2^-24 * sum |a b| are
 * all that may be expected of it.
 */
final class MatrixMultiply implements WarpSync {
    private static final int M = 16;
    private static final int N = 8;

    private final Form form;
    private final Fragments fragments;

    /** Shape and operand type. */
    enum Form {
        BF16_K16(16, 2),
        BF16_K8(8, 2),
        F16_K16(16, 2),
        F16_K8(8, 2),
        TF32_K8(8, 1),
        TF32_K4(4, 1);

        final int k;
        final int perRegister;

        Form(int k, int perRegister) {
            this.k = k;
            this.perRegister = perRegister;
        }

        /** Widens half {@code half} of the 32 registers from {@code r[place]} to {@code values}. */
        void widen(int[] r, int place, int half, float[] values) {
            switch (this) {
                case BF16_K16, BF16_K8 -> {
                    for (int lane = 0; lane < WarpMemory.LANES; lane++) {
                        values[lane] = HalfFloats.bf16(r[place + lane] >>> 16 * half);
                    }
                }
                case F16_K16, F16_K8 -> {
                    for (int lane = 0; lane < WarpMemory.LANES; lane++) {
                        values[lane] = HalfFloats.f16(r[place + lane] >>> 16 * half & 0xFFFF);
                    }
                }
                case TF32_K8, TF32_K4 -> {
                    for (int lane = 0; lane < WarpMemory.LANES; lane++) {
                        values[lane] = HalfFloats.tf32(r[place + lane]);
                    }
                }
            }
        }

        /** Registers per lane of A; B has half as many. */
        int registersOfA() {
            return M * k / (WarpMemory.LANES * perRegister);
        }
    }

    /** Register places of the four operands. */
    record Fragments(int[] d, int[] a, int[] b, int[] c) {}

    MatrixMultiply(Form form, Fragments fragments) {
        this.form = form;
        this.fragments = fragments;
    }

    @Override
    public int members(Warp warp, int lane) {
        return WarpMemory.ALL;
    }

    @Override
    public void execute(Warp warp, int mask) {
        MatrixScratch tile = warp.memory.matrices;
        gatherA(warp.r, tile);
        gatherB(warp.r, tile);
        moveC(warp.r, fragments.c, tile.c, true);
        multiply(tile.a, tile.b, tile.c, form.k);
        moveC(warp.r, fragments.d, tile.c, false);
        warp.block.counters.mmaInstructions++;
    }

    /** Register i of A: rows g (i even) or g + 8 (i odd), columns from 4 perRegister * (i / 2) + perRegister * t. */
    private void gatherA(int[] r, MatrixScratch tile) {
        int per = form.perRegister;
        float[] values = tile.values;
        for (int i = 0; i < fragments.a.length; i++) {
            for (int half = 0; half < per; half++) {
                form.widen(r, fragments.a[i], half, values);
                int corner = 8 * (i & 1) * form.k + 4 * per * (i >> 1) + half;
                for (int lane = 0; lane < WarpMemory.LANES; lane++) {
                    tile.a[corner + (lane >> 2) * form.k + per * (lane & 3)] = values[lane];
                }
            }
        }
    }

    /** Register i of B: column g, rows from 4 perRegister * i + perRegister * t. */
    private void gatherB(int[] r, MatrixScratch tile) {
        int per = form.perRegister;
        float[] values = tile.values;
        for (int i = 0; i < fragments.b.length; i++) {
            for (int half = 0; half < per; half++) {
                form.widen(r, fragments.b[i], half, values);
                int corner = (4 * per * i + half) * N;
                for (int lane = 0; lane < WarpMemory.LANES; lane++) {
                    tile.b[corner + per * (lane & 3) * N + (lane >> 2)] = values[lane];
                }
            }
        }
    }

    /** Register i of C and D: row g (i < 2) or g + 8, column 2t + i mod 2. */
    private static void moveC(int[] r, int[] places, float[] c, boolean gather) {
        for (int i = 0; i < places.length; i++) {
            int place = places[i];
            for (int lane = 0; lane < WarpMemory.LANES; lane++) {
                int at = ((lane >> 2) + 8 * (i >> 1)) * N + 2 * (lane & 3) + (i & 1);
                if (gather) {
                    c[at] = Float.intBitsToFloat(r[place + lane]);
                } else {
                    r[place + lane] = Float.floatToRawIntBits(c[at]);
                }
            }
        }
    }

    private static void multiply(float[] a, float[] b, float[] c, int k) {
        for (int row = 0; row < M; row++) {
            int at = row * N;
            float c0 = c[at];
            float c1 = c[at + 1];
            float c2 = c[at + 2];
            float c3 = c[at + 3];
            float c4 = c[at + 4];
            float c5 = c[at + 5];
            float c6 = c[at + 6];
            float c7 = c[at + 7];
            for (int i = 0; i < k; i++) {
                float x = a[row * k + i];
                int from = i * N;
                c0 += x * b[from];
                c1 += x * b[from + 1];
                c2 += x * b[from + 2];
                c3 += x * b[from + 3];
                c4 += x * b[from + 4];
                c5 += x * b[from + 5];
                c6 += x * b[from + 6];
                c7 += x * b[from + 7];
            }
            c[at] = c0;
            c[at + 1] = c1;
            c[at + 2] = c2;
            c[at + 3] = c3;
            c[at + 4] = c4;
            c[at + 5] = c5;
            c[at + 6] = c6;
            c[at + 7] = c7;
        }
    }
}
