package org.ttdengine.trainer.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.trainer.ttd.StopWordRule;
import org.ttdengine.trainer.ttd.TagOptions;
import org.ttdengine.trainer.ttd.TagScorer;

class TagEvaluationTest {
    private static final TagMethod PIXEL = ScoredTags.usual(TagScorer.PIXEL);

    @TempDir
    private Path folder;

    private static Observation dogOnTheGrass(StopWordRule rule, List<Float> peaks) {
        return Observations.peaks("0", "dog on the grass .", rule, peaks, "dog", "grass");
    }

    private static TagMetrics metrics(TagMethod method, Observation... observations) {
        TagEvaluation evaluation = new TagEvaluation(List.of(method));
        for (Observation observation : observations) {
            evaluation.visit(observation);
        }
        return evaluation.rows().get(0).metrics();
    }

    @Test
    void thePaperHasFiveScorersAndSevenThresholds() {
        assertThat(ScoredTags.paper())
                .extracting(method -> method.name() + " " + method.rule())
                .containsExactly(
                        "pixel gap",
                        "pixel > 0.2",
                        "pixel > 0.3",
                        "pixel > 0.4",
                        "pixel > 0.5",
                        "pixel > 0.6",
                        "pixel > 0.7",
                        "pixel > 0.8",
                        "image > 0.5",
                        "text > 0.5",
                        "image+text > 0.5",
                        "seg > 0");
    }

    @Test
    void stopWordsAndPunctuationCountAsRightlyRejected() {
        TagMetrics metrics = metrics(PIXEL, dogOnTheGrass(StopWordRule.KEEP, List.of(0.9f, 0.2f, 0.1f, 0.8f)));
        assertThat(metrics.counts()).isEqualTo(new TagCounts(2, 0, 0, 3));
        assertThat(metrics.meanAveragePrecision()).isEqualTo(1);
    }

    @Test
    void aStopWordThatPeaksIsAFalsePositiveUnlessItMayNotBeSelected() {
        List<Float> peaks = List.of(0.9f, 1f, 0.1f, 0.8f);
        TagMetrics kept = metrics(PIXEL, dogOnTheGrass(StopWordRule.KEEP, peaks));
        assertThat(kept.counts()).isEqualTo(new TagCounts(2, 1, 0, 2));
        // Ranks 2 and 3: (1/2 + 2/3) / 2.
        assertThat(kept.meanAveragePrecision()).isEqualTo((1.0 / 2 + 2.0 / 3) / 2);
        TagMetrics rejected = metrics(PIXEL, dogOnTheGrass(StopWordRule.REJECT, peaks));
        assertThat(rejected.counts()).isEqualTo(new TagCounts(2, 0, 0, 3));
        assertThat(rejected.meanAveragePrecision()).isEqualTo(1);
    }

    @Test
    void stopWordsThatAreNotScoredStillCount() {
        // Without stop words the only gap lies between the two true ones.
        TagMetrics metrics = metrics(PIXEL, dogOnTheGrass(StopWordRule.DROP, List.of(0.9f, 0.8f)));
        assertThat(metrics.counts()).isEqualTo(new TagCounts(1, 0, 1, 3));
        assertThat(metrics.singleTagShare()).isEqualTo(1);
    }

    @Test
    void aThresholdMayRejectEveryWord() {
        Observation observation = dogOnTheGrass(StopWordRule.KEEP, List.of(0.9f, 0.2f, 0.1f, 0.8f));
        TagMetrics all = metrics(ScoredTags.above(TagScorer.PIXEL, 0.15), observation);
        assertThat(all.counts()).isEqualTo(new TagCounts(2, 1, 0, 2));
        TagMetrics none = metrics(ScoredTags.above(TagScorer.PIXEL, 0.95), observation);
        assertThat(none.counts()).isEqualTo(new TagCounts(0, 0, 2, 3));
        assertThat(none.noTagShare()).isEqualTo(1);
    }

    @Test
    void takingEveryWordHasTheShareOfTrueWordsAsItsPrecision() {
        TagMetrics metrics = metrics(new EveryWord(), dogOnTheGrass(StopWordRule.DROP, List.of(0.9f, 0.8f)));
        assertThat(metrics.counts()).isEqualTo(new TagCounts(2, 3, 0, 0));
        assertThat(metrics.meanAveragePrecision()).isEqualTo(0.4);
    }

    private TagsFile file(String... lines) throws IOException {
        Path file = Files.write(folder.resolve("tags.tsv"), List.of(lines), StandardCharsets.UTF_8);
        return TagsFile.read(file, TagOptions.defaults());
    }

    private static Observation named(String name) {
        return Observations.peaks(
                name, "a Dog on the grass .", StopWordRule.KEEP, List.of(0f, 0f, 0f, 0f, 0f), "dog", "grass");
    }

    @Test
    void tagsFromAFileAreScoredWithInventedOnesAgainstThem() throws IOException {
        TagsFile file = file("\uFEFF0\tDog, kennel", "", "1\tgrass  dog", "2\t");
        TagMetrics metrics = metrics(file, named("0"), named("1"), named("2"), named("3"));
        // dog found and kennel invented; both found; none found; not in the file.
        assertThat(metrics.counts()).isEqualTo(new TagCounts(3, 1, 3, 12));
        assertThat(metrics.captions()).isEqualTo(3);
        assertThat(metrics.unanswered()).isEqualTo(1);
        assertThat(metrics.noTag()).isEqualTo(1);
        // dog first, then five equal ones with grass among them: (1 + 2/6) / 2; both first: 1; all equal: 2/6.
        assertThat(metrics.meanAveragePrecision()).isEqualTo((2.0 / 3 + 1 + 1.0 / 3) / 3);
        assertThat(file.name()).isEqualTo("tags.tsv");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 dog | line 1: must be the name of a sample, a tab, and its tags",
                "'0\tdog\n\tcat' | line 2: must be the name of a sample, a tab, and its tags",
                "'0\tdog\n0\tcat' | line 2: sample '0' has tags already"
            })
    void aFileOfAnotherFormIsRefusedWithTheLine(String content, String message) {
        assertThatThrownBy(() -> file(content))
                .isInstanceOf(IOException.class)
                .hasMessage(folder.resolve("tags.tsv") + ", " + message);
    }

    @Test
    void aMissingOrGarbledFileIsNamed() throws IOException {
        Path file = folder.resolve("none.tsv");
        assertThatThrownBy(() -> TagsFile.read(file, TagOptions.defaults()))
                .isInstanceOf(IOException.class)
                .hasMessage(file + ": no such file of tags");
        Files.write(file, new byte[] {'0', '\t', (byte) 0xff, 'x'});
        assertThatThrownBy(() -> TagsFile.read(file, TagOptions.defaults()))
                .isInstanceOf(IOException.class)
                .hasMessage(file + ": is not UTF-8");
    }
}
