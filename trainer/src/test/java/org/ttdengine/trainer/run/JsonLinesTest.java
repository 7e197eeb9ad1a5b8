package org.ttdengine.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {
    @TempDir
    private Path folder;

    @Test
    void everyLineIsInTheFileAtOnce() throws Exception {
        Path file = folder.resolve("a.jsonl");
        try (JsonLines lines = JsonLines.append(file, folder)) {
            lines.write(JsonNodeFactory.instance.objectNode().put("step", 1).put("text", "two\nlines"));
            assertThat(Files.readString(file)).isEqualTo("{\"step\":1,\"text\":\"two\\nlines\"}\n");
        }
        try (JsonLines lines = JsonLines.append(file, folder)) {
            lines.write(JsonNodeFactory.instance.objectNode().put("step", 2));
        }
        assertThat(Files.readAllLines(file)).hasSize(2);
    }

    @Test
    void theStepLogHasTheFieldsOfTheContractInOrder() throws Exception {
        try (RunFolder run = RunFolder.open(folder);
                StepLog log = StepLog.continueAfter(run, 0)) {
            log.step(Reports.ttd(7, 1, 0.75, 0.5, 0.25, 1.5, 1e-4, 12, 5, 3.5, 2285.5, 0.25));
            log.step(Reports.ttd(
                    8, 1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 1, 0, 0, 1, 1, 1));
            assertThat(Files.readString(run.log())).isEqualTo("""
                    {"step":7,"epoch":1,"loss":0.75,"loss_distill":0.5,"loss_tag":0.25,"grad_norm":1.5,"lr":1.0E-4,\
                    "tags":12,"tags_selected":5,"images_per_s":3.5,"step_ms":2285.5,"data_wait_ms":0.25}
                    {"step":8,"epoch":1,"loss":"NaN","loss_distill":"Infinity","loss_tag":"-Infinity","grad_norm":-0.0,\
                    "lr":1.0,"tags":0,"tags_selected":0,"images_per_s":1.0,"step_ms":1.0,"data_wait_ms":1.0}
                    """);
        }
    }

    @Test
    void numbersReadBackToTheLastBit() throws Exception {
        Random random = new Random(3);
        try (RunFolder run = RunFolder.open(folder);
                StepLog log = StepLog.continueAfter(run, 0)) {
            for (int i = 1; i <= 500; i++) {
                double value = Double.longBitsToDouble(random.nextLong() & ~(1L << 62));
                log.step(Reports.ttd(i, 0, value, (float) value, 0, 0, 0, 0, 0, 0, 0, 0));
                List<String> lines = Files.readAllLines(run.log());
                JsonNode line = new ObjectMapper().readTree(lines.get(i - 1));
                assertThat(Double.doubleToLongBits(line.get("loss").doubleValue()))
                        .isEqualTo(Double.doubleToLongBits(value));
                assertThat((float) line.get("loss_distill").doubleValue()).isEqualTo((float) value);
            }
        }
    }

    @Test
    void linesAfterTheCheckpointAndAHalfLineAreDropped() throws Exception {
        Path file = Files.writeString(folder.resolve("a.jsonl"), """
                {"step": 1, "spaced":  true}
                {"step":2,"loss":0.5}
                {"step":3}
                {"step":2""");
        assertThat(JsonLines.truncateAfter(file, 2, folder)).isEqualTo(2);
        assertThat(file).hasContent("{\"step\": 1, \"spaced\":  true}\n{\"step\":2,\"loss\":0.5}\n");
        assertThat(folder.toFile().list()).containsExactly("a.jsonl");
    }

    @Test
    void aLastLineWithoutALineFeedIsDroppedEvenIfItParses() throws Exception {
        Path file = Files.writeString(folder.resolve("a.jsonl"), "{\"step\":1}\n{\"step\":2}");
        JsonLines.truncateAfter(file, 5, folder);
        assertThat(Files.readString(file)).isEqualTo("{\"step\":1}\n");
    }

    @Test
    void whatIsNoStepIsDropped() throws Exception {
        Path file = Files.writeString(
                folder.resolve("a.jsonl"),
                "{\"step\":1}\n\0\0\0\n\n[]\n{\"step\":\"1\"}\n{\"step\":1e99}\n" + "x".repeat(3 << 20)
                        + "\n{\"step\":2}\n");
        assertThat(JsonLines.truncateAfter(file, 5, folder)).isEqualTo(2);
        assertThat(Files.readString(file)).isEqualTo("{\"step\":1}\n{\"step\":2}\n");
    }

    @Test
    void anAbsentLogStaysAbsent() throws Exception {
        assertThat(JsonLines.truncateAfter(folder.resolve("a.jsonl"), 5, folder))
                .isZero();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aResumedLogEqualsAnUndisturbedOne() throws Exception {
        String undisturbed = log("whole", 0, 1, 6);
        log("killed", 0, 1, 5);
        assertThat(log("killed", 3, 4, 6)).isEqualTo(undisturbed);
    }

    private String log(String name, long done, long first, long last) throws Exception {
        try (RunFolder run = RunFolder.open(folder.resolve(name));
                StepLog log = StepLog.continueAfter(run, done)) {
            for (long step = first; step <= last; step++) {
                log.step(Reports.ttd(step, 0, 1.0 / step, 0, 0, 0, 0, 0, 0, 0, 0, 0));
            }
            return Files.readString(run.log());
        }
    }
}
