package org.ttdengine.emulator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WarpClockTest {
    private final WarpClock clock = new WarpClock();

    @Test
    void nothingIsOrderedWithoutABarrier() {
        assertThat(clock.ordered(0, clock.time(), 2)).isFalse();
    }

    @Test
    void aBarrierOfTheWholeWarpOrdersAllLanes() {
        int before = clock.time();
        clock.synchronise(-1);
        assertThat(clock.ordered(5, before, -1)).isTrue();
        assertThat(clock.ordered(5, clock.time(), 1)).as("later accesses").isFalse();
    }

    @Test
    void aBarrierOfSomeLanesOrdersThoseOnly() {
        int before = clock.time();
        clock.synchronise(0xF);
        assertThat(clock.ordered(0, before, 0b1110)).isTrue();
        assertThat(clock.ordered(0, before, 0b1_0000)).isFalse();
        assertThat(clock.ordered(4, before, 0b1)).isFalse();
        assertThat(clock.allOrderedSince(before)).isFalse();
    }
}
