package org.ttdengine.trainer.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.stream.Collectors;
import org.ttdengine.engine.backend.cpu.CpuFeatures;

/**
 * The figures of a training step or a forward pass.
 *
 * @param model as the command line names it
 * @param imageSize side of the pictures
 * @param batch pictures of a step
 * @param tags tags of a picture
 * @param threads that compute
 * @param device where
 * @param timing of a step
 */
record BenchFigures(String model, int imageSize, int batch, int tags, int threads, String device, Timing timing) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One line of JSON. */
    String json() {
        return fields().toString();
    }

    /** Names and values, one pair a line. */
    String table() {
        return fields().properties().stream()
                .map(field -> String.format(
                        Locale.ROOT,
                        "%-16s %s",
                        field.getKey(),
                        field.getValue().asText()))
                .collect(Collectors.joining(System.lineSeparator()));
    }

    private ObjectNode fields() {
        ObjectNode fields = JSON.createObjectNode();
        fields.put("images_per_s", rounded(batch / timing.medianMs() * 1e3, 3));
        fields.put("step_ms_median", rounded(timing.medianMs(), 3));
        fields.put("gflops_per_step", timing.flops() / 1e9);
        fields.put("gflops_per_s", rounded(timing.gflopsPerSecond(), 3));
        fields.put("peak_heap_mb", timing.peakHeapBytes() >> 20);
        fields.put("threads", threads);
        fields.put("device", device);
        fields.put("model", model);
        fields.put("image_size", imageSize);
        fields.put("batch", batch);
        fields.put("tags", tags);
        fields.put("jdk", Runtime.version().toString());
        fields.put("vector_bits", CpuFeatures.preferredVectorBits());
        return fields;
    }

    static double rounded(double value, int decimals) {
        double unit = Math.pow(10, decimals);
        return Math.round(value * unit) / unit;
    }
}
