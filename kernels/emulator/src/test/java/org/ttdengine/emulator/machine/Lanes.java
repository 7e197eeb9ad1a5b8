package org.ttdengine.emulator.machine;

import java.util.Arrays;

/**
 * Runs PTX statements once per element of input arrays. Inputs are in %r1..%r3 (and as f32 in %f1..%f3, low halves in %h1..%h3),
 * or in %d1..%d3 (as f64 in %fd1..%fd3); the statements leave the result in %r0 or %d0.
 */
final class Lanes {
    private static final int THREADS = 64;

    static final int[] INTEGERS = {
        0,
        1,
        -1,
        2,
        5,
        31,
        32,
        33,
        64,
        255,
        0x7FFF,
        0x8000,
        0xFFFF,
        0x1_0000,
        0x1234_5678,
        0xDEAD_BEEF,
        0x7FFF_FFFF,
        0x8000_0000,
        0x8000_0001,
        0xFFFF_FF80
    };
    static final float[] FLOATS = {
        0f,
        -0f,
        1f,
        -1f,
        0.5f,
        1.5f,
        2.5f,
        -3.5f,
        3.1415927f,
        0.1f,
        1e-20f,
        -1e-20f,
        1e20f,
        16777217f,
        65519.9f,
        65520f,
        Float.MIN_NORMAL,
        1e-40f,
        -1e-40f,
        Float.MIN_VALUE,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        3e9f,
        -3e9f,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN
    };

    private Lanes() {}

    /** Three arrays that pair every value with every other; the third runs through the values backwards. */
    static int[][] pairs(int[] values) {
        int n = values.length * values.length;
        int[][] pairs = new int[3][n];
        for (int i = 0; i < n; i++) {
            pairs[0][i] = values[i / values.length];
            pairs[1][i] = values[i % values.length];
            pairs[2][i] = values[(i * 7 + 3) % values.length];
        }
        return pairs;
    }

    static int[][] floatPairs() {
        int[] bits = new int[FLOATS.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(FLOATS[i]);
        }
        return pairs(bits);
    }

    static int[] words(String statements, int[]... inputs) {
        StringBuilder body = new StringBuilder();
        for (int i = 1; i <= 3; i++) {
            body.append("ld.global.u32 %r")
                    .append(i)
                    .append(", [%d10+")
                    .append((i - 1) * 4)
                    .append("];\n");
            body.append("mov.b32 %f").append(i).append(", %r").append(i).append(";\n");
            body.append("cvt.u16.u32 %h").append(i).append(", %r").append(i).append(";\n");
        }
        int n = inputs[0].length;
        int[] flat = new int[3 * padded(n)];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < inputs.length; k++) {
                flat[3 * i + k] = inputs[k][i];
            }
        }
        TestDevice device = device(12, 4, body + statements + "\nst.global.u32 [%d11], %r0;");
        long out = device.upload(new int[padded(n)]);
        device.launch("test", Dim3.of(padded(n) / THREADS), Dim3.of(THREADS), 0, out, device.upload(flat));
        return Arrays.copyOf(device.ints(out, padded(n)), n);
    }

    static long[] longs(String statements, long[]... inputs) {
        StringBuilder body = new StringBuilder();
        for (int i = 1; i <= 3; i++) {
            body.append("ld.global.u64 %d")
                    .append(i)
                    .append(", [%d10+")
                    .append((i - 1) * 8)
                    .append("];\n");
            body.append("mov.b64 %fd").append(i).append(", %d").append(i).append(";\n");
            body.append("cvt.u32.u64 %r").append(i).append(", %d").append(i).append(";\n");
        }
        int n = inputs[0].length;
        long[] flat = new long[3 * padded(n)];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < inputs.length; k++) {
                flat[3 * i + k] = inputs[k][i];
            }
        }
        TestDevice device = device(24, 8, body + statements + "\nst.global.u64 [%d11], %d0;");
        long out = device.upload(new long[padded(n)]);
        device.launch("test", Dim3.of(padded(n) / THREADS), Dim3.of(THREADS), 0, out, device.upload(flat));
        return Arrays.copyOf(device.longs(out, padded(n)), n);
    }

    private static int padded(int n) {
        return (n + THREADS - 1) / THREADS * THREADS;
    }

    /** The element's inputs are at %d10, its result belongs at %d11. */
    private static TestDevice device(int inputBytes, int outputBytes, String body) {
        String place = "mov.u32 %r30, %ctaid.x;\nmad.lo.s32 %r30, %r30, " + THREADS + ", %tid;\n"
                + "mad.wide.s32 %d10, %r30, " + inputBytes + ", %in;\nmad.wide.s32 %d11, %r30, " + outputBytes
                + ", %out;\n";
        return new TestDevice(TestDevice.entry(place + body), MachineOptions.checked());
    }
}
