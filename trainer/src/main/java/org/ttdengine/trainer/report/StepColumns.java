package org.ttdengine.trainer.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of a run's log.
 *
 * @param lines an object per step, by step
 */
record StepColumns(List<JsonNode> lines) {
    private static final ObjectMapper JSON = new ObjectMapper();

    StepColumns {
        lines = List.copyOf(lines);
    }

    /** Reads {@code log.jsonl}. */
    static StepColumns read(Path log) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(log, StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(JSON.readTree(line));
            }
        }
        return new StepColumns(lines);
    }

    /** At most about {@code most} lines, evenly picked, the last one among them. */
    StepColumns thinnedTo(int most) {
        int every = Math.max(1, (lines.size() + most - 1) / most);
        List<JsonNode> kept = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (i % every == 0 || i == lines.size() - 1) {
                kept.add(lines.get(i));
            }
        }
        return new StepColumns(kept);
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    /** Whether the first line has a field. */
    boolean has(String field) {
        return !lines.isEmpty() && lines.get(0).has(field);
    }

    /** The names of the fields of the first line, in order. */
    List<String> fields() {
        List<String> fields = new ArrayList<>();
        lines.stream().limit(1).forEach(line -> line.fieldNames().forEachRemaining(fields::add));
        return fields;
    }

    /** A value per line; NaN where it is missing or no number. */
    double[] column(String field) {
        return lines.stream()
                .mapToDouble(line -> line.path(field).asDouble(Double.NaN))
                .toArray();
    }
}
