package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train} on the demo's scenes, with the demo's model. */
class TrainDemoTest {
    private static final int WRONG_USAGE = 2;

    @TempDir
    private Path folder;

    private CommandRun train(String... more) {
        return CommandRun.of(
                List.of("train", "--out", folder.resolve("run").toString(), "--workers", "1"),
                List.of("--batch", "2", "--steps", "2", "--lr", "1e-2", "--eval-samples", "6"),
                more);
    }

    private JsonNode read(String file) throws IOException {
        return new ObjectMapper().readTree(folder.resolve("run").resolve(file).toFile());
    }

    private static JsonNode json(CommandRun run) throws IOException {
        return new ObjectMapper().readTree(run.succeeded().out());
    }

    private static JsonNode row(JsonNode rows, String name, String value) {
        for (JsonNode row : rows) {
            if (row.get(name).asText().equals(value)) {
                return row;
            }
        }
        throw new AssertionError("no row " + value);
    }

    private JsonNode evaluated(String what, String... more) throws IOException {
        List<String> options = new ArrayList<>(List.of(more));
        options.addAll(List.of("--limit", "6", "--json"));
        return json(CommandRun.of(List.of("eval", what), options));
    }

    @Test
    void theModelIsEvaluatedBeforeAndAfterAsTheEvalCommandsDo() throws IOException {
        CommandRun run = train().succeeded();
        JsonNode figures = read("evaluation.json");
        assertThat(figures.get("samples").asInt()).isEqualTo(6);
        String adapter = folder.resolve("run/adapter").toString();
        JsonNode before = evaluated("tags");
        JsonNode after = evaluated("tags", "--adapter", adapter);
        assertThat(figures.get("phi")).isEqualTo(before.get("phi")).isEqualTo(after.get("phi"));
        assertThat(run.err())
                .containsOnlyOnce(
                        "phi fitted to model and data: " + before.get("phi").asText());
        for (String method : List.of("pixel", "image", "text")) {
            assertThat(row(figures.at("/before/tags"), "method", method))
                    .isEqualTo(row(before.get("methods"), "method", method));
            assertThat(row(figures.at("/after/tags"), "method", method))
                    .isEqualTo(row(after.get("methods"), "method", method));
        }
        assertThat(figures.get("before")).isNotEqualTo(figures.get("after"));
        assertThat(folder.resolve("run/report.html"))
                .content()
                .contains("<h2>Before and after</h2>", "<h2>Dense features</h2>", "demo/test/0", "data:image/png");
    }

    @Test
    void theTableHasBothThresholdsTheCeilingAndEverythingMarked() throws IOException {
        CommandRun run = train().succeeded();
        JsonNode masks = read("evaluation.json").at("/before/masks");
        assertThat(run.out())
                .contains("before  after  change")
                .containsPattern("tags by pixel, largest gap +precision")
                .containsPattern("tags by image, > 0.5 +precision")
                .containsPattern("only one tag")
                .containsPattern("tags by text +mAP")
                .containsPattern("text map, fixed threshold +threshold +0.50 +0.50 +\\+0.00")
                .containsPattern("text map, threshold by validation +threshold")
                .containsPattern("ceiling: true tags, by validation +CaptionIoU")
                .containsPattern("mark everything +CaptionIoU +"
                        + Figures.percent(row(masks, "map", "mark everything")
                                .get("caption_iou")
                                .asDouble()))
                .contains("adapter " + folder.resolve("run/adapter"));
        assertThat(row(masks, "protocol", "chosen on validation").get("map").asText())
                .isEqualTo("text");
    }

    @Test
    void theDemosDefaultsHoldUnlessOthersAreGivenAndAreKeptWithTheRun() throws IOException {
        train("--no-eval").succeeded();
        JsonNode options = read("train.json");
        DemoDefaults.training().forEach((name, value) -> {
            if (!List.of("--batch", "--steps", "--lr").contains(name)) {
                assertThat(options.get(name).asText()).as(name).isEqualToIgnoringCase(numeric(value));
            }
        });
        assertThat(options.get("--batch").asText()).isEqualTo("2");
        assertThat(options.get("--lr").asText()).isEqualTo("0.01");
        assertThat(folder.resolve("run/evaluation.json")).doesNotExist();
        assertThat(folder.resolve("run/report.html")).content().doesNotContain("Before and after");
    }

    /** Numbers with a fraction as options print them. */
    private static String numeric(String value) {
        return value.equals("1") ? "1.0" : value;
    }

    @Test
    void aRunThatIsResumedAtItsEndIsEvaluatedAlike() throws IOException {
        train().succeeded();
        JsonNode first = read("evaluation.json");
        byte[] adapter = Files.readAllBytes(folder.resolve("run/adapter/adapter_model.safetensors"));
        Files.delete(folder.resolve("run/evaluation.json"));
        Files.delete(folder.resolve("run/adapter/adapter_model.safetensors"));
        CommandRun.of("train", "--resume", folder.resolve("run").toString()).succeeded();
        assertThat(read("evaluation.json")).isEqualTo(first);
        assertThat(folder.resolve("run/adapter/adapter_model.safetensors")).hasBinaryContent(adapter);
    }

    @Test
    void anEvaluationOfNothingIsRefused() {
        CommandRun.of("train", "--eval-samples=0", "--out=" + folder.resolve("run"))
                .failed(WRONG_USAGE, "--eval-samples must be at least 1, not 0");
    }
}
