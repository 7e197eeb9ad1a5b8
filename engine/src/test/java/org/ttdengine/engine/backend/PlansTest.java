package org.ttdengine.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

/** Layouts of batches: attention, similarity maps, mixed rows. */
class PlansTest {
    @Test
    void aRegularAttentionPlanHasEqualSequences() {
        AttentionPlan plan = AttentionPlan.regular(3, 4, 2, false);
        assertThat(plan.offsets()).containsExactly(0, 4, 8, 12);
        assertThat(plan.sequences()).isEqualTo(3);
        assertThat(plan.tokens()).isEqualTo(12);
        assertThat(plan.length(1)).isEqualTo(4);
    }

    @Test
    void causalAttentionHasHalfOfThePairs() {
        int[] offsets = {0, 3, 3, 4};
        assertThat(new AttentionPlan(offsets, 1, false).pairs()).isEqualTo(9 + 0 + 1);
        assertThat(new AttentionPlan(offsets, 1, true).pairs()).isEqualTo(6 + 0 + 1);
    }

    @Test
    void attentionOffsetsMustStartAtZeroAndNotDecrease() {
        String start = "attention needs offsets that start at 0 and at least one head";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AttentionPlan(new int[0], 1, false))
                .withMessage(start);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AttentionPlan(new int[] {1, 2}, 1, false))
                .withMessage(start);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AttentionPlan(new int[] {0, 2}, 0, false))
                .withMessage(start);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AttentionPlan(new int[] {0, 5, 4}, 1, false))
                .withMessage("attention offsets decrease at sequence 1");
    }

    @Test
    void aMapPlanCountsMapsAndValidCells() {
        MapPlan plan = new MapPlan(3, new int[] {0, 2, 5}, new boolean[] {true, false, true, true, true, true});
        assertThat(plan.samples()).isEqualTo(2);
        assertThat(plan.maps()).isEqualTo(5);
        assertThat(plan.maps(1)).isEqualTo(3);
        assertThat(plan.validCells(0)).isEqualTo(2);
        assertThat(plan.validCells(1)).isEqualTo(3);
        assertThat(plan.isValid(0, 1)).isFalse();
        assertThat(plan.isValid(1, 1)).isTrue();
        MapPlan whole = new MapPlan(3, new int[] {0, 2}, null);
        assertThat(whole.validCells(0)).isEqualTo(3);
        assertThat(whole.isValid(0, 2)).isTrue();
    }

    @Test
    void aMapPlanThatDoesNotFitIsRefused() {
        String start = "a map plan needs cells and offsets that start at 0";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MapPlan(0, new int[] {0, 1}, null))
                .withMessage(start);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MapPlan(4, new int[0], null))
                .withMessage(start);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MapPlan(4, new int[] {1, 2}, null))
                .withMessage(start);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MapPlan(4, new int[] {0, 2, 2}, null))
                .withMessage("sample 1 has no map");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MapPlan(4, new int[] {0, 2}, new boolean[5]))
                .withMessage("the mask of valid cells does not fit the batch");
    }

    @Test
    void aRowMixThatDoesNotFitIsRefused() {
        String fit = "a row mix needs taps weights and indices per row";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RowMix(0, new int[0], null))
                .withMessage(fit);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RowMix(2, new int[3], null))
                .withMessage(fit);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RowMix(2, new int[4], new float[3]))
                .withMessage(fit);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RowMix.select(0, 7).checkSource(7, "tokens"))
                .withMessage("row 7 of tokens does not exist");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RowMix.select(0, -2).checkSource(7, "tokens"))
                .withMessage("row -2 of tokens does not exist");
    }
}
