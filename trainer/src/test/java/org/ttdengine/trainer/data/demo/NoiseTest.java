package org.ttdengine.trainer.data.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NoiseTest {
    @Test
    void smoothNoiseHasNoSteps() {
        Noise noise = new Noise(4);
        double least = 1;
        double most = 0;
        for (double x = -20; x < 20; x += 0.01) {
            double value = noise.smooth(x, 0.3 * x);
            assertThat(noise.smooth(x + 0.01, 0.3 * x)).isCloseTo(value, within(0.016));
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        assertThat(least).isBetween(0.0, 0.2);
        assertThat(most).isBetween(0.8, 1.0);
    }

    @Test
    void aCellIsOfOneValueAndSeedsDiffer() {
        assertThat(new Noise(1).cell(3.1, -2.9)).isEqualTo(new Noise(1).cell(3.9, -2.1));
        assertThat(new Noise(1).cell(3.1, -2.9)).isNotEqualTo(new Noise(2).cell(3.1, -2.9));
        assertThat(new Noise(1).cell(3.1, -2.9)).isNotEqualTo(new Noise(1).cell(-2.9, 3.1));
    }
}
