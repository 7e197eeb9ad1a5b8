package org.ttdengine.emulator.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ttdengine.emulator.machine.MachineOptions.Schedule;

class SchedulingTest {
    /** Without racecheck: these programs show what a race does. */
    private static final MachineOptions LOOSE =
            new MachineOptions(Schedule.FORWARD, 1, 1, false, true, false, false, true, 1_000_000);

    private static final String STORE = "\nadd.s64 %d2, %out, %tid4;\nst.global.u32 [%d2], %r0;";

    private static int[] run(String body, int threads, MachineOptions options) {
        TestDevice device = new TestDevice(TestDevice.entry(body), options);
        long out = device.upload(new int[threads]);
        device.launch("test", Dim3.of(1), Dim3.of(threads), 0, out, out);
        return device.ints(out, threads);
    }

    private static void assertFault(ThrowingCallable program, DeviceFault.Kind kind, String text) {
        assertThatThrownBy(program)
                .isInstanceOfSatisfying(
                        DeviceFault.class, fault -> assertThat(fault.kind()).isEqualTo(kind))
                .hasMessageContaining(text);
    }

    /** Thread t goes t times round a loop, even ones through another body: the Collatz-like sum differs for all. */
    @ParameterizedTest
    @EnumSource
    void lanesThatLoopDifferentlyOftenMeetAgain(Schedule schedule) {
        String body = "mov.u32 %r0, 0;\nmov.u32 %r1, 0;\n"
                + "LOOP:\nsetp.ge.u32 %p1, %r1, %tid;\n@%p1 bra DONE;\n"
                + "and.b32 %r2, %r1, 1;\nsetp.eq.s32 %p2, %r2, 0;\n@%p2 bra EVEN;\n"
                + "add.s32 %r0, %r0, 100;\nbra NEXT;\nEVEN:\nadd.s32 %r0, %r0, 1;\n"
                + "NEXT:\nadd.s32 %r1, %r1, 1;\nbra LOOP;\n"
                + "DONE:\nvote.sync.ballot.b32 %r3, %p1, -1;\nsetp.ne.s32 %p3, %r3, -1;\n@%p3 mov.u32 %r0, -1;" + STORE;
        int[] result = run(body, 64, LOOSE.withSchedule(schedule, 5));
        for (int t = 0; t < 64; t++) {
            assertThat(result[t]).isEqualTo((t + 1) / 2 + t / 2 * 100);
        }
    }

    @Test
    void divergentBranchesAreCounted() {
        String body = "mov.u32 %r0, 0;\nsetp.lt.u32 %p1, %tid, 40;\n@%p1 bra LOW;\nadd.s32 %r0, %r0, 1;\nLOW:" + STORE;
        TestDevice device = new TestDevice(TestDevice.entry(body), LOOSE);
        long out = device.upload(new int[96]);
        LaunchCounters counters = device.launch("test", Dim3.of(1), Dim3.of(96), 0, out, out);
        assertThat(counters.divergentBranches).isEqualTo(1);
    }

    private static String neighbour(String barrier) {
        return ".shared .align 4 .b8 s[512];\nmov.u32 %r4, s;\nshl.b32 %r5, %tid, 2;\nadd.s32 %r6, %r4, %r5;\n"
                + "st.shared.u32 [%r6], 0;\nbar.sync 0;\nst.shared.u32 [%r6], %tid;\n" + barrier
                + "\nxor.b32 %r7, %r5, 256;\nadd.s32 %r7, %r4, %r7;\nld.shared.u32 %r0, [%r7];" + STORE;
    }

    @ParameterizedTest
    @EnumSource
    void aBarrierMakesSharedValuesVisibleUnderEverySchedule(Schedule schedule) {
        int[] result = run(neighbour("bar.sync 0;"), 128, LOOSE.withSchedule(schedule, 9));
        for (int t = 0; t < 128; t++) {
            assertThat(result[t]).isEqualTo(t ^ 64);
        }
    }

