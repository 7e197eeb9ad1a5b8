package org.ttdengine.trainer.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** Figures as reports print them; what is undefined is a dash in tables and null in JSON. */
final class Figures {
    private static final String UNDEFINED = "-";

    private Figures() {}

    /** A share in percent. */
    static String percent(double share) {
        return decimal(100 * share, 1);
    }

    /** A number with some places behind the point. */
    static String decimal(double value, int places) {
        return Double.isNaN(value) ? UNDEFINED : String.format(Locale.ROOT, "%." + places + "f", value);
    }

    static void put(ObjectNode node, String name, double value) {
        if (Double.isNaN(value)) {
            node.putNull(name);
        } else {
            node.put(name, value);
        }
    }

    static ObjectNode object() {
        return new JsonMapper().createObjectNode();
    }

    /** An object in ASCII, whatever the character set of the reader; numbers read back exactly. */
    static String json(ObjectNode root) throws JsonProcessingException {
        return JsonMapper.builder()
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .build()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(root);
    }
}
