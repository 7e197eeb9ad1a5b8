package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.vit.image.PngWriter;

class EvalCommandTest {
    private static final Offset<Double> ROUNDING = Offset.offset(1e-12);
    private static final List<String> CAPTIONS =
            List.of("a red dog", "the blue cat .", "dog and cat", "a house", "red , red and blue");
    private static final List<String> TAGS =
            List.of("\"red\", \"dog\"", "2", "\"dog\"", "\"house\"", "\"blue\", \"red\"");

    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void write() throws IOException {
        data = folder.resolve("data");
        for (String split : List.of("validation", "test")) {
            for (int i = 0; i < CAPTIONS.size(); i++) {
                sample(data.resolve(split), "s" + i, 40 + 8 * i, CAPTIONS.get(i), TAGS.get(i), i);
            }
        }
    }

    private static void sample(Path root, String name, int width, String caption, String tags, long seed)
            throws IOException {
        for (String part : List.of("image", "json_refined", "mask_using_HQ-SAM")) {
            Files.createDirectories(root.resolve(part));
        }
        TinyData.picture(root.resolve("image").resolve(name + ".png"), width, 40, seed);
        Files.writeString(
                root.resolve("json_refined").resolve(name + ".json"),
                "{\"caption\": \"" + caption + "\", \"tags\": [" + tags + "]}");
        byte[] labels = new byte[width * 40];
        for (int i = 0; i < labels.length / 4; i++) {
            labels[i] = 1;
        }
        PngWriter.writeIndexed(
                root.resolve("mask_using_HQ-SAM").resolve(name + ".png"), width, 40, labels, new int[] {0, 0xffffff});
    }

    private CommandRun eval(String what, String... more) throws IOException {
        return CommandRun.of(
                List.of("eval", what, "--data", data.toString(), "--image-size", "32"), TinyModel.in(folder), more);
    }

    private static JsonNode json(CommandRun run) throws IOException {
        return new ObjectMapper().readTree(run.succeeded().out());
    }

    @Test
    void tagsAreFoundByEveryScorer() throws IOException {
        JsonNode root = json(eval("tags", "--json"));
        assertThat(root.get("samples").intValue()).isEqualTo(5);
        assertThat(root.get("skipped").intValue()).isZero();
        assertThat(root.get("methods")).hasSize(13);
        for (JsonNode method : root.get("methods")) {
            // 3 + 4 + 3 + 2 + 4 distinct words, of which 2 + 1 + 1 + 1 + 2 are true.
            int positive = method.get("true_positives").intValue()
                    + method.get("false_negatives").intValue();
            assertThat(positive).isEqualTo(7);
            assertThat(positive
                            + method.get("false_positives").intValue()
                            + method.get("true_negatives").intValue())
                    .isEqualTo(16);
        }
        JsonNode every = root.get("methods").get(12);
        assertThat(every.get("method").textValue()).isEqualTo("every word");
        assertThat(every.get("precision").doubleValue()).isEqualTo(7.0 / 16);
        assertThat(every.get("recall").doubleValue()).isEqualTo(1);
        assertThat(every.get("f1").doubleValue()).isEqualTo(14.0 / 23);
        // The mean of the shares of true words: 2/3, 1/4, 1/3, 1/2, 2/4.
        assertThat(every.get("map").doubleValue()).isEqualTo(2.25 / 5, ROUNDING);
    }

    @Test
    void theFigureOfOneScorerIsThatAmongAll() throws IOException {
        JsonNode all = json(eval("tags", "--json"));
        JsonNode one = json(eval("tags", "--json", "--scorer", "image+text"));
        assertThat(one.get("methods")).hasSize(2);
        assertThat(one.get("methods").get(0)).isEqualTo(all.get("methods").get(10));
    }

