package org.ttdengine.emulator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.LaunchCounters;

/**
 * Fragment layouts are written down a second time here, element by element as the tables of the PTX ISA give them
 * ("Matrix Fragments for mma.m16n8k16", and so on), and products are compared with sums in double.
 */
class MatrixTest {

    private record Shape(int k, int perRegister) {
        int rowOfA(int lane, int i) {
            boolean upper = perRegister == 2 ? (i / 2) % 2 == 1 : i % 2 == 1;
            return lane / 4 + (upper ? 8 : 0);
        }

        int columnOfA(int lane, int i) {
            return perRegister == 2 ? lane % 4 * 2 + i % 2 + (i >= 4 ? 8 : 0) : lane % 4 + (i >= 2 ? 4 : 0);
        }

        int rowOfB(int lane, int i) {
            return perRegister == 2 ? lane % 4 * 2 + i % 2 + (i >= 2 ? 8 : 0) : lane % 4 + 4 * i;
        }

        int elementsOfA() {
            return 16 * k / 32;
        }

        int elementsOfB() {
            return 8 * k / 32;
        }
    }

    private static int bits(String type, float value) {
        return switch (type) {
            case "bf16" -> Float.floatToIntBits(value) >>> 16;
            case "f16" -> half(value);
            default -> Float.floatToIntBits(value);
        };
    }

    /** A half that represents {@code value} exactly: small integers over 8. */
    private static int half(float value) {
        for (int h = 0; h < 1 << 16; h++) {
            if (HalfFloats.f16(h) == value) {
                return h;
            }
        }
        throw new IllegalArgumentException(value + " is no half");
    }

