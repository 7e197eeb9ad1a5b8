package org.ttdengine.emulator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.MachineOptions;

class LoadStoreTest {
    private static final String OWN_WORD = """
            mul.wide.u32 %rd3, %r1, 4;
            add.s64 %rd4, %rd1, %rd3;
            add.s64 %rd5, %rd2, %rd3;
            """;

    private static int[] counting(int count) {
        return IntStream.range(0, count).map(i -> 0x01010101 * i).toArray();
    }

    @Test
    void eachLaneCopiesItsWord() {
        TestKernel kernel = new TestKernel(OWN_WORD + """
                ld.global.nc.u32 %r4, [%rd4];
                st.global.u32 [%rd5], %r4;
                """);
        long from = kernel.buffer("from", counting(32));
        long to = kernel.empty("to", 128);
        kernel.run(from, to);
        assertThat(kernel.words(to, 32)).isEqualTo(counting(32));
    }

    @ParameterizedTest
    @CsvSource({
        "u8, %r4, 0xFF, 0xFF",
        "s8, %r4, 0x80, 0xFFFFFF80",
        "u16, %r4, 0xFFFE, 0xFFFE",
        "s16, %r4, 0x8001, 0xFFFF8001",
        "u16, %rs4, 0x8001, 0x8001",
        "s8, %rs4, 0x80, 0xFF80",
        "u32, %rd6, 0x80000000, 0x80000000",
        "s16, %rd6, 0x8001, 0xFFFF8001",
        "b32, %f4, 0x7F800001, 0x7F800001"
    })
    void narrowLoadsExtendToTheRegister(String type, String register, String memory, String expected) {
        String widen = register.startsWith("%rs")
                ? "cvt.u32.u16 %r5, %rs4;"
                : register.startsWith("%rd") ? "cvt.u32.u64 %r5, %rd6;" : "mov.b32 %r5, " + register + ";";
        TestKernel kernel = new TestKernel(
                        "ld.global." + type + " " + register + ", [%rd1];\n" + widen + "st.global.u32 [%rd2], %r5;")
                .threads(1);
        long from = kernel.buffer("from", Long.decode(memory).intValue());
        long to = kernel.empty("to", 4);
        kernel.run(from, to);
        assertThat(kernel.words(to, 1)[0]).isEqualTo(Long.decode(expected).intValue());
    }

    @Test
    void narrowStoresWriteTheLowBytesOnly() {
        TestKernel kernel = new TestKernel("""
                        mov.u32 %r4, 0x12345678;
                        st.global.u8 [%rd2], %r4;
                        st.global.u16 [%rd2+2], %r4;
                        """).threads(1);
        long to = kernel.buffer("to", -1);
        kernel.run(to, to);
        assertThat(kernel.words(to, 1)[0]).isEqualTo(0x5678FF78);
    }

    @Test
    void vectorsMoveFourRegisters() {
        TestKernel kernel = new TestKernel("""
                mul.wide.u32 %rd3, %r1, 16;
                add.s64 %rd4, %rd1, %rd3;
                add.s64 %rd5, %rd2, %rd3;
                ld.global.v4.f32 {%f1, %f2, %f3, %f4}, [%rd4];
                st.global.v2.f32 [%rd5], {%f3, %f4};
                st.global.v2.f32 [%rd5+8], {%f1, %f2};
                """);
        long from = kernel.buffer("from", counting(128));
        long to = kernel.empty("to", 512);
        kernel.run(from, to);
        int[] expected = counting(128);
        for (int i = 0; i < 128; i += 4) {
            System.arraycopy(
                    new int[] {expected[i + 2], expected[i + 3], expected[i], expected[i + 1]}, 0, expected, i, 4);
        }
        assertThat(kernel.words(to, 128)).isEqualTo(expected);
    }

    @Test
    void lanesMayLieInDifferentAllocations() {
        TestKernel kernel = new TestKernel("""
                and.b32 %r4, %r1, 1;
                setp.eq.u32 %p1, %r4, 0;
                selp.b64 %rd6, %rd1, %rd2, %p1;
                mul.wide.u32 %rd3, %r1, 4;
                add.s64 %rd6, %rd6, %rd3;
                st.global.u32 [%rd6], %r1;
                """);
        long even = kernel.buffer("even", new int[32]);
        long odd = kernel.buffer("odd", new int[32]);
        kernel.run(even, odd);
        assertThat(kernel.words(even, 4)).containsExactly(0, 0, 2, 0);
        assertThat(kernel.words(odd, 4)).containsExactly(0, 1, 0, 3);
    }