    @Test
    void theTableHasTheAuthorsRowsBesideOurs() throws IOException {
        CommandRun run = eval("tags").succeeded();
        assertThat(run.out())
                .contains("tags by", "every word", "TCL pixel + TTD  published  88.3   78.0  82.8  91.0")
                .contains("5 samples, 0 skipped");
        assertThat(run.out().lines().skip(1).map(String::length).toList()).allMatch(length -> length < 100);
        assertThat(eval("text-seg").succeeded().out())
                .contains("TCL + TTD", "65.5  0.163  0.182", "mark everything", "chosen on validation");
    }

    @Test
    void stopWordsMayBeKeptFromSelection() throws IOException {
        JsonNode kept = json(eval("tags", "--json", "--phi", "1,100"));
        JsonNode rejected = json(eval("tags", "--json", "--phi", "1,100", "--stop-words", "reject"));
        // All scores are near 1: all words but two of punctuation are selected, or those that are no stop words either.
        assertThat(selected(kept)).isEqualTo(14);
        assertThat(selected(rejected)).isEqualTo(9);
    }

    private static int selected(JsonNode root) {
        JsonNode row = root.get("methods").get(1);
        return row.get("true_positives").intValue() + row.get("false_positives").intValue();
    }

    @Test
    void tagsFoundElsewhereAreScoredBesideOurs() throws IOException {
        Path captions = folder.resolve("captions.tsv");
        eval("tags", "--captions-out", captions.toString()).succeeded();
        assertThat(captions)
                .hasContent("s0\ta red dog\ns1\tthe blue cat .\ns2\tdog and cat\ns3\ta house\ns4\tred , red and blue");
        Path tags = Files.writeString(folder.resolve("mine.tsv"), "s0\tred,dog\ns1\tblue\ns2\tdog,kennel\ns4\tred\n");
        CommandRun run = eval("tags", "--json", "--tags-file", tags.toString());
        JsonNode row = json(run).get("methods").get(12);
        assertThat(row.get("method").textValue()).isEqualTo("mine.tsv");
        assertThat(row.get("precision").doubleValue()).isEqualTo(4.0 / 6);
        assertThat(row.get("recall").doubleValue()).isEqualTo(4.0 / 6);
        assertThat(row.get("unanswered").intValue()).isEqualTo(1);
        assertThat(eval("tags", "--tags-file", tags.toString()).succeeded().out())
                .contains("mine.tsv has no line for 1 samples, which do not count in its row");
    }

    @Test
    void textLevelMasksHaveARowPerMapAndProtocolAndASweep() throws IOException {
        JsonNode root = json(eval("text-seg", "--json"));
        assertThat(root.get("captions").intValue()).isEqualTo(5);
        assertThat(root.get("rows")).hasSize(9);
        for (JsonNode row : root.get("rows")) {
            for (JsonNode scores : List.of(row, row.get("pooled"), row.get("class_mean"))) {
                double sum = scores.get("caption_iou").doubleValue()
                        + scores.get("mfpr").doubleValue()
                        + scores.get("mfnr").doubleValue();
                assertThat(sum).isEqualTo(1, ROUNDING);
            }
        }
        JsonNode everything = root.get("rows").get(8);
        assertThat(everything.get("map").textValue()).isEqualTo("mark everything");
        assertThat(everything.get("threshold").isNull()).isTrue();
        assertThat(everything.get("caption_iou").doubleValue()).isEqualTo(0.25, ROUNDING);
        assertThat(root.get("sweep").get("text")).hasSize(199);
        assertThat(root.get("sweep").get("text").get(149).get("threshold").doubleValue())
                .isEqualTo(0.5);
        // Validation and test are the same here, so that the chosen threshold is the best of the sweep.
        double best = root.get("sweep")
                .get("text")
                .valueStream()
                .mapToDouble(point -> point.get("caption_iou").doubleValue())
                .max()
                .orElseThrow();
        JsonNode chosen = root.get("rows").get(1);
        assertThat(chosen.get("protocol").textValue()).isEqualTo("chosen on validation");
        assertThat(chosen.get("caption_iou").doubleValue()).isEqualTo(best);
    }

