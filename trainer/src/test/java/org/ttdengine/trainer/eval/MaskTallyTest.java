package org.ttdengine.trainer.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MaskTallyTest {
    private static final Offset<Double> ROUNDING = Offset.offset(1e-12);

    private static void assertScores(MaskScores scores, double iou, double fpr, double fnr) {
        assertThat(scores.iou()).isEqualTo(iou, ROUNDING);
        assertThat(scores.fpr()).isEqualTo(fpr, ROUNDING);
        assertThat(scores.fnr()).isEqualTo(fnr, ROUNDING);
    }

    private static MaskReadings readings(MaskCounts... captions) {
        MaskTally tally = new MaskTally();
        for (MaskCounts caption : captions) {
            tally.add(caption);
        }
        return tally.readings();
    }

    @Test
    void theThreeReadingsOfTwoCaptions() {
        // 2 of 10 pixels in common, 3 marked, 4 true: union 5. Then 1, 6, 1 of 10: union 6.
        MaskReadings readings = readings(new MaskCounts(2, 3, 4, 10), new MaskCounts(1, 6, 1, 10));
        assertScores(readings.perCaption(), (2.0 / 5 + 1.0 / 6) / 2, (1.0 / 5 + 5.0 / 6) / 2, (2.0 / 5 + 0) / 2);
        // Together: 3 in common, 9 marked, 5 true: union 11.
        assertScores(readings.pooled(), 3.0 / 11, 6.0 / 11, 2.0 / 11);
        // Background: 9 in common, 11 marked, 15 true, of 20: union 17.
        assertScores(
                readings.classMean(), (3.0 / 11 + 9.0 / 17) / 2, (6.0 / 11 + 2.0 / 17) / 2, (2.0 / 11 + 6.0 / 17) / 2);
        assertThat(readings.captions()).isEqualTo(2);
    }

    @Test
    void aCaptionWithNothingMarkedAndNothingTrueHasNoUnionAndDoesNotCount() {
        MaskReadings readings = readings(new MaskCounts(2, 3, 4, 10), new MaskCounts(0, 0, 0, 10));
        assertScores(readings.perCaption(), 0.4, 0.2, 0.4);
        assertThat(readings.captions()).isEqualTo(1);
        // Its background counts.
        assertThat(readings.classMean().iou()).isEqualTo((0.4 + 15.0 / 18) / 2, ROUNDING);
    }

    @Test
    void nothingMarkedMissesAllAndAllMarkedOnlyAddsTooMuch() {
        assertScores(readings(new MaskCounts(0, 0, 4, 10)).perCaption(), 0, 0, 1);
        assertScores(readings(new MaskCounts(4, 10, 4, 10)).perCaption(), 0.4, 0.6, 0);
        assertScores(readings(new MaskCounts(0, 4, 0, 10)).perCaption(), 0, 1, 0);
    }

    @Test
    void aClassWithoutUnionIsLeftOutOfTheMeanOverClasses() {
        assertScores(readings(new MaskCounts(10, 10, 10, 10)).classMean(), 1, 0, 0);
        assertScores(readings(new MaskCounts(0, 0, 0, 10)).classMean(), 1, 0, 0);
    }

    @Test
    void withoutCaptionsAllIsUndefined() {
        assertThat(readings().perCaption().iou()).isNaN();
        assertThat(readings().pooled().iou()).isNaN();
        assertThat(readings().classMean().iou()).isNaN();
    }

    /** Pixel by pixel, as the sets are defined. */
    private static double[] bySets(boolean[] marked, boolean[] truth, boolean which) {
        double[] sizes = new double[4];
        for (int i = 0; i < truth.length; i++) {
            boolean m = marked[i] == which;
            boolean t = truth[i] == which;
            sizes[0] += m && t ? 1 : 0;
            sizes[1] += m && !t ? 1 : 0;
            sizes[2] += !m && t ? 1 : 0;
            sizes[3] += m || t ? 1 : 0;
        }
        return new double[] {sizes[0] / sizes[3], sizes[1] / sizes[3], sizes[2] / sizes[3]};
    }

    @Test
    void readingsAgreeWithSetsOfPixelsAndAddUpToOne() {
        Random random = new Random(2);
        int captions = 30;
        int pixels = 40;
        boolean[] allMarked = new boolean[captions * pixels];
        boolean[] allTrue = new boolean[captions * pixels];
        MaskTally tally = new MaskTally();
        double[] sums = new double[3];
        for (int c = 0; c < captions; c++) {
            boolean[] marked = new boolean[pixels];
            boolean[] truth = new boolean[pixels];
            MaskCounts counts = MaskCounts.NONE;
            for (int i = 0; i < pixels; i++) {
                marked[i] = random.nextInt(3) == 0;
                truth[i] = random.nextInt(4) == 0;
                counts = counts.plus(
                        new MaskCounts(marked[i] && truth[i] ? 1 : 0, marked[i] ? 1 : 0, truth[i] ? 1 : 0, 1));
                allMarked[c * pixels + i] = marked[i];
                allTrue[c * pixels + i] = truth[i];
            }
            tally.add(counts);
            double[] scores = bySets(marked, truth, true);
            for (int k = 0; k < 3; k++) {
                sums[k] += scores[k];
            }
        }
        MaskReadings readings = tally.readings();
        assertScores(readings.perCaption(), sums[0] / captions, sums[1] / captions, sums[2] / captions);
        double[] fore = bySets(allMarked, allTrue, true);
        double[] back = bySets(allMarked, allTrue, false);
        assertScores(readings.pooled(), fore[0], fore[1], fore[2]);
        assertScores(readings.classMean(), (fore[0] + back[0]) / 2, (fore[1] + back[1]) / 2, (fore[2] + back[2]) / 2);
        for (MaskScores scores : new MaskScores[] {readings.perCaption(), readings.pooled(), readings.classMean()}) {
            assertThat(scores.iou() + scores.fpr() + scores.fnr()).isEqualTo(1, ROUNDING);
        }
    }
}
