package org.ttdengine.emulator.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IntegerDecoderTest {
    private static final BigInteger WORD = BigInteger.ONE.shiftLeft(32);
    private static final BigInteger LONG = BigInteger.ONE.shiftLeft(64);

    /** A function of exact integers; its result is cut to the width of the destination. */
    interface Exact {
        BigInteger apply(BigInteger a, BigInteger b, BigInteger c);
    }

    static Stream<Arguments> operations() {
        Exact add = (a, b, c) -> a.add(b);
        Exact sub = (a, b, c) -> a.subtract(b);
        Exact mul = (a, b, c) -> a.multiply(b);
        Exact mad = (a, b, c) -> a.multiply(b).add(c);
        Exact div = (a, b, c) -> b.signum() == 0 ? BigInteger.ONE.negate() : a.divide(b);
        Exact rem = (a, b, c) -> b.signum() == 0 ? a : a.remainder(b);
        Exact min = (a, b, c) -> a.min(b);
        Exact max = (a, b, c) -> a.max(b);
        Exact abs = (a, b, c) -> a.abs();
        Exact neg = (a, b, c) -> a.negate();
        return Stream.of(
                arguments("add", 2, add),
                arguments("sub", 2, sub),
                arguments("mul.lo", 2, mul),
                arguments("mad.lo", 3, mad),
                arguments("div", 2, div),
                arguments("rem", 2, rem),
                arguments("min", 2, min),
                arguments("max", 2, max),
                arguments("abs", 1, abs),
                arguments("neg", 1, neg));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void wordsFollowExactArithmeticCutToTheWidth(String opcode, int sources, Exact exact) {
        for (String type : new String[] {"s32", "u32"}) {
            if (opcode.equals("abs") && type.equals("u32")) {
                continue;
            }
            int[][] in = Lanes.pairs(Lanes.INTEGERS);
            int[] result = Lanes.words(statement(opcode, type, "%r", sources), in);
            for (int i = 0; i < result.length; i++) {
                boolean signed = type.startsWith("s");
                BigInteger expected =
                        exact.apply(word(in[0][i], signed), word(in[1][i], signed), word(in[2][i], signed));
                assertThat(result[i])
                        .as("%s.%s %d %d %d", opcode, type, in[0][i], in[1][i], in[2][i])
                        .isEqualTo(expected.intValue());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void longsFollowExactArithmeticCutToTheWidth(String opcode, int sources, Exact exact) {
        for (String type : new String[] {"s64", "u64"}) {
            if (opcode.equals("abs") && type.equals("u64")) {
                continue;
            }
            long[][] in = longPairs();
            long[] result = Lanes.longs(statement(opcode, type, "%d", sources), in);
            for (int i = 0; i < result.length; i++) {
                boolean signed = type.startsWith("s");
                BigInteger expected =
                        exact.apply(wide(in[0][i], signed), wide(in[1][i], signed), wide(in[2][i], signed));
                assertThat(result[i])
                        .as("%s.%s %d %d %d", opcode, type, in[0][i], in[1][i], in[2][i])
                        .isEqualTo(expected.longValue());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void shortsFollowExactArithmeticCutToTheWidth(String opcode, int sources, Exact exact) {
        for (String type : new String[] {"s16", "u16"}) {
            if (opcode.equals("abs") && type.equals("u16")) {
                continue;
            }
            int[][] in = Lanes.pairs(Lanes.INTEGERS);
            int[] result = Lanes.words(statement(opcode, type, "%h", sources) + "\ncvt.u32.u16 %r0, %h0;", in);
            for (int i = 0; i < result.length; i++) {
                boolean signed = type.startsWith("s");
                BigInteger expected =
                        exact.apply(half(in[0][i], signed), half(in[1][i], signed), half(in[2][i], signed));
                assertThat(result[i])
                        .as("%s.%s %d %d %d", opcode, type, in[0][i], in[1][i], in[2][i])
                        .isEqualTo(expected.intValue() & 0xFFFF);
            }
        }
    }

    @Test
    void highHalvesAndWideProductsAreExact() {
        int[][] in = Lanes.pairs(Lanes.INTEGERS);
        int[] signed = Lanes.words("mul.hi.s32 %r0, %r1, %r2;", in);
        int[] unsigned = Lanes.words("mul.hi.u32 %r0, %r1, %r2;", in);
        int[] wide = Lanes.words("mul.wide.u32 %d0, %r1, %r2;\nshr.u64 %d0, %d0, 32;\ncvt.u32.u64 %r0, %d0;", in);
        int[] wideSigned = Lanes.words(
                "mov.u64 %d1, -5;\nmad.wide.s32 %d0, %r1, %r2, %d1;\nshr.s64 %d0, %d0, 32;\ncvt.u32.u64 %r0, %d0;", in);
        for (int i = 0; i < signed.length; i++) {
            BigInteger product = word(in[0][i], true).multiply(word(in[1][i], true));
            BigInteger positive = word(in[0][i], false).multiply(word(in[1][i], false));
            assertThat(signed[i]).isEqualTo(product.shiftRight(32).intValue());
            assertThat(unsigned[i]).isEqualTo(positive.shiftRight(32).intValue());
            assertThat(wide[i]).isEqualTo(positive.shiftRight(32).intValue());
            assertThat(wideSigned[i])
                    .isEqualTo(product.subtract(BigInteger.valueOf(5))
                            .shiftRight(32)
                            .intValue());
        }
        long[][] longs = longPairs();
        long[] high = Lanes.longs("mul.hi.u64 %d0, %d1, %d2;", longs);
        for (int i = 0; i < high.length; i++) {
            BigInteger product = wide(longs[0][i], false).multiply(wide(longs[1][i], false));
            assertThat(high[i]).isEqualTo(product.shiftRight(64).longValue());
        }
    }

    @Test
    void saturatingSumsStopAtTheEnds() {
        int[][] in = Lanes.pairs(Lanes.INTEGERS);
        int[] sums = Lanes.words("add.sat.s32 %r0, %r1, %r2;", in);
        int[] differences = Lanes.words("sub.sat.s32 %r0, %r1, %r2;", in);
        for (int i = 0; i < sums.length; i++) {
            assertThat(sums[i]).isEqualTo(clamp((long) in[0][i] + in[1][i]));
            assertThat(differences[i]).isEqualTo(clamp((long) in[0][i] - in[1][i]));
        }
    }

    @Test
    void dotProductAddsFourProductsOfBytes() {
        int[] result = Lanes.words(
                "dp4a.s32.u32 %r0, %r1, %r2, %r3;", new int[] {0x01FF_0280}, new int[] {0x0302_FF01}, new int[] {10});
        assertThat(result).containsExactly(1 * 3 + -1 * 2 + 2 * 255 + -128 * 1 + 10);
    }

    private static int clamp(long value) {
        return value > Integer.MAX_VALUE
                ? Integer.MAX_VALUE
                : value < Integer.MIN_VALUE ? Integer.MIN_VALUE : (int) value;
    }

    private static String statement(String opcode, String type, String file, int sources) {
        StringBuilder text = new StringBuilder(opcode + "." + type + " " + file + "0");
        IntStream.rangeClosed(1, sources)
                .forEach(i -> text.append(", ").append(file).append(i));
        return text.append(";").toString();
    }

    private static long[][] longPairs() {
        int[][] low = Lanes.pairs(Lanes.INTEGERS);
        long[][] in = new long[3][];
        for (int k = 0; k < 3; k++) {
            int[] words = low[k];
            int[] others = low[(k + 1) % 3];
            in[k] = LongStream.range(0, words.length)
                    .map(i ->
                            i % 3 == 0 ? words[(int) i] : (long) words[(int) i] << 32 | others[(int) i] & 0xFFFF_FFFFL)
                    .toArray();
        }
        return in;
    }

    private static BigInteger word(int value, boolean signed) {
        BigInteger exact = BigInteger.valueOf(value);
        return signed ? exact : exact.mod(WORD);
    }

    private static BigInteger wide(long value, boolean signed) {
        BigInteger exact = BigInteger.valueOf(value);
        return signed ? exact : exact.mod(LONG);
    }

    private static BigInteger half(int value, boolean signed) {
        return BigInteger.valueOf(signed ? (short) value : value & 0xFFFF);
    }
}