    @Test
    void aGivenThresholdIsTheOnlyOne() throws IOException {
        JsonNode root = json(eval("text-seg", "--json", "--threshold", "0.123"));
        assertThat(root.get("rows")).hasSize(5);
        assertThat(root.get("rows").get(0).get("threshold").doubleValue()).isEqualTo(0.123);
    }

    @Test
    void aBadSampleIsSkippedWithALineThatNamesTheFile() throws IOException {
        Path masks = data.resolve("test/mask_using_HQ-SAM");
        Path images = data.resolve("test/image");
        Files.delete(masks.resolve("s0.png"));
        PngWriter.writeIndexed(masks.resolve("s1.png"), 1, 1, new byte[1], new int[1]);
        Files.writeString(images.resolve("s2.png"), "broken");
        CommandRun run = eval("text-seg", "--json", "--threshold", "0.5");
        assertThat(json(run).get("skipped").intValue()).isEqualTo(3);
        assertThat(run.err().lines())
                .containsExactly(
                        "skipped " + masks.resolve("s0.png") + ": no such mask",
                        "skipped " + masks.resolve("s1.png") + ": is 1x1, its picture 48x40",
                        "skipped " + images.resolve("s2.png") + ": not a JPEG, PNG, GIF, BMP or WebP picture");
        assertThat(json(eval("tags", "--json")).get("skipped").intValue()).isEqualTo(1);
    }

    @Test
    void phiCanBeFittedAndIsToldAndTheAdapterDoesNotTakePart() throws IOException {
        CommandRun plain = eval("tags", "--json", "--phi", "auto");
        String phi = json(plain).get("phi").textValue();
        assertThat(plain.err()).contains("phi fitted to model and data: " + phi);
        Path adapter = TinyModel.writeAdapter(folder.resolve("adapter"), TinyModel.state());
        CommandRun adapted = eval("tags", "--json", "--phi", "auto", "--adapter", adapter.toString());
        assertThat(json(adapted).get("phi").textValue()).isEqualTo(phi);
        assertThat(json(adapted).get("methods")).isNotEqualTo(json(plain).get("methods"));
    }

    @Test
    void theDemoIsEvaluatedWithoutAnyFile() throws IOException {
        CommandRun run = CommandRun.of(List.of("eval", "text-seg", "--limit", "3"), List.of(), "--json");
        JsonNode root = json(run);
        assertThat(root.get("samples").intValue()).isEqualTo(3);
        assertThat(root.get("image_size").intValue()).isEqualTo(112);
        assertThat(root.has("published")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tags --scorer best | 2 | --scorer: \"best\" is none of",
                "tags --split train | 2 | Invalid value for option '--split'",
                "tags --limit 0 | 2 | --limit must be at least 1, not 0",
                "tags --batch 0 | 2 | --batch and --workers must be at least 1",
                "tags --image-size 5000 | 2 | --image-size must be between 1 and 4096, not 5000",
                "tags --image-size 60 | 2 | --image-size 60 is no multiple of the model's patch of 8",
                "tags --tags-file none.tsv | 1 | none.tsv: no such file of tags",
                "tags --data nowhere | 1 | nowhere: no such folder of labelled samples",
                "tags --phi 1 | 2 | --phi takes two numbers w,b, not '1'",
                "text-seg --threshold much | 2 | --threshold takes auto or a number, not 'much'",
                "text-seg --threshold NaN | 2 | --threshold takes auto or a finite number, not NaN",
                "text-seg --resize crop | 2 | Invalid value for option '--resize'",
                "text-seg --colour red | 2 | Unknown options: '--colour', 'red'"
            })
    void aMistakeGetsOneLine(String arguments, int code, String message) {
        CommandRun.of(("eval " + arguments + " --device cpu --threads 1").split(" "))
                .failedWithOneLine(code, "ttd-engine eval", message);
    }

    @Test
    void anEvaluationMustBeNamed() {
        CommandRun.of("eval").failedWithOneLine(2, "Missing required subcommand");
    }
}