    /** Threads 64 to 127 read what threads 0 to 63 wrote: right only if those ran first, as they do in the forward schedule. */
    @Test
    void aMissingBarrierPassesForwardsAndFailsInReverseAndAtRandom() {
        String body = ".shared .align 4 .b8 s[512];\nmov.u32 %r4, s;\nshl.b32 %r5, %tid, 2;\nadd.s32 %r6, %r4, %r5;\n"
                + "st.shared.u32 [%r6], 0;\nbar.sync 0;\nadd.s32 %r1, %tid, 1;\nst.shared.u32 [%r6], %r1;\n"
                + "mov.u32 %r0, 1;\nsetp.lt.u32 %p1, %tid, 64;\n@%p1 bra OUT;\nld.shared.u32 %r0, [%r6+-256];\nOUT:"
                + STORE;
        assertThat(run(body, 128, LOOSE)).doesNotContain(0);
        assertThat(run(body, 128, LOOSE.withSchedule(Schedule.REVERSE, 1))).contains(0);
        assertThat(run(body, 128, LOOSE.withSchedule(Schedule.RANDOM, 1))).contains(0);
    }

    @Test
    void threadsThatSkipTheBarrierAreNamed() {
        String skip = "mov.u32 %r0, 1;\nsetp.lt.u32 %p1, %tid, 16;\n@%p1 bra SKIP;\nbar.sync 0;\nSKIP:" + STORE;
        assertFault(() -> run(skip, 32, LOOSE), DeviceFault.Kind.BARRIER_DIVERGENCE, "thread (0,0,0) has ended");
    }

    @Test
    void aBarrierInBothBranchesIsDivergent() {
        String both =
                "mov.u32 %r0, 1;\nsetp.lt.u32 %p1, %tid, 16;\n@%p1 bra LOW;\nbar.sync 0;\nbra JOIN;\nLOW:\nbar.sync 0;\nJOIN:"
                        + STORE;
        assertFault(() -> run(both, 32, LOOSE), DeviceFault.Kind.BARRIER_DIVERGENCE, "not all at the barrier");
    }

    @Test
    void warpsAtDifferentBarriersWaitForEver() {
        String apart =
                "mov.u32 %r0, 1;\nsetp.lt.u32 %p1, %tid, 32;\n@%p1 bra LOW;\nbar.sync 1;\nbra JOIN;\nLOW:\nbar.sync 2;\nJOIN:"
                        + STORE;
        assertFault(() -> run(apart, 64, LOOSE), DeviceFault.Kind.BARRIER_DIVERGENCE, "wait for ever");
    }

    @Test
    void anEndedLaneInAMemberMaskIsNamed() {
        String gone = "setp.lt.u32 %p1, %tid, 8;\n@%p1 exit;\nshfl.sync.bfly.b32 %r0, %tid, 1, 31, -1;" + STORE;
        assertFault(() -> run(gone, 32, LOOSE), DeviceFault.Kind.BARRIER_DIVERGENCE, "lane 0 of member mask ffffffff");
    }

    @Test
    void aLaneOutsideItsMemberMaskIsNamed() {
        String outside = "shfl.sync.bfly.b32 %r0, %tid, 1, 31, 0xFF;" + STORE;
        assertFault(() -> run(outside, 32, LOOSE), DeviceFault.Kind.BARRIER_DIVERGENCE, "not in its member mask");
    }

    @Test
    void anEndlessLoopTimesOut() {
        assertFault(() -> run("LOOP:\nbra LOOP;", 32, LOOSE), DeviceFault.Kind.TIMEOUT, "PTX line");
    }

    @Test
    void trapStopsTheLaunch() {
        assertFault(
                () -> run("setp.eq.u32 %p1, %tid, 7;\n@%p1 trap;", 32, LOOSE), DeviceFault.Kind.TRAP, "thread (7,0,0)");
    }

