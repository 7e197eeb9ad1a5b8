package org.ttdengine.emulator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.MachineOptions;

class RaceCheckTest {
    /** Each thread writes its word, waits, and reads the word of thread (own xor other). */
    private static TestKernel exchange(String wait, int threads, int other) {
        String body = """
                shl.b32 %r4, %r1, 2;
                add.u32 %r4, %r4, %r3;
                xor.b32 %r5, %r4, OTHER;
                st.shared.u32 [%r4], 0;
                bar.sync 0;
                st.shared.u32 [%r4], %r1;
                WAIT
                ld.shared.u32 %r6, [%r5];
                """;
        return new TestKernel(body.replace("OTHER", Integer.toString(4 * other)).replace("WAIT", wait))
                .threads(threads);
    }

    private static void race(TestKernel kernel) {
        kernel.fault(DeviceFault.Kind.SHARED_RACE, 0, 0);
    }

    @Test
    void aMissingBarrierBetweenWarpsIsARaceInEveryOrder() {
        for (MachineOptions.Schedule schedule : MachineOptions.Schedule.values()) {
            race(exchange("", 64, 32).options(MachineOptions.checked().withSchedule(schedule, 7)));
            race(exchange("bar.warp.sync -1;", 64, 32)
                    .options(MachineOptions.checked().withSchedule(schedule, 7)));
            exchange("bar.sync 0;", 64, 32)
                    .options(MachineOptions.checked().withSchedule(schedule, 7))
                    .run(0, 0);
        }
    }

    @Test
    void lanesOfOneWarpNeedAWarpBarrier() {
        race(exchange("", 32, 1));
        exchange("bar.warp.sync -1;", 32, 1).run(0, 0);
        exchange("bar.sync 0;", 32, 1).run(0, 0);
    }

    @Test
    void aWarpBarrierOfOtherLanesOrdersNothing() {
        String half = """
                setp.lt.u32 %p1, %r1, 16;
                @%p1 bra LOW;
                bar.warp.sync 0xFFFF0000;
                bra JOIN;
                LOW: bar.warp.sync 0x0000FFFF;
                JOIN:
                """;
        exchange(half, 32, 1).run(0, 0);
        race(exchange(half, 32, 16));
    }

    @Test
    void aThreadMayReadWhatItWrote() {
        exchange("", 64, 0).run(0, 0);
    }

    @Test
    void writingWhatAnotherWarpStillReadsIsARace() {
        String body = """
                st.shared.u32 [smem], 1;
                bar.sync 0;
                ld.shared.u32 %r5, [smem];
                WAIT
                setp.eq.u32 %p1, %r1, 0;
                @%p1 st.shared.u32 [smem], 2;
                """;
        String oneWrites = "setp.eq.u32 %p2, %r1, 0;\n@%p2 " + body;
        race(new TestKernel(oneWrites.replace("WAIT", "")).threads(64));
        race(new TestKernel(oneWrites.replace("WAIT", "")).threads(2));
        new TestKernel(oneWrites.replace("WAIT", "bar.sync 0;")).threads(64).run(0, 0);
    }

    @Test
    void aReadIsRememberedWhenTheWritersOwnWarpReadsLater() {
        race(new TestKernel("""
                        setp.eq.u32 %p1, %r1, 0;
                        setp.eq.u32 %p2, %r1, 32;
                        @%p1 st.shared.u32 [smem], 1;
                        bar.sync 0;
                        @%p1 ld.shared.u32 %r5, [smem];
                        @%p2 ld.shared.u32 %r5, [smem];
                        @%p2 st.shared.u32 [smem], 2;
                        """).threads(64));
    }

    @Test
    void twoWritesOfOneWordAreARaceEvenOfEqualValues() {
        race(new TestKernel("st.shared.u32 [smem], 1;").threads(2));
        race(new TestKernel("and.b32 %r4, %r1, 31; setp.eq.u32 %p1, %r4, 0; @%p1 st.shared.u32 [smem], 1;")
                .threads(64));
    }

    @Test
    void neighbouringHalvesOfAWordAreNoRace() {
        TestKernel kernel = new TestKernel("""
                shl.b32 %r4, %r1, 1;
                add.u32 %r4, %r4, %r3;
                cvt.u16.u32 %rs1, %r1;
                st.shared.u16 [%r4], %rs1;
                ld.shared.u16 %rs2, [%r4];
                """);
        kernel.run(0, 0);
    }

    @Test
    void halvesAreCheckedAgainstEarlierWords() {
        TestKernel kernel = new TestKernel("""
                shl.b32 %r4, %r1, 2;
                add.u32 %r4, %r4, %r3;
                st.shared.u32 [%r4], %r1;
                xor.b32 %r5, %r4, 6;
                ld.shared.u16 %rs2, [%r5];
                """);
        race(kernel);
    }

    @Test
    void atomicsDoNotRaceWithEachOtherButWithReads() {
        String add = """
                setp.eq.u32 %p1, %r1, 0;
                @%p1 st.shared.u32 [smem], 0;
                bar.sync 0;
                red.shared.add.u32 [smem], 1;
                """;
        String read = "ld.shared.u32 %r4, [smem]; st.global.u32 [%rd1], %r4;";
        race(new TestKernel(add + read).threads(64));
        TestKernel kernel = new TestKernel(add + "bar.sync 0;" + read).threads(64);
        long count = kernel.empty("count", 4);
        kernel.run(count, 0);
        assertThat(kernel.words(count, 1)[0]).isEqualTo(64);
    }

    @Test
    void theMessageNamesBothThreads() {
        DeviceFault fault = exchange("", 64, 32).fault(DeviceFault.Kind.SHARED_RACE, 0, 0);
        assertThat(fault).hasMessageContaining("by thread 32 ").hasMessageContaining("read by thread 0");
    }
}
