package org.ttdengine.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SamplesAfterTest {
    /** Which of two words are selected before and after, the first of them true: F1 of 0, 2/3 and 1. */
    private static final boolean[] NEITHER = {false, false};

    private static final boolean[] BOTH = {true, true};
    private static final boolean[] RIGHT = {true, false};

    private static SamplesAfter changes() throws IOException {
        boolean[][][] selections = {
            {RIGHT, NEITHER},
            {NEITHER, BOTH},
            {RIGHT, BOTH},
            {BOTH, RIGHT},
            {NEITHER, RIGHT},
            {BOTH, NEITHER},
            {RIGHT, RIGHT},
            {NEITHER, RIGHT},
            {RIGHT, NEITHER}
        };
        SamplesBefore before = new SamplesBefore(0.5);
        SamplesAfter after = new SamplesAfter(before);
        for (int i = 0; i < selections.length; i++) {
            before.visit(ReportSamples.observation("s" + i, "dog cat", Set.of("dog"), 0.9f, selections[i][0]));
        }
        for (int i = 0; i < selections.length; i++) {
            after.visit(ReportSamples.observation("s" + i, "dog cat", Set.of("dog"), 0.9f, selections[i][1]));
        }
        after.visit(ReportSamples.observation("unknown", "dog cat", Set.of("dog"), 0.9f, RIGHT));
        return after;
    }

    private static List<String> names(List<ChangedSample> samples) {
        return samples.stream().map(ChangedSample::name).toList();
    }

    @Test
    void theSamplesThatChangedMostAreKeptInBothDirections() throws IOException {
        SamplesAfter changes = changes();
        assertThat(names(changes.gained())).containsExactly("s4", "s7", "s1");
        assertThat(names(changes.lost())).containsExactly("s0", "s8", "s5");
        assertThat(changes.compared()).isEqualTo(9);
    }

    @Test
    void theFirstSamplesKeepTheirFeatures() throws IOException {
        SamplesAfter changes = changes();
        assertThat(names(changes.first())).containsExactly("s0", "s1", "s2", "s3");
        assertThat(changes.first()).allMatch(sample -> sample.features().isPresent());
        assertThat(changes.gained()).allMatch(sample -> sample.features().isEmpty());
    }

    @Test
    void aGainIsThatOfTheMaskAndThatOfTheTagsTogether() throws IOException {
        SamplesBefore before = new SamplesBefore(0.5);
        before.visit(ReportSamples.observation("s", "dog cat", Set.of("dog"), 0.1f, NEITHER));
        SamplesAfter after = new SamplesAfter(before);
        after.visit(ReportSamples.observation("s", "dog cat", Set.of("dog"), 0.9f, RIGHT));
        ChangedSample sample = after.first().get(0);
        assertThat(sample.before().iou()).isZero();
        assertThat(sample.after().iou()).isOne();
        assertThat(sample.change()).isEqualTo(2);
    }
}
