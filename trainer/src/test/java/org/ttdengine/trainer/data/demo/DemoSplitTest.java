package org.ttdengine.trainer.data.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DemoSplitTest {
    private static final List<DemoSplit> LABELLED = List.of(DemoSplit.VALIDATION, DemoSplit.TEST);

    @Test
    void noSceneIsInTwoSplits() {
        Set<String> seen = new HashSet<>();
        Set<Long> seeds = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            for (DemoSplit split : DemoSplit.values()) {
                // The training data's seed may happen to be that of the others.
                DemoScene scene = split == DemoSplit.TRAINING
                        ? split.scene(0x7E4D, i)
                        : split.sample(i).scene();
                assertThat(scene.seed() & 3).isEqualTo(split.ordinal());
                seeds.add(scene.seed());
                seen.add(scene.horizon() + " " + scene.things().get(0).x());
            }
        }
        assertThat(seeds).hasSize(3000);
        assertThat(seen).hasSize(3000);
    }

    @Test
    void aSampleNamesTheTrueWordsOfItsSentence() {
        for (DemoSplit split : LABELLED) {
            assertThat(split.size()).isEqualTo(1000);
            for (int i = 0; i < split.size(); i += 7) {
                DemoSample sample = split.sample(i);
                assertThat(sample.caption()).isEqualTo(sample.scene().caption());
                assertThat(sample.tags())
                        .isNotEmpty()
                        .isSubsetOf(DemoWords.visible())
                        .allMatch(tag -> (" " + sample.caption() + " ").contains(" " + tag + " "));
                boolean[] union = new boolean[24 * 24];
                for (String tag : sample.tags()) {
                    boolean[] mask = sample.mask(tag, 24);
                    for (int k = 0; k < mask.length; k++) {
                        union[k] |= mask[k];
                    }
                }
                assertThat(sample.union(24)).isEqualTo(union);
            }
        }
    }

    @Test
    void anAbsentWordHasNoMask() {
        for (DemoSplit split : LABELLED) {
            DemoSample sample = split.sample(0);
            assertThatThrownBy(() -> sample.mask("london", 8))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("london");
            assertThatThrownBy(() -> split.sample(1000)).isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThatThrownBy(() -> DemoSplit.TRAINING.sample(0)).isInstanceOf(IllegalStateException.class);
    }
}