    @Test
    void barriersWithACountLetPartOfTheBlockMeet() {
        String body =
                ".shared .align 4 .b8 s[512];\nmov.u32 %r4, s;\nmov.u32 %r0, 5;\nsetp.ge.u32 %p1, %tid, 64;\n@%p1 bra OUT;\n"
                        + "shl.b32 %r5, %tid, 2;\nadd.s32 %r6, %r4, %r5;\nst.shared.u32 [%r6], %tid;\nbar.sync 3, 64;\n"
                        + "xor.b32 %r7, %r5, 128;\nadd.s32 %r7, %r4, %r7;\nld.shared.u32 %r0, [%r7];\nOUT:" + STORE;
        for (Schedule schedule : Schedule.values()) {
            int[] result = run(body, 128, LOOSE.withSchedule(schedule, 2));
            for (int t = 0; t < 128; t++) {
                assertThat(result[t]).isEqualTo(t < 64 ? t ^ 32 : 5);
            }
        }
    }

    @Test
    void barriersReducePredicates() {
        String body = "setp.lt.u32 %p1, %tid, 37;\nbar.red.popc.u32 %r0, 0, %p1;\nbar.red.and.pred %p2, 0, %p1;\n"
                + "bar.red.or.pred %p3, 0, %p1;\n@%p2 add.s32 %r0, %r0, 1000;\n@%p3 add.s32 %r0, %r0, 100;" + STORE;
        assertThat(run(body, 96, LOOSE)).containsOnly(137);
    }

    /** Lanes 16 to 31 come to the shuffle by another way; it waits for them. */
    @ParameterizedTest
    @EnumSource
    void aShuffleWaitsForLanesOnAnotherPath(Schedule schedule) {
        String body = "mov.u32 %r1, %tid;\nsetp.lt.u32 %p1, %tid, 16;\n@%p1 bra JOIN;\nadd.s32 %r1, %r1, 100;\nJOIN:\n"
                + "shfl.sync.bfly.b32 %r0, %r1, 16, 31, -1;" + STORE;
        int[] result = run(body, 32, LOOSE.withSchedule(schedule, 8));
        for (int t = 0; t < 32; t++) {
            assertThat(result[t]).isEqualTo(t < 16 ? t + 116 : t - 16);
        }
    }

    @Test
    void resultsAndCountersDoNotDependOnTheNumberOfWorkers() {
        String body = "mov.u32 %r1, %ctaid.x;\nmov.u32 %r2, %ntid.x;\nmad.lo.s32 %r3, %r1, %r2, %tid;\n"
                + "mul.lo.s32 %r0, %r3, 2654435761;\nmad.wide.u32 %d1, %r3, 4, %out;\nst.global.u32 [%d1], %r0;";
        for (Schedule schedule : Schedule.values()) {
            for (int workers = 1; workers <= 3; workers++) {
                TestDevice device = new TestDevice(
                        TestDevice.entry(body), LOOSE.withSchedule(schedule, 4).withWorkers(workers));
                long out = device.upload(new int[64 * 41]);
                LaunchCounters counters = device.launch("test", Dim3.of(41), Dim3.of(64), 0, out, out);
                int[] result = device.ints(out, 64 * 41);
                for (int i = 0; i < result.length; i++) {
                    assertThat(result[i]).isEqualTo(i * (int) 2654435761L);
                }
                assertThat(counters.byOpcode).containsEntry("mul.lo.s32", 82L);
            }
        }
    }

    @Test
    void launchesThatCannotBeAreRefused() {
        TestDevice device = new TestDevice(TestDevice.resource("vadd.ptx"), LOOSE);
        assertFault(
                () -> device.launch("vadd", Dim3.of(1), Dim3.of(512), 0, 0L, 0L, 0L, 0),
                DeviceFault.Kind.LAUNCH_CONFIGURATION,
                "512 threads");
        assertFault(
                () -> device.launch("vadd", Dim3.of(1), Dim3.of(32), 1 << 20, 0L, 0L, 0L, 0),
                DeviceFault.Kind.LAUNCH_CONFIGURATION,
                "shared memory");
    }
}
