package org.ttdengine.trainer.data.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class GeometryTest {
    @Test
    void coverIsTheMeanOfStripesOverTheInterval() {
        for (double t = -2.3; t < 2; t += 0.37) {
            for (double width : new double[] {0.01, 0.3, 1, 2.7}) {
                double sum = 0;
                int samples = 2000;
                for (int i = 0; i < samples; i++) {
                    sum += Geometry.stripe(t + ((i + 0.5) / samples - 0.5) * width, 1, 0.3) ? 1 : 0;
                }
                // Each of at most seven edges is misjudged by less than one sample.
                assertThat(Geometry.cover(t, width, 0.3)).isCloseTo(sum / samples, within(7.0 / samples));
            }
        }
    }

    @Test
    void aTriangleIsTheSameInEitherOrderOfItsCorners() {
        assertThat(Geometry.triangle(0.2, 0.2, 0, 0, 1, 0, 0, 1)).isTrue();
        assertThat(Geometry.triangle(0.2, 0.2, 0, 0, 0, 1, 1, 0)).isTrue();
        assertThat(Geometry.triangle(0.6, 0.6, 0, 0, 1, 0, 0, 1)).isFalse();
        assertThat(Geometry.triangle(-0.1, 0.2, 0, 0, 0, 1, 1, 0)).isFalse();
    }

    @Test
    void dotsAreAsFrequentAsTheirArea() {
        int inside = 0;
        int samples = 200;
        for (int i = 0; i < samples * samples; i++) {
            inside += Geometry.dots(i % samples * 0.0173 - 2, i / samples * 0.0173 - 2, 0.4, 0.1) ? 1 : 0;
        }
        assertThat((double) inside / (samples * samples)).isCloseTo(Math.PI * 0.01 / 0.16, within(0.01));
    }
}
