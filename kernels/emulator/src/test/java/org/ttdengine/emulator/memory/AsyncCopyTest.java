package org.ttdengine.emulator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.MachineOptions;

class AsyncCopyTest {
    private static final String ADDRESSES = """
            shl.b32 %r4, %r1, 4;
            cvt.u64.u32 %rd3, %r4;
            add.u32 %r4, %r4, %r3;
            add.s64 %rd4, %rd1, %rd3;
            add.s64 %rd5, %rd2, %rd3;
            """;
    private static final String COPY = "cp.async.cg.shared.global [%r4], [%rd4], 16;\n";
    private static final String BACK = """
            ld.shared.v4.u32 {%r10, %r11, %r12, %r13}, [%r4];
            st.global.v4.u32 [%rd5], {%r10, %r11, %r12, %r13};
            """;

    private static int[] counting(int count) {
        return IntStream.range(1, count + 1).toArray();
    }

    private static int[] run(TestKernel kernel) {
        long from = kernel.buffer("from", counting(128));
        long to = kernel.empty("to", 512);
        kernel.run(from, to);
        return kernel.words(to, 128);
    }

    @Test
    void theBytesAreThereAfterTheWait() {
        assertThat(run(new TestKernel(ADDRESSES + COPY + "cp.async.wait_all;\n" + BACK)))
                .isEqualTo(counting(128));
        assertThat(run(new TestKernel(ADDRESSES + COPY + "cp.async.commit_group;\ncp.async.wait_group 0;\n" + BACK)))
                .isEqualTo(counting(128));
    }

    @Test
    void withoutTheWaitTheReadIsAFault() {
        for (String wait : new String[] {
            "",
            "cp.async.commit_group;\n",
            "cp.async.commit_group;\ncp.async.wait_group 1;\n",
            "cp.async.wait_group 0;\n"
        }) {
            TestKernel kernel = new TestKernel(ADDRESSES + COPY + wait + BACK);
            long from = kernel.buffer("from", counting(128));
            DeviceFault fault = kernel.fault(DeviceFault.Kind.SHARED_RACE, from, kernel.empty("to", 512));
            assertThat(fault).hasMessageContaining("cp.async");
        }
    }

    @Test
    void uncheckedTheReadFindsPoison() {
        TestKernel kernel = new TestKernel(ADDRESSES + COPY + BACK).options(MachineOptions.fast());
        assertThat(run(kernel)).containsOnly(-1);
    }

    @Test
    void anotherThreadNeedsABarrierAfterTheWait() {
        String other = ADDRESSES + COPY + "cp.async.wait_all;\nWAIT\nxor.b32 %r4, %r4, 16;\n" + BACK;
        TestKernel racing = new TestKernel(other.replace("WAIT", ""));
        racing.fault(DeviceFault.Kind.SHARED_RACE, racing.buffer("from", counting(128)), racing.empty("to", 512));
        int[] swapped = run(new TestKernel(other.replace("WAIT", "bar.sync 0;")));
        assertThat(swapped).startsWith(5, 6, 7, 8, 1, 2, 3, 4);
    }

    @Test
    void groupsArriveInOrderAndOnlyTheOldest() {
        String two = ADDRESSES + """
                cp.async.cg.shared.global [%r4], [%rd4], 16;
                cp.async.commit_group;
                cp.async.cg.shared.global [%r4+512], [%rd4], 16;
                cp.async.commit_group;
                cp.async.wait_group 1;
                """;
        assertThat(run(new TestKernel(two + BACK))).isEqualTo(counting(128));
        TestKernel second = new TestKernel(two + "add.u32 %r4, %r4, 512;\n" + BACK);
        second.fault(DeviceFault.Kind.SHARED_RACE, second.buffer("from", counting(128)), second.empty("to", 512));
    }

    @Test
    void whatIsNotReadArrivesAsZeros() {
        String partly = ADDRESSES + """
                mov.u32 %r5, 8;
                cp.async.cg.shared.global [%r4], [%rd4], 16, %r5;
                cp.async.wait_all;
                """ + BACK;
        assertThat(run(new TestKernel(partly))).startsWith(1, 2, 0, 0, 5, 6, 0, 0);
    }

    @Test
    void withNothingToReadTheSourceMayBeAnywhere() {
        String none = ADDRESSES + """
                setp.lt.u32 %p1, %r1, 16;
                selp.u32 %r5, 16, 0, %p1;
                cp.async.cg.shared.global [%r4], [%rd4], 16, %r5;
                cp.async.wait_all;
                """ + BACK;
        TestKernel kernel = new TestKernel(none);
        long from = kernel.buffer("half", counting(64));
        long to = kernel.empty("to", 512);
        kernel.run(from, to);
        assertThat(kernel.words(to, 64)).isEqualTo(counting(64));
        assertThat(IntStream.of(kernel.words(to, 128)).skip(64)).containsOnly(0);
    }

    @Test
    void sourcesAreCheckedWhenTheCopyStarts() {
        TestKernel kernel = new TestKernel(ADDRESSES + COPY);
        kernel.fault(DeviceFault.Kind.ILLEGAL_ADDRESS, kernel.buffer("short", counting(127)), 0);
        TestKernel shifted = new TestKernel(ADDRESSES + "cp.async.cg.shared.global [%r4], [%rd4+4], 16;");
        shifted.fault(DeviceFault.Kind.MISALIGNED_ADDRESS, shifted.buffer("long", counting(256)), 0);
        TestKernel unread = new TestKernel(ADDRESSES + COPY);
        unread.fault(DeviceFault.Kind.UNINITIALISED_READ, unread.empty("poison", 512), 0);
    }

    @Test
    void targetsMustLieInSharedMemory() {
        TestKernel kernel = new TestKernel(ADDRESSES + COPY).shared(496);
        kernel.fault(DeviceFault.Kind.SHARED_OUT_OF_BOUNDS, kernel.buffer("from", counting(128)), 0);
    }

    @Test
    void overwritingAStageThatAnotherWarpStillReadsIsARace() {
        String body = ADDRESSES + """
                st.shared.u32 [%r4], 1;
                bar.sync 0;
                xor.b32 %r5, %r4, 512;
                ld.shared.u32 %r6, [%r5];
                WAIT
                cp.async.ca.shared.global [%r4], [%rd4], 4;
                """;
        TestKernel racing = new TestKernel(body.replace("WAIT", "")).threads(64);
        racing.fault(DeviceFault.Kind.SHARED_RACE, racing.buffer("from", counting(256)), 0);
        TestKernel ordered = new TestKernel(body.replace("WAIT", "bar.sync 0;")).threads(64);
        ordered.run(ordered.buffer("from", counting(256)), 0);
    }
}
