package org.ttdengine.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutMaskTest {
    private static final int SAMPLE = 200_000;
    private static final long SEED = 20261122;

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.1, 0.5, 0.9})
    void elementsAreDroppedWithTheirProbabilityAndTheRestScaledUp(double p) {
        int kept = 0;
        for (int i = 0; i < SAMPLE; i++) {
            double factor = DropoutMask.factor(p, SEED, i);
            assertThat(factor).isIn(0.0, 1 / (1 - p));
            kept += factor > 0 ? 1 : 0;
        }
        assertThat(kept / (double) SAMPLE).isCloseTo(1 - p, fourDeviations(p));
    }

    @Test
    void neighbouringElementsAreIndependent() {
        assertThat(bothKept(SEED, SEED, 1)).isCloseTo(0.25, fourDeviations(0.25));
        assertThat(bothKept(SEED, SEED, 768)).isCloseTo(0.25, fourDeviations(0.25));
    }

    @Test
    void masksOfNeighbouringSeedsAreIndependent() {
        assertThat(bothKept(SEED, SEED + 1, 0)).isCloseTo(0.25, fourDeviations(0.25));
        assertThat(bothKept(0, 1, 0)).isCloseTo(0.25, fourDeviations(0.25));
    }

    /** How often element i of one mask and element i + shift of another are both kept, at a probability of one half. */
    private static double bothKept(long seed, long other, int shift) {
        int count = 0;
        for (int i = 0; i < SAMPLE; i++) {
            boolean both = DropoutMask.factor(0.5, seed, i) > 0 && DropoutMask.factor(0.5, other, i + shift) > 0;
            count += both ? 1 : 0;
        }
        return count / (double) SAMPLE;
    }

    private static Offset<Double> fourDeviations(double p) {
        return Offset.offset(4 * Math.sqrt(p * (1 - p) / SAMPLE));
    }

    @Test
    void aProbabilityOfZeroKeepsEverythingAsItIs() {
        for (int i = 0; i < 1000; i++) {
            assertThat(DropoutMask.factor(0, SEED, i)).isEqualTo(1);
        }
    }

    @Test
    void theHashIsSplitMix64s() {
        long gamma = 0x9E3779B97F4A7C15L;
        assertThat(DropoutMask.mix(gamma)).isEqualTo(0xE220A8397B1DCDAFL);
        assertThat(DropoutMask.mix(2 * gamma)).isEqualTo(0x6E789E6AA1B965F4L);
    }
}