    @Test
    void genericAddressesReachSharedAndLocalMemory() {
        TestKernel kernel = new TestKernel(OWN_WORD + """
                mov.u64 %rd10, smem;
                cvta.shared.u64 %rd11, %rd10;
                add.s64 %rd12, %rd11, %rd3;
                st.u32 [%rd12], %r1;
                isspacep.shared %p1, %rd12;
                isspacep.global %p2, %rd12;
                selp.u32 %r10, 1, 0, %p1;
                selp.u32 %r11, 2, 0, %p2;
                ld.u32 %r4, [%rd12];
                mov.u64 %rd20, stack;
                cvta.local.u64 %rd21, %rd20;
                st.u32 [%rd21+8], %r4;
                ld.local.u32 %r5, [%rd20+8];
                cvta.to.shared.u64 %rd13, %rd12;
                cvt.u32.u64 %r6, %rd13;
                ld.shared.u32 %r7, [%r6];
                add.u32 %r8, %r5, %r7;
                mul.lo.u32 %r8, %r8, 100;
                add.u32 %r8, %r8, %r10;
                add.u32 %r8, %r8, %r11;
                st.u32 [%rd5], %r8;
                """);
        long to = kernel.empty("to", 128);
        kernel.run(to, to);
        assertThat(kernel.words(to, 32))
                .isEqualTo(IntStream.range(0, 32).map(i -> 200 * i + 1).toArray());
    }

    @Test
    void oneElementTooFarNamesLineThreadAndAllocation() {
        TestKernel kernel = new TestKernel(OWN_WORD + "st.global.u32 [%rd4], %r1;").threads(33);
        long small = kernel.empty("thirty-two words", 128);
        DeviceFault fault = kernel.fault(DeviceFault.Kind.ILLEGAL_ADDRESS, small, small);
        assertThat(fault)
                .hasMessageContaining("thirty-two words")
                .hasMessageContaining("0 bytes past the end")
                .hasMessageContaining("thread (32,0,0)")
                .hasMessageContaining("PTX line 21");
    }

    @Test
    void oneElementTooEarlyIsFoundToo() {
        TestKernel kernel = new TestKernel(OWN_WORD + "ld.global.u32 %r4, [%rd4+-4];");
        long words = kernel.buffer("words", new int[32]);
        assertThat(kernel.fault(DeviceFault.Kind.ILLEGAL_ADDRESS, words, words)).hasMessageContaining("4 bytes before");
    }

    @Test
    void aVectorThatCrossesTheEndIsOutOfBounds() {
        TestKernel kernel = new TestKernel("ld.global.v4.u32 {%r4, %r5, %r6, %r7}, [%rd1];").threads(1);
        kernel.run(kernel.buffer("four", new int[4]), 0);
        kernel.fault(DeviceFault.Kind.ILLEGAL_ADDRESS, kernel.buffer("three", new int[3]), 0);
    }

    @Test
    void aMisalignedVectorIsAFault() {
        TestKernel kernel = new TestKernel("ld.global.v4.u32 {%r4, %r5, %r6, %r7}, [%rd1+8];").threads(1);
        DeviceFault fault =
                kernel.fault(DeviceFault.Kind.MISALIGNED_ADDRESS, kernel.buffer("eight words", new int[8]), 0);
        assertThat(fault).hasMessageContaining("eight words");
    }

    @Test
    void useAfterFreeIsNamed() {
        TestKernel kernel = new TestKernel("ld.global.u32 %r4, [%rd1];");
        long gone = kernel.buffer("gone", new int[4]);
        kernel.memory.free(gone);
        assertThat(kernel.fault(DeviceFault.Kind.USE_AFTER_FREE, gone, 0)).hasMessageContaining("gone");
    }

    @Test
    void readingWhatNobodyWroteIsAFaultOnlyWhenChecked() {
        TestKernel kernel = new TestKernel(OWN_WORD + """
                setp.ne.u32 %p1, %r1, 7;
                @%p1 st.global.u32 [%rd4], %r1;
                ld.global.u32 %r4, [%rd4];
                st.global.u32 [%rd5], %r4;
                """);
        long holed = kernel.empty("holed", 128);
        long to = kernel.empty("to", 128);
        DeviceFault fault = kernel.fault(DeviceFault.Kind.UNINITIALISED_READ, holed, to);
        assertThat(fault).hasMessageContaining("holed").hasMessageContaining("thread (7,0,0)");
        kernel.options(MachineOptions.fast()).run(holed, to);
        assertThat(kernel.words(to, 8)[7]).isEqualTo(-1);
    }

