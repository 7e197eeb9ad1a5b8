package org.ttdengine.trainer.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ThresholdSweepTest {
    private static final Mask LEFT = new Mask(2, 2, new boolean[] {true, false, true, false});

    @Test
    void aPixelIsMarkedIfItsValueIsGreaterThanTheThreshold() {
        ThresholdSweep sweep = new ThresholdSweep(0.5, 0.25, 0.75);
        sweep.add(new float[] {0.5f, 0.25f, 0.75f, 0}, LEFT);
        SweepResult result = sweep.result();
        assertThat(result.points()).extracting(SweepResult.Point::threshold).containsExactly(0.25, 0.5, 0.75);
        assertThat(result.at(0.25).readings().perCaption()).isEqualTo(new MaskScores(1, 0, 0));
        assertThat(result.at(0.5).readings().perCaption()).isEqualTo(new MaskScores(0.5, 0, 0.5));
        assertThat(result.at(0.75).readings().perCaption()).isEqualTo(new MaskScores(0, 0, 1));
    }

    @Test
    void theBestThresholdIsTheLowestOfThoseWithTheLargestScore() {
        ThresholdSweep sweep = new ThresholdSweep(0.1, 0.3, 0.4, 0.9);
        sweep.add(new float[] {0.8f, 0.2f, 0.8f, 0.2f}, LEFT);
        assertThat(sweep.result().best().threshold()).isEqualTo(0.3);
    }

    @Test
    void anotherThresholdThanThoseTriedIsRefused() {
        SweepResult result = new ThresholdSweep(0.1, 0.3).result();
        assertThatThrownBy(() -> result.at(0.2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("0.2 is none of the thresholds tried");
    }

    @Test
    void everyThresholdAgreesWithAMaskCutAtIt() {
        Random random = new Random(6);
        double[] thresholds = {0, 0.1, 0.2, 0.5, 0.7, 1};
        ThresholdSweep sweep = new ThresholdSweep(thresholds);
        MaskTally[] expected = new MaskTally[thresholds.length];
        for (int k = 0; k < thresholds.length; k++) {
            expected[k] = new MaskTally();
        }
        for (int caption = 0; caption < 20; caption++) {
            float[] map = new float[35];
            boolean[] truth = new boolean[35];
            for (int i = 0; i < map.length; i++) {
                map[i] = random.nextInt(11) / 10f;
                truth[i] = random.nextBoolean();
            }
            sweep.add(map, new Mask(7, 5, truth));
            for (int k = 0; k < thresholds.length; k++) {
                expected[k].add(cut(map, truth, thresholds[k]));
            }
        }
        for (int k = 0; k < thresholds.length; k++) {
            assertThat(sweep.result().at(thresholds[k]).readings()).isEqualTo(expected[k].readings());
        }
    }

    private static MaskCounts cut(float[] map, boolean[] truth, double threshold) {
        MaskCounts counts = MaskCounts.NONE;
        for (int i = 0; i < map.length; i++) {
            boolean marked = map[i] > threshold;
            counts = counts.plus(new MaskCounts(marked && truth[i] ? 1 : 0, marked ? 1 : 0, truth[i] ? 1 : 0, 1));
        }
        return counts;
    }
}
