package org.ttdengine.emulator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** Expected counts are worked out by hand from sectors of 32 bytes. */
class SectorCounterTest {
    private static final int ALL = -1;
    private final SectorCounter counter = new SectorCounter();

    private int[] count(int bytes, int mask, IntUnaryOperator offsetOfLane) {
        int[] offsets = new int[32];
        for (int lane = 0; lane < 32; lane++) {
            offsets[lane] = offsetOfLane.applyAsInt(lane);
        }
        counter.count(offsets, mask, bytes);
        return new int[] {counter.sectors, counter.minimum};
    }

    @Test
    void coalescedWordsFillFourSectors() {
        assertThat(count(4, ALL, lane -> 4 * lane)).containsExactly(4, 4);
    }

    @Test
    void aShiftOfOneWordTouchesAFifthSector() {
        assertThat(count(4, ALL, lane -> 4 * lane + 4)).containsExactly(5, 4);
    }

    @Test
    void everySecondWordTouchesTwiceTheMinimum() {
        assertThat(count(4, ALL, lane -> 8 * lane)).containsExactly(8, 4);
    }

    @Test
    void aColumnTouchesASectorPerLane() {
        assertThat(count(4, ALL, lane -> 4096 * lane)).containsExactly(32, 4);
    }

    @Test
    void aBroadcastTouchesOne() {
        assertThat(count(4, ALL, lane -> 64)).containsExactly(1, 1);
    }

    @Test
    void orderOfLanesDoesNotMatter() {
        assertThat(count(4, ALL, lane -> 4 * (lane ^ 21))).containsExactly(4, 4);
        assertThat(count(4, ALL, lane -> lane % 2 * 4096)).containsExactly(2, 1);
    }

    @Test
    void vectorsOfSixteenBytesFillSixteenSectors() {
        assertThat(count(16, ALL, lane -> 16 * lane)).containsExactly(16, 16);
        assertThat(count(16, 0x55555555, lane -> 16 * lane))
                .as("every second lane")
                .containsExactly(16, 8);
    }

    @Test
    void halvesFillTwoSectors() {
        assertThat(count(2, ALL, lane -> 2 * lane)).containsExactly(2, 2);
    }
}
