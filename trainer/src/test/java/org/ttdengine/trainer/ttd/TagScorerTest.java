package org.ttdengine.trainer.ttd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Scores of a 2x2 picture with embeddings of two channels, against numbers worked out by hand. */
class TagScorerTest {
    private static final Offset<Double> ROUNDING = Offset.offset(1e-6);

    private static final float[] PIXELS = {1, 0, 0, 1, 0.6f, 0.8f, 1, 0};

    /** The text, then the tags right, up and left. */
    private static final float[] TEXTS = {0.6f, 0.8f, 1, 0, 0, 1, -1, 0};

    private static final List<Tag> TAGS =
            List.of(new Tag("right", 0, false), new Tag("up", 1, true), new Tag("left", 2, false));

    private static Grounding grounding(StopWordRule stopWords, boolean... valid) {
        TtdOptions paper = TtdOptions.paper();
        TtdOptions options = new TtdOptions(
                new TagOptions(stopWords, false, true, 40),
                paper.phi(),
                true,
                1,
                1,
                true,
                false,
                false,
                PseudoTags.PIXEL);
        float[] cosines = new float[16];
        for (int i = 0; i < cosines.length; i++) {
            int text = i / 4 * 2;
            int pixel = i % 4 * 2;
            cosines[i] = TEXTS[text] * PIXELS[pixel] + TEXTS[text + 1] * PIXELS[pixel + 1];
        }
        Grounding.Grid grid = new Grounding.Grid(2, 2, valid.length == 0 ? null : valid);
        return new Grounding(options, TAGS, grid, PIXELS, TEXTS, cosines, new boolean[3]);
    }

    private static Grounding grounding(boolean... valid) {
        return grounding(StopWordRule.KEEP, valid);
    }

    private static void assertScores(TagScorer scorer, Grounding grounding, double... expected) {
        double[] scores = scorer.scores(grounding);
        assertThat(scores).hasSameSizeAs(expected);
        IntStream.range(0, expected.length)
                .forEach(t -> assertThat(scores[t]).as("score of tag " + t).isCloseTo(expected[t], ROUNDING));
    }

    private static List<Boolean> selected(TagScorer scorer, Grounding grounding) {
        return scorer.score(grounding, scorer.usualSelection()).stream()
                .map(TagScore::selected)
                .toList();
    }

    @Test
    void pixelTakesTheMostSimilarCellAndCutsAtTheLargestGap() {
        assertScores(TagScorer.PIXEL, grounding(), 0.99944722, 0.99944722, 0.07585818);
        assertThat(selected(TagScorer.PIXEL, grounding())).containsExactly(true, true, false);
    }

    @Test
    void imageComparesWithTheMeanOfTheCells() {
        // The mean is (0.65, 0.45), of length sqrt(0.625).
        assertScores(TagScorer.IMAGE, grounding(), 0.99673727, 0.96053589, 0.00002206);
        assertThat(selected(TagScorer.IMAGE, grounding())).containsExactly(true, true, false);
    }

    @Test
    void textComparesWithTheWholeText() {
        assertScores(TagScorer.TEXT, grounding(), 0.97068777, 0.99592986, 0.00020343);
        assertThat(selected(TagScorer.TEXT, grounding())).containsExactly(true, true, false);
    }

    @Test
    void imageAndTextAreAveraged() {
        assertScores(
                TagScorer.IMAGE_TEXT,
                grounding(),
                (0.99673727 + 0.97068777) / 2,
                (0.96053589 + 0.99592986) / 2,
                (0.00002206 + 0.00020343) / 2);
    }

    @Test
    void segmentationCountsTheCellsATagWinsAndAnyShareSelects() {
        assertScores(TagScorer.SEGMENTATION, grounding(), 0.5, 0.5, 0);
        assertThat(selected(TagScorer.SEGMENTATION, grounding())).containsExactly(true, true, false);
    }

    @Test
    void paddingNeverCounts() {
        Grounding padded = grounding(false, true, true, false);
        assertScores(TagScorer.PIXEL, padded, 0.97068777, 0.99944722, 0.07585818);
        // The mean is (0.3, 0.9), of length sqrt(0.9).
        assertScores(TagScorer.IMAGE, padded, 0.65977185, 0.99907688, 0.00346256);
        assertScores(TagScorer.SEGMENTATION, padded, 0, 1, 0);
    }

    @Test
    void pixelsThatCancelOutResembleNothing() {
        float[] opposed = {1, 0, -1, 0, 0, 1, 0, -1};
        Grounding g = grounding();
        Grounding cancelled =
                new Grounding(g.options(), g.tags(), g.grid(), opposed, g.texts(), g.cosines(), g.selected());
        assertScores(TagScorer.IMAGE, cancelled, 0.07585818, 0.07585818, 0.07585818);
    }

    @Test
    void theBestCellIsTheFirstOfTheMostSimilar() {
        assertThat(TagScorer.TEXT.score(grounding(), TagSelection.above(0.98)))
                .extracting(TagScore::tag, TagScore::selected, TagScore::row, TagScore::column)
                .containsExactly(
                        tuple(TAGS.get(0), false, 0, 0),
                        tuple(TAGS.get(1), true, 0, 1),
                        tuple(TAGS.get(2), false, 0, 1));
    }

    @ParameterizedTest
    @EnumSource
    void rejectedStopWordsAreScoredButNeverSelected(TagScorer scorer) {
        Grounding rejecting = grounding(StopWordRule.REJECT);
        assertThat(scorer.scores(rejecting)[1])
                .isEqualTo(scorer.scores(grounding())[1])
                .isPositive();
        assertThat(selected(scorer, rejecting)).containsExactly(true, false, false);
    }

    @ParameterizedTest
    @EnumSource
    void namesReadBack(TagScorer scorer) {
        assertThat(TagScorer.parse(scorer.toString())).isEqualTo(scorer);
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> TagScorer.parse("pixels"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--scorer: \"pixels\" is none of pixel, image, text, image+text, seg");
    }
}
