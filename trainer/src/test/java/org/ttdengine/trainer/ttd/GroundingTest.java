package org.ttdengine.trainer.ttd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.backend.Phi;

class GroundingTest {
    private static final List<Tag> TAGS =
            List.of(new Tag("a", 0, true), new Tag("b", 1, false), new Tag("c", 2, false));

    /** The text's cosines, then those of the tags; the last cell is padding. */
    private static final float[] COSINES = {
        0.1f, 0.2f, 0.3f, 0.4f, // text
        0.2f, 0.6f, 1, -0.9f, // a
        1, 0.5f, 0.75f, 2, // b
        0, 1, 0, 1 // c
    };

    private static Grounding grounding(Phi phi, boolean hardTargets, boolean... selected) {
        TtdOptions options =
                new TtdOptions(TagOptions.defaults(), phi, true, 1, 1, true, hardTargets, false, PseudoTags.PIXEL);
        Grounding.Grid grid = new Grounding.Grid(2, 2, new boolean[] {true, true, true, false});
        return new Grounding(options, TAGS, grid, new float[4], new float[4], COSINES, selected);
    }

    @Test
    void theUnionIsTheLargestNormalisedSimilarityOfSelectedTagsWhereThePictureIs() {
        // a becomes 0, 0.5, 1 and b 1, 0, 0.5 between the least and the largest value of their valid cells.
        assertThat(grounding(Phi.COSINE, false, true, true, false).union()).containsExactly(1, 0.5f, 1, 0);
        assertThat(grounding(Phi.COSINE, false, false, true, false).union()).containsExactly(1, 0, 0.5f, 0);
        assertThat(grounding(Phi.COSINE, false, false, false, false).union()).containsOnly(0);
    }

    @Test
    void theUnionOfOtherTagsThanTheSelectedOnesCanBeAskedFor() {
        Grounding grounding = grounding(Phi.COSINE, false, true, false, false);
        assertThat(grounding.union()).containsExactly(0, 0.5f, 1, 0);
        assertThat(grounding.union(new boolean[] {false, true, false})).containsExactly(1, 0, 0.5f, 0);
    }

    @Test
    void lossesAreSquaredDistancesFromTheTargetsWhereThePictureIs() {
        // Text 0.1, 0.2, 0.3 against 0, 0.5, 1; a against the same, b and c against 0; three valid cells.
        Grounding grounding = grounding(Phi.COSINE, false, true, false, false);
        assertThat(grounding.distillLoss()).isCloseTo((0.01 + 0.09 + 0.49) / 3, Offset.offset(1e-7));
        double a = 0.04 + 0.01;
        double b = 1 + 0.25 + 0.5625;
        double c = 1;
        assertThat(grounding.tagLoss()).isCloseTo((a + b + c) / 3, Offset.offset(1e-7));
    }

    @Test
    void hardTargetsMakeTheUnionZeroAndOne() {
        assertThat(grounding(Phi.COSINE, true, false, true, false).union()).containsExactly(1, 0, 0, 0);
    }

    @Test
    void mapsAreSimilaritiesOfAllCells() {
        assertThat(grounding(Phi.COSINE, false, false, false, false).tagMap(1)).containsExactly(1, 0.5f, 0.75f, 2);
        assertThat(grounding(Phi.sigmoid(2, 1), false, false, false, false).textMap())
                .containsExactly(
                        (float) Phi.sigmoid(2, 1).of(0.1f),
                        (float) Phi.sigmoid(2, 1).of(0.2f),
                        (float) Phi.sigmoid(2, 1).of(0.3f),
                        (float) Phi.sigmoid(2, 1).of(0.4f));
    }

    @Test
    void theBestCellIsTheFirstLargestOneThatShowsThePicture() {
        Grounding grounding = grounding(Phi.COSINE, false, false, false, false);
        assertThat(grounding.bestCell(0)).isEqualTo(2);
        assertThat(grounding.bestCell(1)).isZero();
        assertThat(grounding.bestCell(2)).isEqualTo(1);
    }
}
