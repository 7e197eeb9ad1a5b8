package org.ttdengine.emulator.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class WarpDecoderTest {

    /** Runs statements in one warp; thread t reads in[t] as %r1 and stores %r0. */
    private static int[] warp(String statements, IntUnaryOperator input) {
        String body = "add.s64 %d1, %in, %tid4;\nld.global.u32 %r1, [%d1];\n" + statements
                + "\nadd.s64 %d2, %out, %tid4;\nst.global.u32 [%d2], %r0;";
        TestDevice device = new TestDevice(TestDevice.entry(body), MachineOptions.checked());
        int[] in = new int[32];
        for (int i = 0; i < 32; i++) {
            in[i] = input.applyAsInt(i);
        }
        long out = device.upload(new int[32]);
        device.launch("test", Dim3.of(1), Dim3.of(32), 0, out, device.upload(in));
        return device.ints(out, 32);
    }

    private static void checkShuffle(String mode, int b, int c, IntBinaryOperator expected) {
        int[] result = warp(
                "shfl.sync." + mode + ".b32 %r2|%p1, %r1, " + b + ", " + c + ", -1;\n"
                        + "selp.u32 %r3, 1000, 0, %p1;\nadd.s32 %r0, %r2, %r3;",
                i -> i);
        for (int lane = 0; lane < 32; lane++) {
            int source = expected.applyAsInt(lane, b);
            assertThat(result[lane]).as("%s lane %d", mode, lane).isEqualTo(source >= 0 ? 1000 + source : lane);
        }
    }

    /** Bounds as CUDA's intrinsics make them: width w gives segment mask 32 - w, clamp 31 (0 for up). */
    @Test
    void shufflesReadOtherLanesWithinTheirSegment() {
        checkShuffle("bfly", 5, 0x1F, (lane, b) -> lane ^ b);
        checkShuffle("down", 3, 0x1F, (lane, b) -> lane + b < 32 ? lane + b : -1);
        checkShuffle("up", 3, 0, (lane, b) -> lane - b >= 0 ? lane - b : -1);
        checkShuffle("idx", 9, 0x1F, (lane, b) -> b);
        checkShuffle("down", 3, 0x181F, (lane, b) -> lane % 8 + b < 8 ? lane + b : -1);
        checkShuffle("up", 3, 0x1800, (lane, b) -> lane % 8 - b >= 0 ? lane - b : -1);
        checkShuffle("bfly", 4, 0x181F, (lane, b) -> lane ^ b);
        checkShuffle("idx", 9, 0x181F, (lane, b) -> lane / 8 * 8 + b % 8);
    }

    @Test
    void aTreeOfShufflesSumsTheWarp() {
        StringBuilder body = new StringBuilder("mov.u32 %r0, %r1;\n");
        for (int step = 16; step > 0; step /= 2) {
            body.append("shfl.sync.bfly.b32 %r2, %r0, ").append(step).append(", 31, -1;\nadd.s32 %r0, %r0, %r2;\n");
        }
        assertThat(warp(body.toString(), i -> i * i)).containsOnly(10416);
    }

    @Test
    void votesSeeAllMembers() {
        String odd = "and.b32 %r2, %r1, 1;\nsetp.ne.s32 %p1, %r2, 0;\n";
        assertThat(warp(odd + "vote.sync.ballot.b32 %r0, %p1, -1;", i -> i)).containsOnly(0xAAAA_AAAA);
        assertThat(warp(odd + "vote.sync.ballot.b32 %r0, !%p1, -1;", i -> i)).containsOnly(0x5555_5555);
        assertThat(warp(odd + "vote.sync.any.pred %p2, %p1, -1;\nselp.u32 %r0, 1, 0, %p2;", i -> i))
                .containsOnly(1);
        assertThat(warp(odd + "vote.sync.all.pred %p2, %p1, -1;\nselp.u32 %r0, 1, 0, %p2;", i -> i))
                .containsOnly(0);
        assertThat(warp(odd + "vote.sync.uni.pred %p2, %p1, -1;\nselp.u32 %r0, 1, 0, %p2;", i -> 2 * i))
                .containsOnly(1);
    }

    @Test
    void halvesOfAWarpVoteApartWhenTheirMasksSaySo() {
        int[] result = warp(
                "mov.u32 %r2, 0xFFFF;\nsetp.ge.u32 %p1, %tid, 16;\n@%p1 mov.u32 %r2, 0xFFFF0000;\n"
                        + "setp.gt.s32 %p2, %r1, 20;\nvote.sync.ballot.b32 %r0, %p2, %r2;",
                i -> i);
        for (int lane = 0; lane < 32; lane++) {
            assertThat(result[lane]).isEqualTo(lane < 16 ? 0 : 0xFFE0_0000);
        }
    }

    @Test
    void reductionsCombineAllMembers() {
        assertThat(warp("redux.sync.add.s32 %r0, %r1, -1;", i -> i)).containsOnly(496);
        assertThat(warp("redux.sync.min.s32 %r0, %r1, -1;", i -> i - 9)).containsOnly(-9);
        assertThat(warp("redux.sync.max.u32 %r0, %r1, -1;", i -> i - 9)).containsOnly(-1);
        assertThat(warp("redux.sync.xor.b32 %r0, %r1, -1;", i -> 1 << i)).containsOnly(-1);
    }

    @Test
    void matchFindsLanesWithTheSameValue() {
        int[] result = warp("match.any.sync.b32 %r0, %r1, -1;", i -> i % 4);
        for (int lane = 0; lane < 32; lane++) {
            assertThat(result[lane]).isEqualTo(0x1111_1111 << lane % 4);
        }
        assertThat(warp("match.all.sync.b32 %r0, %r1, -1;", i -> 3)).containsOnly(-1);
    }

    @Test
    void specialRegistersNameTheLane() {
        assertThat(warp("mov.u32 %r0, %laneid;", i -> 0)).startsWith(0, 1, 2).endsWith(30, 31);
        assertThat(warp("mov.u32 %r0, %lanemask_lt;", i -> 0))
                .startsWith(0, 1, 3)
                .endsWith(0x3FFF_FFFF, 0x7FFF_FFFF);
        assertThat(warp("activemask.b32 %r0;", i -> 0)).containsOnly(-1);
    }
}
