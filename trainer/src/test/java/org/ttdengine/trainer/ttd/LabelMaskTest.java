package org.ttdengine.trainer.ttd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelMaskTest {
    private static final Grounding.Grid GRID = new Grounding.Grid(1, 4, null);

    @Test
    void thePixelsAboveTheThresholdGetTheLabelOfTheLargestMap() {
        float[] first = {0.9f, 0.6f, 0.5f, 0.7f};
        float[] second = {0.2f, 0.8f, 0.4f, 0.7f};
        assertThat(LabelMask.of(List.of(first, second), GRID, 1, 4, 0.5)).containsExactly(1, 2, 0, 1);
    }

    @Test
    void mapsAreStretchedBeforeTheyAreCompared() {
        // Columns 0 and 1 of a map (0, 1) stretched to four are 0, 0.25, 0.75, 1.
        Grounding.Grid pair = new Grounding.Grid(1, 2, null);
        assertThat(LabelMask.of(List.of(new float[] {0, 1}), pair, 2, 4, 0.5)).containsExactly(0, 0, 1, 1, 0, 0, 1, 1);
    }

    @Test
    void theLastLabelOfAByteIsUsedAndNoneBeyond() {
        List<float[]> maps = new ArrayList<>(Collections.nCopies(254, new float[4]));
        maps.add(new float[] {1, 0, 0, 0});
        assertThat(LabelMask.of(maps, GRID, 1, 4, 0.5)).containsExactly((byte) 255, (byte) 0, (byte) 0, (byte) 0);
        maps.add(new float[4]);
        assertThatThrownBy(() -> LabelMask.of(maps, GRID, 1, 4, 0.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a mask holds at most 255 labels, not 256");
    }
}
