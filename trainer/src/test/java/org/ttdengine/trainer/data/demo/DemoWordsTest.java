package org.ttdengine.trainer.data.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DemoWordsTest {
    @Test
    void thereAreAtLeastFortyVisibleWordsAndNoneTwice() {
        assertThat(DemoWords.visible()).hasSizeGreaterThanOrEqualTo(40).doesNotHaveDuplicates();
        assertThat(DemoWords.objects()).hasSizeGreaterThanOrEqualTo(17);
        assertThat(DemoWords.colours()).hasSizeGreaterThanOrEqualTo(9);
        assertThat(DemoWords.materials()).hasSizeGreaterThanOrEqualTo(6);
        assertThat(DemoWords.backgrounds()).hasSizeGreaterThanOrEqualTo(8);
    }

    @Test
    void captionsAreMadeOfTheseWordsAndNoOthers() {
        Set<String> used = new TreeSet<>();
        try (DemoPairs pairs = new DemoPairs(6000, 9, 8)) {
            for (long i = 0; i < pairs.size(); i++) {
                used.addAll(List.of(pairs.get(i).caption().split(" ")));
            }
        }
        used.removeAll(List.of(",", "."));
        assertThat(used).containsExactlyElementsOf(DemoWords.all());
    }
}
