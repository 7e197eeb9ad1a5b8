package org.ttdengine.trainer.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code log.jsonl} of a run. */
final class RunLog {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> TIMINGS = List.of("images_per_s", "step_ms", "data_wait_ms");

    private RunLog() {}

    /** Its lines. */
    static List<ObjectNode> lines(Path run) throws IOException {
        List<ObjectNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(run.resolve("log.jsonl"))) {
            lines.add((ObjectNode) JSON.readTree(line));
        }
        return lines;
    }

    /** Its lines to the last digit, without what a clock measured. */
    static List<String> results(Path run) throws IOException {
        return lines(run).stream()
                .map(line -> line.deepCopy().remove(TIMINGS).toString())
                .toList();
    }

    /** One value of every step. */
    static List<Double> values(Path run, String name) throws IOException {
        return lines(run).stream().map(line -> line.get(name).asDouble()).toList();
    }
}
