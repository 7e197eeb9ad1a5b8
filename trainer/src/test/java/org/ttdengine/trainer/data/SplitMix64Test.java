package org.ttdengine.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SplitMix64Test {
    @Test
    void followsThePublishedSequence() {
        // Vigna's splitmix64.c for the seed 1234567.
        SplitMix64 random = new SplitMix64(1234567);
        assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("6457827717110365317");
        assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("3203168211198807973");
        assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("9817491932198370423");
        assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("4593380528125082431");
        assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("16408922859458223821");
    }

    @Test
    void mixedCountersOfNeighbouringSeedsAreAllDifferent() {
        Set<Long> seen = new HashSet<>();
        for (long seed = -20; seed < 20; seed++) {
            for (long counter = 0; counter < 500; counter++) {
                assertThat(seen.add(SplitMix64.mix(seed, counter))).isTrue();
            }
        }
    }

    @Test
    void aFlippedBitOfTheCounterFlipsHalfOfTheResult() {
        double flipped = 0;
        for (int bit = 0; bit < 64; bit++) {
            for (long counter = 0; counter < 50; counter++) {
                flipped += Long.bitCount(SplitMix64.mix(5, counter) ^ SplitMix64.mix(5, counter ^ 1L << bit));
            }
        }
        assertThat(flipped / (64 * 50)).isCloseTo(32, within(0.5));
    }

    @Test
    void numbersBelowABoundComeEquallyOften() {
        SplitMix64 random = new SplitMix64(3);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++) {
            counts[random.nextInt(7)]++;
        }
        // Five standard deviations of a binomial with n = 70000 and p = 1/7.
        for (int count : counts) {
            assertThat(count).isBetween(10_000 - 463, 10_000 + 463);
        }
    }

    @Test
    void aBoundBelowOneIsRefused() {
        assertThatThrownBy(() -> new SplitMix64(0).nextInt(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
