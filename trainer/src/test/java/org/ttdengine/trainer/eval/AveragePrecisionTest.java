package org.ttdengine.trainer.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AveragePrecisionTest {
    private static final Offset<Double> ROUNDING = Offset.offset(1e-12);

    private static boolean[] flags(int... values) {
        boolean[] flags = new boolean[values.length];
        for (int i = 0; i < values.length; i++) {
            flags[i] = values[i] == 1;
        }
        return flags;
    }

    @Test
    void eachRelevantItemCountsWithThePrecisionAtItsRank() {
        // Relevant at ranks 1 and 3: (1/1 + 2/3) / 2.
        assertThat(AveragePrecision.of(flags(1, 0, 1), new double[] {0.9, 0.8, 0.7}))
                .isEqualTo(5.0 / 6, ROUNDING);
        // At ranks 2 and 4 of 4, given in another order: (1/2 + 2/4) / 2.
        assertThat(AveragePrecision.of(flags(1, 0, 0, 1), new double[] {0.1, 0.4, 0.2, 0.3}))
                .isEqualTo(0.5, ROUNDING);
    }

    @Test
    void aPerfectRankingIsOneAndTheWorstHasTheItemLast() {
        assertThat(AveragePrecision.of(flags(0, 1, 1), new double[] {-1, 5, 4})).isEqualTo(1);
        assertThat(AveragePrecision.of(flags(1, 0, 0, 0), new double[] {0, 1, 2, 3}))
                .isEqualTo(0.25);
    }

    @Test
    void equalScoresAreOneStepInWhateverOrderTheyStand() {
        // One relevant item above; then one of two equal ones: (1/1 + 2/3) / 2.
        double[] scores = {0.9, 0.5, 0.5};
        assertThat(AveragePrecision.of(flags(1, 1, 0), scores)).isEqualTo(5.0 / 6, ROUNDING);
        assertThat(AveragePrecision.of(flags(1, 0, 1), scores)).isEqualTo(5.0 / 6, ROUNDING);
        assertThat(AveragePrecision.of(flags(0, 1, 0, 0), new double[4])).isEqualTo(0.25);
    }

    @Test
    void itemsThatCannotBeSelectedRankTogetherAtTheEnd() {
        double last = Double.NEGATIVE_INFINITY;
        assertThat(AveragePrecision.of(flags(1, 1, 0), new double[] {0.1, last, last}))
                .isEqualTo(5.0 / 6, ROUNDING);
    }

    @Test
    void withoutARelevantItemItIsUndefined() {
        assertThat(AveragePrecision.of(flags(0, 0), new double[] {1, 2})).isNaN();
        assertThat(AveragePrecision.of(new boolean[0], new double[0])).isNaN();
    }

    /** The mean over the relevant items of the precision among all that score at least as high. */
    private static double bySets(boolean[] relevant, double[] scores) {
        double sum = 0;
        int items = 0;
        for (int i = 0; i < scores.length; i++) {
            int retrieved = 0;
            int right = 0;
            for (int j = 0; j < scores.length; j++) {
                retrieved += scores[j] >= scores[i] ? 1 : 0;
                right += scores[j] >= scores[i] && relevant[j] ? 1 : 0;
            }
            sum += relevant[i] ? (double) right / retrieved : 0;
            items += relevant[i] ? 1 : 0;
        }
        return sum / items;
    }

    @Test
    void itAgreesWithTheDefinitionBySetsOnRandomRankingsWithTies() {
        Random random = new Random(4);
        for (int trial = 0; trial < 2000; trial++) {
            int n = 1 + random.nextInt(12);
            boolean[] relevant = new boolean[n];
            double[] scores = new double[n];
            for (int i = 0; i < n; i++) {
                relevant[i] = random.nextInt(3) == 0;
                scores[i] = random.nextInt(1 + random.nextInt(20)) / 10.0;
            }
            double expected = bySets(relevant, scores);
            double actual = AveragePrecision.of(relevant, scores);
            if (Double.isNaN(expected)) {
                assertThat(actual).isNaN();
            } else {
                assertThat(actual).isEqualTo(expected, ROUNDING);
            }
        }
    }
}
