package org.ttdengine.trainer.run;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small JSON files of a run folder. Numbers are printed so that they read back exactly; NaN and infinities are strings. */
final class Json {
    /** No file of a run folder that is read whole comes near this size. */
    private static final long MAX_BYTES = 16L << 20;

    static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /** Writes {@code node}, indented, with a final line feed. */
    static void write(Path file, JsonNode node) throws IOException {
        Files.writeString(file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n");
    }

    /** Reads a file that holds one JSON object; the error is one line without the file's name. */
    static JsonNode readObject(Path file) throws IOException {
        long bytes = Files.size(file);
        if (bytes > MAX_BYTES) {
            throw new IOException("is too large: " + bytes + " bytes");
        }
        JsonNode node;
        try {
            node = MAPPER.readTree(Files.readAllBytes(file));
        } catch (JacksonException e) {
            throw new IOException("is not JSON: " + Disk.oneLine(e.getOriginalMessage()), e);
        }
        if (!node.isObject()) {
            throw new IOException("is not a JSON object");
        }
        return node;
    }

    /** The integer field {@code name}, or an error that names it. */
    static long requiredLong(JsonNode object, String name) throws IOException {
        JsonNode value = object.path(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new IOException("has no integer \"" + name + "\"");
        }
        return value.longValue();
    }

    /** The string field {@code name}, or an error that names it. */
    static String requiredText(JsonNode object, String name) throws IOException {
        JsonNode value = object.path(name);
        if (!value.isTextual()) {
            throw new IOException("has no string \"" + name + "\"");
        }
        return value.textValue();
    }
}
