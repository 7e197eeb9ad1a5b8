package org.ttdengine.trainer.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TagTallyTest {
    private static final Offset<Double> ROUNDING = Offset.offset(1e-12);

    private final TagTally tally = new TagTally();

    /** A caption in letters: T and F are true and false words that are selected, t and f such that are not. */
    private void caption(String words, int invented, double... scores) {
        boolean[] truth = new boolean[words.length()];
        boolean[] selected = new boolean[words.length()];
        for (int i = 0; i < truth.length; i++) {
            truth[i] = Character.toLowerCase(words.charAt(i)) == 't';
            selected[i] = Character.isUpperCase(words.charAt(i));
        }
        double[] given = scores.length == 0 ? new double[words.length()] : scores;
        tally.add(truth, new TagAnswer(selected, given, invented));
    }

    @Test
    void figuresArePooledOverTheWordsOfAllCaptions() {
        caption("TTtff", 0);
        caption("TFffffff", 0);
        caption("ttf", 0);
        TagMetrics metrics = tally.metrics();
        // 3 of 4 selected are true, 3 of 6 true ones are selected, 12 of 16 decisions are right.
        assertThat(metrics.counts()).isEqualTo(new TagCounts(3, 1, 3, 9));
        assertThat(metrics.counts().precision()).isEqualTo(0.75);
        assertThat(metrics.counts().recall()).isEqualTo(0.5);
        assertThat(metrics.counts().f1()).isEqualTo(0.6);
        assertThat(metrics.counts().accuracy()).isEqualTo(0.75);
        assertThat(metrics.counts().positiveRate()).isEqualTo(0.375);
    }

    @Test
    void captionsWithOneTagAndWithNoneAreCounted() {
        caption("Tff", 0);
        caption("tFf", 0);
        caption("TFf", 0);
        caption("tff", 0);
        TagMetrics metrics = tally.metrics();
        assertThat(metrics.singleTagShare()).isEqualTo(0.5);
        assertThat(metrics.noTagShare()).isEqualTo(0.25);
        assertThat(metrics.tagsPerCaption()).isEqualTo(1);
    }

    @Test
    void inventedWordsAreFalsePositives() {
        caption("Tf", 2);
        TagMetrics metrics = tally.metrics();
        assertThat(metrics.counts()).isEqualTo(new TagCounts(1, 2, 0, 1));
        assertThat(metrics.counts().precision()).isEqualTo(1.0 / 3);
        assertThat(metrics.counts().accuracy()).isEqualTo(0.5);
        assertThat(metrics.singleTag()).isZero();
    }

    @Test
    void whereNothingIsSelectedThereIsNoPrecisionAndF1IsZero() {
        caption("ttf", 0);
        TagCounts counts = tally.metrics().counts();
        assertThat(counts.precision()).isNaN();
        assertThat(counts.recall()).isZero();
        assertThat(counts.f1()).isZero();
        assertThat(counts.accuracy()).isEqualTo(1.0 / 3);
    }

    @Test
    void whereNothingIsTrueThereIsNoRecall() {
        caption("FFf", 0);
        TagMetrics metrics = tally.metrics();
        assertThat(metrics.counts().recall()).isNaN();
        assertThat(metrics.counts().precision()).isZero();
        assertThat(metrics.counts().f1()).isZero();
        assertThat(metrics.meanAveragePrecision()).isNaN();
    }

    @Test
    void withoutWordsAllIsUndefined() {
        TagMetrics metrics = tally.metrics();
        assertThat(metrics.counts().f1()).isNaN();
        assertThat(metrics.counts().accuracy()).isNaN();
        assertThat(metrics.singleTagShare()).isNaN();
    }

    @Test
    void meanAveragePrecisionIsTakenOverTheCaptionsThatHaveATrueWord() {
        caption("tf", 0, 0.9, 0.1); // 1
        caption("ft", 0, 0.9, 0.1); // 1/2
        caption("ff", 0, 0.9, 0.1); // undefined
        assertThat(tally.metrics().meanAveragePrecision()).isEqualTo(0.75);
    }

    @Test
    void captionsWithoutAnAnswerAreInNoOtherFigure() {
        caption("Tf", 0);
        tally.skip();
        TagMetrics metrics = tally.metrics();
        assertThat(metrics.unanswered()).isEqualTo(1);
        assertThat(metrics.captions()).isEqualTo(1);
        assertThat(metrics.counts().total()).isEqualTo(2);
    }

    @Test
    void figuresAgreeWithTheirDefinitionsOverTheListOfAllDecisions() {
        Random random = new Random(9);
        StringBuilder all = new StringBuilder();
        for (int c = 0; c < 50; c++) {
            StringBuilder words = new StringBuilder();
            for (int w = 1 + random.nextInt(9); w > 0; w--) {
                words.append("TFtfff".charAt(random.nextInt(6)));
            }
            caption(words.toString(), 0);
            all.append(words);
        }
        double selected = all.chars().filter(Character::isUpperCase).count();
        double positive =
                all.chars().filter(c -> Character.toLowerCase(c) == 't').count();
        double both = all.chars().filter(c -> c == 'T').count();
        double precision = both / selected;
        double recall = both / positive;
        TagCounts counts = tally.metrics().counts();
        assertThat(counts.precision()).isEqualTo(precision, ROUNDING);
        assertThat(counts.recall()).isEqualTo(recall, ROUNDING);
        assertThat(counts.f1()).isEqualTo(2 * precision * recall / (precision + recall), ROUNDING);
        assertThat(counts.accuracy()).isEqualTo(1 - (selected - both + positive - both) / all.length(), ROUNDING);
        assertThat(counts.total()).isEqualTo(all.length());
    }
}
