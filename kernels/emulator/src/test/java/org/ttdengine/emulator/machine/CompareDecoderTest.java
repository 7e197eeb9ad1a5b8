package org.ttdengine.emulator.machine;

import static java.lang.Float.intBitsToFloat;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompareDecoderTest {
    private static final String RESULT = "\nselp.u32 %r0, 1, 0, %p1;";

    @ParameterizedTest
    @ValueSource(strings = {"eq", "ne", "lt", "le", "gt", "ge"})
    void integersCompareInTheirSignedness(String operator) {
        int[][] in = Lanes.pairs(Lanes.INTEGERS);
        int[] signed = Lanes.words("setp." + operator + ".s32 %p1, %r1, %r2;" + RESULT, in);
        int[] unsigned = Lanes.words("setp." + operator + ".u32 %p1, %r1, %r2;" + RESULT, in);
        int[] shorts = Lanes.words("setp." + operator + ".s16 %p1, %h1, %h2;" + RESULT, in);
        int[] longs = Lanes.words(
                "cvt.u64.u32 %d1, %r1;\ncvt.u64.u32 %d2, %r2;\nsetp." + operator + ".s64 %p1, %d1, %d2;" + RESULT, in);
        for (int i = 0; i < signed.length; i++) {
            int a = in[0][i];
            int b = in[1][i];
            assertThat(signed[i]).isEqualTo(holds(operator, Integer.compare(a, b)));
            assertThat(unsigned[i]).isEqualTo(holds(operator, Integer.compareUnsigned(a, b)));
            assertThat(shorts[i]).isEqualTo(holds(operator, Short.compare((short) a, (short) b)));
            assertThat(longs[i]).isEqualTo(holds(operator, Integer.compareUnsigned(a, b)));
        }
    }

    private static int holds(String operator, int order) {
        boolean holds =
                switch (operator) {
                    case "eq", "equ" -> order == 0;
                    case "ne", "neu" -> order != 0;
                    case "lt", "ltu" -> order < 0;
                    case "le", "leu" -> order <= 0;
                    case "gt", "gtu" -> order > 0;
                    case "ge", "geu" -> order >= 0;
                    default -> throw new IllegalArgumentException(operator);
                };
        return holds ? 1 : 0;
    }

    @ParameterizedTest
    @ValueSource(strings = {"eq", "ne", "lt", "le", "gt", "ge", "equ", "neu", "ltu", "leu", "gtu", "geu", "num", "nan"})
    void floatsCompareOrderedOrUnordered(String operator) {
        int[][] in = Lanes.floatPairs();
        int[] result = Lanes.words("setp." + operator + ".f32 %p1, %f1, %f2;" + RESULT, in);
        for (int i = 0; i < result.length; i++) {
            float a = intBitsToFloat(in[0][i]);
            float b = intBitsToFloat(in[1][i]);
            boolean unordered = Float.isNaN(a) || Float.isNaN(b);
            int expected;
            if (operator.equals("num") || operator.equals("nan")) {
                expected = unordered == operator.equals("nan") ? 1 : 0;
            } else if (unordered) {
                expected = operator.endsWith("u") ? 1 : 0;
            } else {
                expected = holds(operator, a < b ? -1 : a > b ? 1 : 0);
            }
            assertThat(result[i]).as("%s %s %s", a, operator, b).isEqualTo(expected);
        }
    }

    @Test
    void theSecondPredicateIsTheComplementBeforeCombining() {
        int[][] in = Lanes.pairs(Lanes.INTEGERS);
        String third = "setp.ne.s32 %p3, %r3, 0;\n";
        String both = "\nselp.u32 %r0, 1, 0, %p1;\nselp.u32 %r4, 2, 0, %p2;\nor.b32 %r0, %r0, %r4;";
        int[] and = Lanes.words(third + "setp.lt.and.s32 %p1|%p2, %r1, %r2, !%p3;" + both, in);
        int[] or = Lanes.words(third + "setp.lt.or.s32 %p1|%p2, %r1, %r2, %p3;" + both, in);
        int[] xor = Lanes.words(third + "setp.lt.xor.s32 %p1|%p2, %r1, %r2, %p3;" + both, in);
        for (int i = 0; i < and.length; i++) {
            boolean less = in[0][i] < in[1][i];
            boolean c = in[2][i] != 0;
            assertThat(and[i]).isEqualTo((less && !c ? 1 : 0) + (!less && !c ? 2 : 0));
            assertThat(or[i]).isEqualTo((less || c ? 1 : 0) + (!less || c ? 2 : 0));
            assertThat(xor[i]).isEqualTo((less ^ c ? 1 : 0) + (!less ^ c ? 2 : 0));
        }
    }

    @Test
    void predicatesCombineAndGuard() {
        int[][] in = Lanes.pairs(new int[] {0, 1});
        int[] result = Lanes.words(
                "setp.ne.s32 %p1, %r1, 0;\nsetp.ne.s32 %p2, %r2, 0;\nxor.pred %p3, %p1, %p2;\nnot.pred %p4, %p3;\n"
                        + "mov.u32 %r0, 7;\n@%p3 mov.u32 %r0, 8;\n@!%p3 add.s32 %r0, %r0, 2;\n@%p4 add.s32 %r0, %r0, 10;",
                in);
        assertThat(result).containsExactly(19, 8, 8, 19);
    }

    @Test
    void setGivesAllOnesOrOne() {
        int[][] in = {{1, 5}, {3, 2}};
        assertThat(Lanes.words("set.lt.u32.s32 %r0, %r1, %r2;", in)).containsExactly(-1, 0);
        assertThat(Lanes.words("set.lt.f32.s32 %f0, %r1, %r2;\nmov.b32 %r0, %f0;", in))
                .containsExactly(Float.floatToRawIntBits(1f), 0);
        assertThat(Lanes.words("slct.s32.s32 %r0, %r1, %r2, %r3;", new int[][] {{1, 1}, {2, 2}, {0, -1}}))
                .containsExactly(1, 2);
    }
}