    private static float[] values(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (random.nextInt(255) - 127) / 8f;
        }
        return values;
    }

    private static String registers(int from, int count) {
        return IntStream.range(from, from + count).mapToObj(i -> "%r" + i).collect(Collectors.joining(", ", "{", "}"));
    }

    @ParameterizedTest
    @CsvSource({"bf16, 16, 2", "bf16, 8, 2", "f16, 16, 2", "f16, 8, 2", "tf32, 8, 1", "tf32, 4, 1"})
    void aTileIsTheProductInDouble(String type, int k, int perRegister) {
        Shape shape = new Shape(k, perRegister);
        Random random = new Random(k + type.length());
        float[] a = values(random, 16 * k);
        float[] b = values(random, k * 8);
        float[] c = values(random, 16 * 8);
        int registersOfA = shape.elementsOfA() / perRegister;
        int registersOfB = shape.elementsOfB() / perRegister;
        int inputs = registersOfA + registersOfB + 4;
        int[] packed = new int[32 * inputs];
        for (int lane = 0; lane < 32; lane++) {
            for (int i = 0; i < shape.elementsOfA(); i++) {
                float value = a[shape.rowOfA(lane, i) * k + shape.columnOfA(lane, i)];
                packed[lane * inputs + i / perRegister] |= bits(type, value) << 16 * (i % perRegister);
            }
            for (int i = 0; i < shape.elementsOfB(); i++) {
                float value = b[shape.rowOfB(lane, i) * 8 + lane / 4];
                packed[lane * inputs + registersOfA + i / perRegister] |= bits(type, value) << 16 * (i % perRegister);
            }
            for (int i = 0; i < 4; i++) {
                float value = c[(lane / 4 + (i >= 2 ? 8 : 0)) * 8 + lane % 4 * 2 + i % 2];
                packed[lane * inputs + registersOfA + registersOfB + i] = Float.floatToIntBits(value);
            }
        }
        StringBuilder body = new StringBuilder("mul.lo.u32 %r4, %r1, " + 4 * inputs + "; cvt.u64.u32 %rd3, %r4;\n"
                + "add.s64 %rd4, %rd1, %rd3; mul.wide.u32 %rd5, %r1, 16; add.s64 %rd6, %rd2, %rd5;\n");
        for (int i = 0; i < inputs; i++) {
            body.append("ld.global.u32 %r")
                    .append(10 + i)
                    .append(", [%rd4+")
                    .append(4 * i)
                    .append("];\n");
        }
        body.append("mma.sync.aligned.m16n8k").append(k).append(".row.col.f32.");
        body.append(type)
                .append('.')
                .append(type)
                .append(".f32 ")
                .append(registers(40, 4))
                .append(", ");
        body.append(registers(10, registersOfA)).append(", ").append(registers(10 + registersOfA, registersOfB));
        body.append(", ").append(registers(10 + registersOfA + registersOfB, 4)).append(";\n");
        body.append("st.global.v4.u32 [%rd6], ").append(registers(40, 4)).append(";\n");
        TestKernel kernel = new TestKernel(body.toString());
        long out = kernel.empty("d", 512);
        LaunchCounters counters = kernel.run(kernel.buffer("fragments", packed), out);
        int[] d = kernel.words(out, 128);
        for (int lane = 0; lane < 32; lane++) {
            for (int i = 0; i < 4; i++) {
                int row = lane / 4 + (i >= 2 ? 8 : 0);
                int column = lane % 4 * 2 + i % 2;
                double sum = c[row * 8 + column];
                for (int j = 0; j < k; j++) {
                    sum += (double) a[row * k + j] * b[j * 8 + column];
                }
                assertThat((double) Float.intBitsToFloat(d[lane * 4 + i]))
                        .as("lane %d element %d", lane, i)
                        .isEqualTo(sum);
            }
        }
        assertThat(counters.mmaInstructions).isEqualTo(1);
    }

    private static TestKernel matrices(int count, boolean transposed, int stride) {
        String form = "m8n8.x" + count + (transposed ? ".trans" : "");
        String body = """
                shl.b32 %%r4, %%r1, 4;
                cvt.u64.u32 %%rd3, %%r4;
                add.s64 %%rd4, %%rd1, %%rd3;
                mul.lo.u32 %%r5, %%r1, %d;
                add.u32 %%r5, %%r5, %%r3;
                ld.global.v4.u32 {%%r10, %%r11, %%r12, %%r13}, [%%rd4];
                st.shared.v4.u32 [%%r5], {%%r10, %%r11, %%r12, %%r13};
                bar.sync 0;
                ldmatrix.sync.aligned.%s.shared.b16 %s, [%%r5];
                mul.wide.u32 %%rd5, %%r1, %d;
                add.s64 %%rd6, %%rd2, %%rd5;
                """.formatted(stride, form, registers(20, count), 4 * count);
        StringBuilder stores = new StringBuilder(body);
        for (int i = 0; i < count; i++) {
            stores.append("st.global.u32 [%rd6+")
                    .append(4 * i)
                    .append("], %r")
                    .append(20 + i)
                    .append(";\n");
        }
        return new TestKernel(stores.toString()).shared(32 * stride);
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "4, false", "1, true", "2, true", "4, true"})
    void matricesArriveInFragments(int count, boolean transposed) {
        // element (row, column) of matrix m holds 256 m + 16 row + column
        int[] packed = new int[128];
        for (int i = 0; i < 256; i++) {
            int value = 256 * (i / 64) + 16 * (i / 8 % 8) + i % 8;
            packed[i / 2] |= value << 16 * (i % 2);
        }
        TestKernel kernel = matrices(count, transposed, 16);
        long out = kernel.empty("out", 32 * 4 * count);
        kernel.run(kernel.buffer("matrices", packed), out);
        int[] words = kernel.words(out, 32 * count);
        for (int lane = 0; lane < 32; lane++) {
            for (int m = 0; m < count; m++) {
                int row = lane / 4;
                int column = 2 * (lane % 4);
                int low = 256 * m + (transposed ? 16 * column + row : 16 * row + column);
                int high = 256 * m + (transposed ? 16 * (column + 1) + row : 16 * row + column + 1);
                assertThat(words[lane * count + m]).isEqualTo(high << 16 | low);
            }
        }
    }

    @Test
    void rowsOfOneBankSetConflictAndPaddedOnesDoNot() {
        int[] data = new int[128];
        TestKernel dense = matrices(4, false, 16);
        assertThat(dense.run(dense.buffer("m", data), dense.empty("out", 512)).memory.sharedLoadConflicts)
                .isZero();
        TestKernel wide = matrices(4, false, 128);
        assertThat(wide.run(wide.buffer("m", data), wide.empty("out", 512)).memory.sharedLoadConflicts)
                .isEqualTo(28);
        TestKernel padded = matrices(4, false, 144);
        assertThat(padded.run(padded.buffer("m", data), padded.empty("out", 512)).memory.sharedLoadConflicts)
                .isZero();
    }

    @Test
    void rowsMustBeAlignedAndInside() {
        TestKernel misaligned = matrices(4, false, 24);
        misaligned.fault(DeviceFault.Kind.MISALIGNED_ADDRESS, misaligned.buffer("m", new int[128]), 0);
        String outside = "shl.b32 %r4, %r1, 4; add.u32 %r4, %r4, %r3;\n"
                + "ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%r5, %r6, %r7, %r8}, [%r4];";
        new TestKernel(outside).shared(511).fault(DeviceFault.Kind.SHARED_OUT_OF_BOUNDS, 0, 0);
        new TestKernel(outside).shared(512).fault(DeviceFault.Kind.UNINITIALISED_READ, 0, 0);
    }

    @Test
    void aFragmentNeedsABarrierAfterTheRowsAreWritten() {
        String racing = """
                shl.b32 %r4, %r1, 4;
                add.u32 %r4, %r4, %r3;
                st.shared.v4.u32 [%r4], {%r1, %r1, %r1, %r1};
                ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%r5, %r6, %r7, %r8}, [%r4];
                """;
        new TestKernel(racing).fault(DeviceFault.Kind.SHARED_RACE, 0, 0);
    }
}
