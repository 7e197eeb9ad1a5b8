package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.autograd.Parameter;
import org.ttdengine.lora.Lora;
import org.ttdengine.lora.LoraConfig;
import org.ttdengine.lora.LoraTargets;
import org.ttdengine.vit.Clip;

class TagCommandTest {
    private static final String TEXT = "A red circle, above the red square";

    @TempDir
    private Path folder;

    private CommandRun tag(int width, int height, String... more) throws IOException {
        String picture = TestPictures.waves(folder, width, height);
        return CommandRun.of(
                List.of("tag", "--image", picture, "--text", TEXT, "--image-size", "32"), TinyModel.in(folder), more);
    }

    private static JsonNode json(CommandRun run) throws IOException {
        assertThat(run.code()).as(run.err()).isZero();
        return new ObjectMapper().readTree(run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pixel", "image", "text", "image+text", "seg"})
    void jsonTellsTheTagsInTheOrderOfTheTextWithCellsOfTheGrid(String scorer) throws IOException {
        JsonNode root = json(tag(60, 40, "--json", "--scorer", scorer));

        assertThat(root.fieldNames()).toIterable().containsExactly("text", "scorer", "grid", "tags");
        assertThat(root.get("text").textValue()).isEqualTo(TEXT);
        assertThat(root.get("scorer").textValue()).isEqualTo(scorer);
        assertThat(root.get("grid").toString()).isEqualTo("[4,6]");
        assertThat(root.get("tags").findValuesAsText("tag"))
                .containsExactly("a", "red", "circle", "above", "the", "square");
        for (JsonNode tag : root.get("tags")) {
            assertThat(tag.fieldNames()).toIterable().containsExactly("tag", "score", "selected", "row", "column");
            assertThat(tag.get("score").doubleValue()).isBetween(0.0, 1.0);
            assertThat(tag.get("selected").isBoolean()).isTrue();
            assertThat(tag.get("row").intValue()).isBetween(0, 3);
            assertThat(tag.get("column").intValue()).isBetween(0, 5);
        }
    }

    @ParameterizedTest
    @CsvSource({"-1, 6", "0, 6", "1, 0"})
    void aThresholdSelectsTheScoresAboveIt(String threshold, int count) throws IOException {
        JsonNode tags = json(tag(60, 40, "--json", "--select", threshold)).get("tags");
        assertThat(tags.findValues("selected").stream().filter(JsonNode::booleanValue))
                .hasSize(count);
    }

    @Test
    void pixelScoresAreCutAtTheirLargestGap() throws IOException {
        JsonNode tags = json(tag(60, 40, "--json")).get("tags");
        double[] selected = scores(tags, true);
        double[] rejected = scores(tags, false);
        double gap = selected[0] - rejected[rejected.length - 1];
        assertThat(gap).isPositive();
        for (double[] part : List.of(selected, rejected)) {
            for (int i = 1; i < part.length; i++) {
                assertThat(part[i] - part[i - 1]).isLessThanOrEqualTo(gap);
            }
        }
        assertThat(json(tag(60, 40, "--json", "--select", "gap")).get("tags")).isEqualTo(tags);
    }

    private static double[] scores(JsonNode tags, boolean selected) {
        double[] scores = new double[tags.size()];
        int count = 0;
        for (JsonNode tag : tags) {
            if (tag.get("selected").booleanValue() == selected) {
                scores[count++] = tag.get("score").doubleValue();
            }
        }
        double[] sorted = Arrays.copyOf(scores, count);
        Arrays.sort(sorted);
        return sorted;
    }

    @Test
    void theTableHasALinePerTagAndAHeadingAGapAndASum() throws IOException {
        CommandRun run = tag(60, 40);
        assertThat(run.code()).isZero();
        List<String> lines = run.out().lines().toList();
        assertThat(lines).hasSize(9).first().asString().startsWith("tag ");
        assertThat(lines.get(8)).matches("[1-5] of 6 selected; 4 x 6 cells");
        assertThat(lines.subList(1, 8).stream().map(line -> line.substring(0, line.indexOf(' '))))
                .contains("a", "red", "circle", "above", "the", "square");
    }

    @Test
    void anAdapterChangesTheScoresUnlessItIsZero() throws IOException {
        JsonNode plain = json(tag(60, 40, "--json"));
        Path adapter = folder.resolve("adapter");
        try (Device device = Device.cpu(1);
                Clip clip = Clip.of(TinyModel.state(), device);
                Lora lora = Lora.attach(clip, new LoraConfig(2, 2, 0, LoraTargets.parse("q,v")), 1)) {
            lora.weights().write(adapter);
            assertThat(json(tag(60, 40, "--json", "--adapter", adapter.toString())))
                    .isEqualTo(plain);
            for (Parameter parameter : lora.parameters()) {
                float[] ones = new float[parameter.value().size()];
                Arrays.fill(ones, 0.1f);
                parameter.value().set(ones);
            }
            lora.weights().write(adapter);
        }
        assertThat(json(tag(60, 40, "--json", "--adapter", adapter.toString()))).isNotEqualTo(plain);
    }

    @Test
    void aSinglePixelIsAPicture() throws IOException {
        assertThat(json(tag(1, 1, "--json")).get("grid").toString()).isEqualTo("[4,4]");
    }

    @Test
    void aPictureTooLongIsSeenSmallerAndTheUserIsTold() throws IOException {
        CommandRun run = tag(12000, 50, "--json");
        assertThat(json(run).get("grid").toString()).isEqualTo("[2,512]");
        assertThat(run.err().lines())
                .containsExactly(
                        "the picture of 12000x50 is seen at 4096x16: at --image-size 32 it would be longer than"
                                + " 4096 pixels");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--image nowhere.png --text dog | 1 | nowhere.png: no such picture file",
                "--image . --text dog | 1 | .: no such picture file",
                "--image pom.xml --text dog | 1 | pom.xml: not a JPEG, PNG, GIF, BMP or WebP picture",
                "--image pom.xml --text .,; | 2 | --text '.,;' has no words that could be tags",
                "--image pom.xml --text dog --scorer best | 2 "
                        + "| --scorer: \"best\" is none of pixel, image, text, image+text, seg",
                "--image pom.xml --text dog --select most | 2 | --select takes gap or a number, not 'most'",
                "--image pom.xml --text dog --select NaN | 2 | --select takes gap or a finite number, not NaN",
                "--image pom.xml --text dog --image-size 5000 | 2 "
                        + "| --image-size must be between 1 and 4096, not 5000"
            })
    void aMistakeGetsOneLine(String arguments, int code, String message) {
        CommandRun run = CommandRun.of(("tag " + arguments).split(" "));
        assertThat(run).isEqualTo(new CommandRun(code, "", "ttd-engine tag: " + message + System.lineSeparator()));
    }

    @Test
    void theDemoModelSeesPicturesAtItsOwnSize() throws IOException {
        String picture = TestPictures.waves(folder, 60, 40);
        CommandRun run = CommandRun.of(
                List.of("tag", "--image", picture, "--text", "a red circle"), List.of("--model", "demo"), "--json");
        assertThat(json(run).get("grid").toString()).isEqualTo("[14,21]");
        assertThat(json(run).get("tags")).hasSize(3);
    }

    @Test
    void theDemoModelIsUsedWithAPhiThatIsFittedToItUnlessOneIsGiven() throws IOException {
        List<String> tag = List.of("tag", "--image", TestPictures.waves(folder, 60, 40), "--text", "a red circle");
        CommandRun fitted = CommandRun.of(tag, List.of("--model", "demo")).succeeded();
        assertThat(fitted.err().lines()).singleElement().asString().startsWith("phi fitted to the demo's");
        String phi = fitted.err().strip().replaceAll(".*: ", "");
        CommandRun given = CommandRun.of(tag, List.of("--model", "demo", "--phi", "10,-2.5"))
                .succeeded();
        assertThat(given.err()).isEmpty();
        assertThat(given.out()).isNotEqualTo(fitted.out());
        assertThat(CommandRun.of(tag, List.of("--model", "demo", "--phi", phi)).err())
                .isEmpty();
    }
}