    @Test
    void anUninitialisedSharedReadIsAFault() {
        TestKernel kernel = new TestKernel("""
                st.shared.u16 [smem], 1;
                ld.shared.u32 %r4, [smem];
                """).threads(1);
        kernel.fault(DeviceFault.Kind.UNINITIALISED_READ, 0, 0);
    }

    @Test
    void sharedMemoryEndsWhereItEnds() {
        String body = """
                shl.b32 %r4, %r1, 2;
                add.u32 %r4, %r4, %r3;
                st.shared.u32 [%r4], %r1;
                """;
        new TestKernel(body).shared(128).run(0, 0);
        DeviceFault fault = new TestKernel(body).shared(124).fault(DeviceFault.Kind.SHARED_OUT_OF_BOUNDS, 0, 0);
        assertThat(fault).hasMessageContaining("byte 124 of 124").hasMessageContaining("thread (31,0,0)");
    }

    @Test
    void aGlobalAddressIsNoSharedAddress() {
        TestKernel kernel = new TestKernel("""
                cvta.to.shared.u64 %rd3, %rd1;
                cvt.u32.u64 %r4, %rd3;
                st.shared.u32 [%r4], %r1;
                """).threads(1);
        kernel.fault(DeviceFault.Kind.SHARED_OUT_OF_BOUNDS, kernel.buffer("first", new int[4]), 0);
    }

    @Test
    void sectorsAreCountedPerWarpAndPerLaunch() {
        TestKernel kernel = new TestKernel("""
                mul.wide.u32 %rd3, %r1, 8;
                add.s64 %rd4, %rd1, %rd3;
                ld.global.u32 %r4, [%rd4];
                ld.global.u32 %r5, [%rd4+4];
                mul.wide.u32 %rd3, %r1, 4;
                add.s64 %rd5, %rd2, %rd3;
                st.global.u32 [%rd5], %r4;
                """).blocks(3);
        long from = kernel.buffer("from", new int[64]);
        long to = kernel.empty("to", 128);
        MemoryCounters counters = kernel.run(from, to).memory;
        assertThat(counters.globalLoads).isEqualTo(3 * 2);
        assertThat(counters.globalLoadSectors).isEqualTo(3 * 16);
        assertThat(counters.globalLoadSectorsMinimum).isEqualTo(3 * 8);
        assertThat(counters.globalStoreSectors).isEqualTo(3 * 4);
        assertThat(counters.globalStoreSectorsMinimum).isEqualTo(3 * 4);
        assertThat(counters.distinctSectorsRead).isEqualTo(8);
        assertThat(counters.distinctSectorsWritten).isEqualTo(4);
    }

    @Test
    void bankConflictsAreCounted() {
        TestKernel kernel = new TestKernel("""
                shl.b32 %r4, %r1, 3;
                add.u32 %r4, %r4, %r3;
                st.shared.u32 [%r4], %r1;
                bar.sync 0;
                ld.shared.u32 %r5, [%r4];
                """);
        MemoryCounters counters = kernel.run(0, 0).memory;
        assertThat(counters.sharedStores).isEqualTo(1);
        assertThat(counters.sharedStoreConflicts).isEqualTo(1);
        assertThat(counters.sharedLoadConflicts).isEqualTo(1);
    }

    @Test
    void allBlocksOnSeveralWorkersWriteTheirBytes() {
        TestKernel kernel =
                new TestKernel("""
                shl.b32 %r4, %r2, 5;
                add.u32 %r4, %r4, %r1;
                cvt.u64.u32 %rd3, %r4;
                add.s64 %rd4, %rd1, %rd3;
                st.global.u8 [%rd4], %r4;
                """).blocks(64).options(MachineOptions.checked().withWorkers(4));
        long to = kernel.empty("to", 2048);
        kernel.run(to, to);
        byte[] back = new byte[2048];
        kernel.memory.read(to, back, 0, 2048);
        byte[] expected = new byte[2048];
        IntStream.range(0, 2048).forEach(i -> expected[i] = (byte) i);
        assertThat(Arrays.equals(back, expected)).isTrue();
    }
}
