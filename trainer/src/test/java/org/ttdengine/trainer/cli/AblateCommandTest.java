package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AblateCommandTest {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    @TempDir
    private Path folder;

    private CommandRun ablate(String... more) {
        List<String> options = List.of(
                "--out", folder.toString(), "--steps", "1", "--batch", "2", "--lr", "0.1", "--eval-samples", "4");
        return CommandRun.of(List.of("ablate"), options, more);
    }

    private Path results() {
        return folder.resolve("ablation.jsonl");
    }

    @Test
    void everyKindIsTrainedWithEverySeedAndAveraged() throws IOException {
        JsonNode report = new ObjectMapper()
                .readTree(ablate("--seeds=2", "--json").succeeded().out());
        List<String> lines = Files.readAllLines(results());
        assertThat(lines).hasSize(1 + 8 * 2);
        List<Double> both = new ArrayList<>();
        Set<Double> ious = new HashSet<>();
        for (String line : lines) {
            JsonNode run = new ObjectMapper().readTree(line);
            ious.add(run.get("caption_iou_fixed").asDouble());
            if (run.get("ablation").asText().equals("both, frozen teacher")) {
                both.add(run.get("caption_iou_fixed").asDouble());
            }
        }
        assertThat(ious).as("kinds and seeds differ").hasSizeGreaterThan(8);
        assertThat(report.get("split").asText()).isEqualTo("validation");
        assertThat(report.get("ablations")).hasSize(9);
        for (JsonNode row : report.get("ablations")) {
            boolean none = row.get("name").asText().equals("no training");
            assertThat(row.get("seeds").asInt()).isEqualTo(none ? 1 : 2);
            assertThat(row.at("/spread/f1").isNull()).isEqualTo(none);
            if (row.get("name").asText().equals("both, frozen teacher")) {
                assertThat(row.at("/mean/caption_iou_fixed").asDouble())
                        .isCloseTo((both.get(0) + both.get(1)) / 2, within(1e-12));
                assertThat(row.at("/spread/caption_iou_fixed").asDouble())
                        .isCloseTo(Math.abs(both.get(0) - both.get(1)) / Math.sqrt(2), within(1e-12));
            }
        }
    }

    /** The table is made of the lines that are there: a figure changed by hand shows in it. */
    @Test
    void runsThatAreFinishedAreKeptAndOthersMadeUpFor() throws IOException {
        CommandRun whole = ablate("--seeds=1").succeeded();
        List<String> lines = Files.readAllLines(results());
        ObjectNode first = (ObjectNode) new ObjectMapper().readTree(lines.get(0));
        String marked = first.put("f1", 0.9876).toString();
        Files.writeString(
                results(),
                marked + "\n" + String.join("\n", lines.subList(1, 7)) + "\n"
                        + lines.get(7).substring(0, 20));
        CommandRun again = ablate("--seeds=1").succeeded();
        assertThat(Files.readAllLines(results()))
                .hasSize(lines.size())
                .startsWith(marked)
                .endsWith(lines.get(8));
        assertThat(again.out()).contains("98.8");
        assertThat(again.out().lines().skip(3))
                .containsExactlyElementsOf(whole.out().lines().skip(3).toList());
    }

    @Test
    void otherOptionsNeedAnotherFolder() {
        ablate("--seeds=1").succeeded();
        ablate("--seeds=1", "--lora-rank=3")
                .failed(FAILED, folder + ": holds results with --lora-rank 10, not 3; choose another --out");
        ablate("--seeds=0").failed(WRONG_USAGE, "--seeds must be at least 1, not 0");
    }
}
