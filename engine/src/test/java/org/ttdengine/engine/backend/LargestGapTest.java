package org.ttdengine.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LargestGapTest {
    @Test
    void scoresAboveTheLargestGapAreSelectedWhereverTheyStand() {
        assertThat(LargestGap.select(new double[] {0.1, 0.9, 0.2, 0.8})).containsExactly(false, true, false, true);
    }

    @Test
    void noTagsGiveNoSelection() {
        assertThat(LargestGap.select(new double[0])).isEmpty();
    }

    @Test
    void theOnlyTagIsSelectedHoweverLowItsScore() {
        assertThat(LargestGap.select(new double[] {-3})).containsExactly(true);
    }

    @Test
    void ofTwoTagsTheBetterIsSelected() {
        assertThat(LargestGap.select(new double[] {0.25, 0.5})).containsExactly(false, true);
    }

    @Test
    void theFirstOfEqualGapsCuts() {
        assertThat(LargestGap.select(new double[] {0.25, 0.75, 0.5})).containsExactly(false, true, false);
    }

    @Test
    void ofEqualScoresTheFirstTagIsSelected() {
        assertThat(LargestGap.select(new double[] {0.5, 0.5, 0.5})).containsExactly(true, false, false);
    }

    @Test
    void equalScoresOnOneSideOfTheGapStayTogether() {
        assertThat(LargestGap.select(new double[] {1, 0, 1, 0, 1})).containsExactly(true, false, true, false, true);
    }

    @Test
    void whatIsSelectedIsThePrefixThatTheDefinitionGives() {
        SplittableRandom random = new SplittableRandom(3);
        for (int trial = 0; trial < 500; trial++) {
            double[] scores = random.doubles(2 + random.nextInt(12))
                    .map(s -> Math.rint(s * 16) / 16)
                    .toArray();
            boolean[] selected = LargestGap.select(scores);
            double[] descending =
                    Arrays.stream(scores).map(s -> -s).sorted().map(s -> -s).toArray();
            int k = 1;
            for (int i = 1; i < descending.length - 1; i++) {
                k = descending[i] - descending[i + 1] > descending[k - 1] - descending[k] ? i + 1 : k;
            }
            double[] chosen = new double[scores.length];
            int count = 0;
            for (int i = 0; i < scores.length; i++) {
                if (selected[i]) {
                    chosen[count++] = -scores[i];
                }
            }
            Arrays.sort(chosen, 0, count);
            assertThat(count).as(Arrays.toString(scores)).isEqualTo(k).isLessThan(scores.length);
            for (int i = 0; i < count; i++) {
                assertThat(-chosen[i]).isEqualTo(descending[i]);
            }
        }
    }

    @Test
    void aBarredTagTakesPartInTheSearchButIsRejected() {
        double[] scores = {0.9, 0.8, 0.1};
        assertThat(LargestGap.select(scores, new boolean[] {true, false, false}))
                .containsExactly(false, true, false);
        double[] farAhead = {0.9, 0.2, 0.1};
        assertThat(LargestGap.select(farAhead, new boolean[] {false, true, true}))
                .containsExactly(true, false, false);
    }

    @Test
    void whereOnlyBarredTagsLieAboveTheGapTheBestOtherIsSelected() {
        double[] scores = {0.9, 0.1, 0.2};
        assertThat(LargestGap.select(scores, new boolean[] {true, false, false}))
                .containsExactly(false, false, true);
    }

    @Test
    void whereAllTagsAreBarredNoneIsSelected() {
        assertThat(LargestGap.select(new double[] {0.9, 0.1}, new boolean[] {true, true}))
                .containsExactly(false, false);
        assertThat(LargestGap.select(new double[] {0.9}, new boolean[] {true})).containsExactly(false);
    }
}
