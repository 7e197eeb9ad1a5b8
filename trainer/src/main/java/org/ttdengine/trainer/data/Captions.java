package org.ttdengine.trainer.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Captions as they lie in text and JSON files; malformed UTF-8 becomes U+FFFD. */
final class Captions {
    /** The longest caption file or line read, in bytes. */
    static final int MAX_BYTES = 1 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> JSON_KEYS = List.of("caption", "text", "txt");

    private Captions() {}

    /** Checks a size before memory is given to it. */
    static int checkSize(long bytes) throws IOException {
        if (bytes > MAX_BYTES) {
            throw new IOException("the caption is larger than " + (MAX_BYTES >> 10) + " KiB");
        }
        return (int) bytes;
    }

    static String ofText(byte[] utf8) {
        String text = new String(utf8, StandardCharsets.UTF_8);
        return (text.startsWith("\uFEFF") ? text.substring(1) : text).strip();
    }

    /** The caption in an object such as img2dataset writes; empty where it has none. */
    static String ofJson(byte[] json) throws IOException {
        try {
            JsonNode root = JSON.readTree(json);
            for (String key : JSON_KEYS) {
                if (root.path(key).isTextual()) {
                    return root.path(key).textValue().strip();
                }
            }
            return "";
        } catch (JsonProcessingException e) {
            throw new IOException("the caption's JSON is broken: " + e.getOriginalMessage(), e);
        }
    }
}
