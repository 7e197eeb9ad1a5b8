package org.ttdengine.emulator.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BitDecoderTest {
    private static final int[][] IN = Lanes.pairs(Lanes.INTEGERS);

    /** A function of three words. */
    interface Oracle {
        int apply(int a, int b, int c);
    }

    private static void check(String statement, Oracle oracle) {
        int[] result = Lanes.words(statement, IN);
        for (int i = 0; i < result.length; i++) {
            assertThat(result[i])
                    .as("%s of %08x %08x %08x", statement, IN[0][i], IN[1][i], IN[2][i])
                    .isEqualTo(oracle.apply(IN[0][i], IN[1][i], IN[2][i]));
        }
    }

    @Test
    void logicWorksBitByBit() {
        check("and.b32 %r0, %r1, %r2;", (a, b, c) -> a & b);
        check("or.b32 %r0, %r1, %r2;", (a, b, c) -> a | b);
        check("xor.b32 %r0, %r1, %r2;", (a, b, c) -> a ^ b);
        check("not.b32 %r0, %r1;", (a, b, c) -> ~a);
        check("cnot.b32 %r0, %r1;", (a, b, c) -> a == 0 ? 1 : 0);
        check("not.b16 %h0, %h1;\ncvt.u32.u16 %r0, %h0;", (a, b, c) -> ~a & 0xFFFF);
    }

    @Test
    void lop3LooksEveryBitUpInItsTable() {
        check("lop3.b32 %r0, %r1, %r2, %r3, 0xE8;", (a, b, c) -> a & b | a & c | b & c);
        check("lop3.b32 %r0, %r1, %r2, %r3, 0x96;", (a, b, c) -> a ^ b ^ c);
        check("lop3.b32 %r0, %r1, %r2, %r3, 0xCA;", (a, b, c) -> a & b | ~a & c);
        check("lop3.b32 %r0, %r1, %r2, %r3, 0xB8;", (a, b, c) -> a & ~b | b & c);
    }

    @Test
    void shiftCountsPastTheWidthAreClamped() {
        check("shl.b32 %r0, %r1, %r2;", (a, b, c) -> Integer.compareUnsigned(b, 32) < 0 ? a << b : 0);
        check("shr.u32 %r0, %r1, %r2;", (a, b, c) -> Integer.compareUnsigned(b, 32) < 0 ? a >>> b : 0);
        check("shr.s32 %r0, %r1, %r2;", (a, b, c) -> a >> (Integer.compareUnsigned(b, 32) < 0 ? b : 31));
        check(
                "shr.s16 %h0, %h1, %r2;\ncvt.u32.u16 %r0, %h0;",
                (a, b, c) -> (short) a >> (Integer.compareUnsigned(b, 16) < 0 ? b : 15) & 0xFFFF);
        check(
                "cvt.s64.s32 %d1, %r1;\nshl.b64 %d0, %d1, %r2;\nshr.u64 %d0, %d0, 32;\ncvt.u32.u64 %r0, %d0;",
                (a, b, c) -> Integer.compareUnsigned(b, 64) < 0 ? (int) ((long) a << b >>> 32) : 0);
    }

    @Test
    void funnelShiftsTakeTheirBitsFromThePair() {
        check("shf.l.wrap.b32 %r0, %r1, %r2, %r3;", (a, b, c) -> (c & 31) == 0 ? b : b << c | a >>> 32 - (c & 31));
        check("shf.r.wrap.b32 %r0, %r1, %r2, %r3;", (a, b, c) -> (c & 31) == 0 ? a : b << 32 - (c & 31) | a >>> c);
        check(
                "shf.l.clamp.b32 %r0, %r1, %r2, %r3;",
                (a, b, c) -> Integer.compareUnsigned(c, 32) >= 0 ? a : c == 0 ? b : b << c | a >>> 32 - c);
        check(
                "shf.r.clamp.b32 %r0, %r1, %r2, %r3;",
                (a, b, c) -> Integer.compareUnsigned(c, 32) >= 0 ? b : c == 0 ? a : b << 32 - c | a >>> c);
    }

    @Test
    void permutePicksBytesAndSigns() {
        check("prmt.b32 %r0, %r1, %r2, 0x5410;", (a, b, c) -> a & 0xFFFF | b << 16);
        check("prmt.b32 %r0, %r1, %r2, 0x7632;", (a, b, c) -> a >>> 16 | b & 0xFFFF_0000);
        check(
                "prmt.b32 %r0, %r1, %r2, 0xBA98;",
                (a, b, c) -> sign(a) | sign(a >> 8) << 8 | sign(a >> 16) << 16 | sign(a >> 24) << 24);
    }

    private static int sign(int value) {
        return (value & 0x80) != 0 ? 0xFF : 0;
    }

    /** Rows of the table in the PTX ISA, prmt: bytes of the result from the most significant one, for selectors 0 to 3. */
    @Test
    void permuteModesFollowTheirTables() {
        String[][] rows = {
            {"f4e", "3210", "4321", "5432", "6543"},
            {"b4e", "5670", "6701", "7012", "0123"},
            {"rc8", "0000", "1111", "2222", "3333"},
            {"ecl", "3210", "3211", "3222", "3333"},
            {"ecr", "0000", "1110", "2210", "3210"},
            {"rc16", "1010", "3232", "1010", "3232"}
        };
        for (String[] row : rows) {
            int[] result = Lanes.words(
                    "prmt.b32." + row[0] + " %r0, %r1, %r2, %r3;",
                    new int[] {0x0302_0100, 0x0302_0100, 0x0302_0100, 0x0302_0100},
                    new int[] {0x0706_0504, 0x0706_0504, 0x0706_0504, 0x0706_0504},
                    new int[] {0, 1, 2, 3});
            for (int s = 0; s < 4; s++) {
                String bytes = row[s + 1].replaceAll("(.)", "0$1");
                assertThat(result[s]).as("%s %d", row[0], s).isEqualTo(Integer.parseUnsignedInt(bytes, 16));
            }
        }
    }

    @Test
    void fieldsAreExtractedWithTheirSign() {
        check("bfe.u32 %r0, %r1, %r2, %r3;", (a, b, c) -> (int) field(a, b, c, false));
        check("bfe.s32 %r0, %r1, %r2, %r3;", (a, b, c) -> (int) field(a, b, c, true));
    }

    /** Bit by bit, as the PTX ISA defines bfe. */
    private static long field(int a, int b, int c, boolean signed) {
        int position = b & 0xFF;
        int length = c & 0xFF;
        boolean sign = signed && length > 0 && (a >>> Math.min(position + length - 1, 31) & 1) != 0;
        int result = 0;
        for (int i = 0; i < 32; i++) {
            boolean inside = i < length && position + i <= 31;
            boolean bit = inside ? (a >>> position + i & 1) != 0 : sign;
            result |= bit ? 1 << i : 0;
        }
        return result;
    }

    @Test
    void fieldsAreInserted() {
        check("bfi.b32 %r0, %r1, %r2, %r3, 9;", (a, b, c) -> insertion(a, b, c & 0xFF, 9));
        check("bfi.b32 %r0, %r1, %r2, 4, %r3;", (a, b, c) -> insertion(a, b, 4, c & 0xFF));
        check(
                "cvt.u64.u32 %d1, %r1;\ncvt.u64.u32 %d2, %r2;\nbfi.b64 %d0, %d1, %d2, 32, 32;\nshr.u64 %d0, %d0, 32;\n"
                        + "cvt.u32.u64 %r0, %d0;",
                (a, b, c) -> a);
    }

    private static int insertion(int a, int b, int position, int length) {
        int result = b;
        for (int i = 0; i < length && position + i <= 31; i++) {
            int bit = 1 << position + i;
            result = (a >>> i & 1) != 0 ? result | bit : result & ~bit;
        }
        return result;
    }

    @Test
    void bitsAreCountedFoundAndReversed() {
        check("popc.b32 %r0, %r1;", (a, b, c) -> Integer.bitCount(a));
        check("clz.b32 %r0, %r1;", (a, b, c) -> Integer.numberOfLeadingZeros(a));
        check("brev.b32 %r0, %r1;", (a, b, c) -> Integer.reverse(a));
        check("bfind.u32 %r0, %r1;", (a, b, c) -> 31 - Integer.numberOfLeadingZeros(a));
        check("bfind.s32 %r0, %r1;", (a, b, c) -> 31 - Integer.numberOfLeadingZeros(a < 0 ? ~a : a));
        check("bfind.shiftamt.u32 %r0, %r1;", (a, b, c) -> a == 0 ? -1 : Integer.numberOfLeadingZeros(a));
        check("cvt.u64.u32 %d1, %r1;\nclz.b64 %r0, %d1;", (a, b, c) -> 32 + Integer.numberOfLeadingZeros(a));
        check("cvt.s64.s32 %d1, %r1;\npopc.b64 %r0, %d1;", (a, b, c) -> Long.bitCount(a));
    }
}
