package org.ttdengine.trainer.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.ttdengine.trainer.ttd.StopWordRule;

/** Maps of two words and their caption on a grid of 2x2, as large as the mask. */
class TextSegEvaluationTest {
    private static final MaskScores PERFECT = new MaskScores(1, 0, 0);

    private static Observation observation(Set<String> truth, boolean... mask) {
        return Observations.of(
                "0",
                "dog grass",
                truth,
                new Mask(2, 2, mask),
                StopWordRule.KEEP,
                // the caption, the dog, the grass
                0.9f,
                0.3f,
                0.1f,
                0.1f, //
                0.4f,
                0.2f,
                0.2f,
                0.2f, //
                0.1f,
                0.1f,
                0.7f,
                0.4f);
    }

    private static TextSegEvaluation.Result evaluate(Observation... observations) {
        TextSegEvaluation evaluation = new TextSegEvaluation(0.25, 0.35);
        for (Observation observation : observations) {
            evaluation.visit(observation);
        }
        return evaluation.result();
    }

    private static MaskScores scores(TextSegEvaluation.Result result, MapKind kind, double threshold) {
        return result.sweeps().get(kind).at(threshold).readings().perCaption();
    }

    @Test
    void theCaptionsMapAndTheMapsOfItsTrueTagsAreHeldAgainstTheMask() {
        TextSegEvaluation.Result result = evaluate(observation(Set.of("dog", "grass"), true, false, true, true));
        assertThat(scores(result, MapKind.TEXT, 0.25)).isEqualTo(new MaskScores(0.25, 0.25, 0.5));
        // The dog's map is normalised to 1, 0, 0, 0 and that of the grass to 0, 0, 1, 0.5.
        assertThat(scores(result, MapKind.TRUE_TAGS, 0.45)).isEqualTo(PERFECT);
        assertThat(scores(result, MapKind.TRUE_TAGS, 0.55)).isEqualTo(new MaskScores(2.0 / 3, 0, 1.0 / 3));
        assertThat(scores(result, MapKind.TRUE_TAGS_PLAIN, 0.35)).isEqualTo(PERFECT);
        assertThat(scores(result, MapKind.TRUE_TAGS_PLAIN, 0.5)).isEqualTo(new MaskScores(1.0 / 3, 0, 2.0 / 3));
        // No tag is selected, so that nothing is marked.
        assertThat(scores(result, MapKind.SELECTED_TAGS, 0.25)).isEqualTo(new MaskScores(0, 0, 1));
        assertThat(result.everything().perCaption()).isEqualTo(new MaskScores(0.75, 0.25, 0));
    }

    @Test
    void wordsThatAreNotTrueHaveNoPartInTheCeiling() {
        TextSegEvaluation.Result result = evaluate(observation(Set.of("dog"), true, false, false, false));
        assertThat(scores(result, MapKind.TRUE_TAGS, 0.25)).isEqualTo(PERFECT);
        assertThat(scores(result, MapKind.TRUE_TAGS_PLAIN, 0.25)).isEqualTo(PERFECT);
    }

    @Test
    void captionsWithoutATrueWordDoNotCount() {
        TextSegEvaluation.Result result = evaluate(
                observation(Set.of("dog"), true, false, false, false),
                observation(Set.of(), false, false, false, false));
        assertThat(result.captions()).isEqualTo(1);
        assertThat(result.withoutTruth()).isEqualTo(1);
        assertThat(result.everything().pooled().iou()).isEqualTo(0.25);
    }

    @Test
    void mapsAreStretchedToTheMask() {
        boolean[] upperHalf = new boolean[16];
        for (int i = 0; i < 8; i++) {
            upperHalf[i] = true;
        }
        Observation large = Observations.of(
                "0",
                "dog",
                Set.of("dog"),
                new Mask(4, 4, upperHalf),
                StopWordRule.KEEP,
                1,
                1,
                0,
                0, //
                0,
                0,
                0,
                0);
        // Rows of the stretched map: 1, 0.75, 0.25, 0.
        TextSegEvaluation.Result result = evaluate(large);
        assertThat(scores(result, MapKind.TEXT, 0.7)).isEqualTo(PERFECT);
        assertThat(scores(result, MapKind.TEXT, 0.8)).isEqualTo(new MaskScores(0.5, 0, 0.5));
        assertThat(scores(result, MapKind.TEXT, 0.2)).isEqualTo(new MaskScores(2.0 / 3, 1.0 / 3, 0));
    }

    @Test
    void eachMapHasARowForTheFixedThresholdAndOneForItsOwnChosenElsewhere() {
        TextSegEvaluation.Result test = evaluate(observation(Set.of("dog", "grass"), true, false, true, true));
        // On validation the caption's map is best below 0.1 or from 0.1 on, as the mask is.
        TextSegEvaluation.Result validation = evaluate(observation(Set.of("dog"), true, true, false, false));
        assertThat(TextSegRow.of(test, Optional.of(validation), 0.25))
                .filteredOn(row -> row.map().equals("text"))
                .containsExactly(
                        new TextSegRow(
                                "text",
                                TextSegRow.Protocol.FIXED,
                                OptionalDouble.of(0.25),
                                test.sweeps().get(MapKind.TEXT).at(0.25).readings()),
                        new TextSegRow(
                                "text",
                                TextSegRow.Protocol.CHOSEN,
                                OptionalDouble.of(0.11),
                                test.sweeps().get(MapKind.TEXT).at(0.11).readings()));
        assertThat(TextSegRow.of(test, Optional.of(validation), 0.25))
                .hasSize(9)
                .last()
                .satisfies(row -> {
                    assertThat(row.map()).isEqualTo("mark everything");
                    assertThat(row.threshold()).isEmpty();
                });
        assertThat(TextSegRow.of(test, Optional.empty(), 0.35)).hasSize(5);
    }

    @Test
    void aSampleWithoutMaskIsAMistakeOfTheCaller() {
        Observation unmasked = Observations.of("0", "dog", Set.of("dog"), null, StopWordRule.KEEP, new float[8]);
        assertThatThrownBy(() -> new TextSegEvaluation().visit(unmasked))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("text-level masks were not asked for");
    }
}
