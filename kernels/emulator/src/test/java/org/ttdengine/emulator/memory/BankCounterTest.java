package org.ttdengine.emulator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** Expected counts are worked out by hand from 32 banks of 4 bytes. */
class BankCounterTest {
    private static final int ALL = -1;
    private final BankCounter counter = new BankCounter();

    private int conflicts(int bytes, int mask, IntUnaryOperator offsetOfLane) {
        int[] offsets = new int[32];
        for (int lane = 0; lane < 32; lane++) {
            offsets[lane] = offsetOfLane.applyAsInt(lane);
        }
        return counter.conflicts(offsets, mask, bytes);
    }

    @Test
    void neighbouringWordsNeedOneWavefront() {
        assertThat(conflicts(4, ALL, lane -> 4 * lane)).isZero();
        assertThat(conflicts(4, ALL, lane -> 4 * (31 - lane))).isZero();
    }

    @Test
    void oneWordForAllLanesIsABroadcast() {
        assertThat(conflicts(4, ALL, lane -> 128)).isZero();
    }

    @Test
    void strideTwoUsesHalfTheBanks() {
        assertThat(conflicts(4, ALL, lane -> 8 * lane)).isEqualTo(1);
    }

    @Test
    void strideThirtyTwoUsesOneBank() {
        assertThat(conflicts(4, ALL, lane -> 128 * lane)).isEqualTo(31);
        assertThat(conflicts(4, 0xFF, lane -> 128 * lane)).as("eight lanes").isEqualTo(7);
    }

    @Test
    void aPaddedColumnHasNoConflict() {
        assertThat(conflicts(4, ALL, lane -> 4 * 33 * lane)).isZero();
    }

    @Test
    void halvesOfOneWordAreShared() {
        assertThat(conflicts(2, ALL, lane -> 2 * lane)).isZero();
        assertThat(conflicts(2, ALL, lane -> 2 * 64 * lane)).isEqualTo(31);
    }

    @Test
    void eightByteAccessesGoByHalfWarps() {
        assertThat(conflicts(8, ALL, lane -> 8 * lane)).isZero();
        assertThat(conflicts(8, ALL, lane -> 16 * lane))
                .as("2 + 2 wavefronts for 1 + 1")
                .isEqualTo(2);
        assertThat(conflicts(8, 0xFFFF, lane -> 16 * lane))
                .as("second half idle")
                .isEqualTo(1);
    }

    @Test
    void sixteenByteAccessesGoByQuarterWarps() {
        assertThat(conflicts(16, ALL, lane -> 16 * lane)).isZero();
        assertThat(conflicts(16, ALL, lane -> 32 * lane))
                .as("every quarter needs 2")
                .isEqualTo(4);
        assertThat(conflicts(16, ALL, lane -> 128 * lane))
                .as("every quarter needs 8")
                .isEqualTo(28);
    }

    @Test
    void anExclusiveOrSwizzleFreesRowsOfSixteenBytes() {
        // tile of rows of 64 bytes (4 chunks): plain, 8 successive rows hit the same 16 banks 4 times
        assertThat(conflicts(16, 0xFF, lane -> 64 * lane)).isEqualTo(3);
        assertThat(conflicts(16, 0xFF, lane -> 64 * lane + 16 * ((lane >> 1) & 3)))
                .isZero();
    }
}
