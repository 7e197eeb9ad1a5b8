package org.ttdengine.lora;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** PEFT's {@code adapter_config.json}. What we do not use is kept as it was and written back. */
public final class PeftConfig {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LARGEST = 1 << 20;
    private static final String ALPHAS = "alpha_pattern";
    private static final String RANKS = "rank_pattern";

    private final ObjectNode json;
    private final LoraConfig lora;
    private final List<Special> alphas;
    private final List<Special> ranks;

    /** What an {@code alpha_pattern} or {@code rank_pattern} says of the modules whose path ends in a match. */
    private record Special(Pattern path, double value) {}

    private PeftConfig(ObjectNode json, LoraConfig lora) {
        this.json = json;
        this.lora = lora;
        this.alphas = specials(json, ALPHAS);
        this.ranks = specials(json, RANKS);
    }

    /** The configuration of fresh adapters. */
    static PeftConfig of(LoraConfig lora) {
        ObjectNode json = JSON.createObjectNode();
        json.putNull("auto_mapping");
        json.putNull("base_model_name_or_path");
        json.put("bias", "none");
        json.put("fan_in_fan_out", false);
        json.put("inference_mode", true);
        json.put("init_lora_weights", true);
        json.putNull("layers_pattern");
        json.putNull("layers_to_transform");
        if (lora.alpha() == Math.rint(lora.alpha())) {
            json.put("lora_alpha", (long) lora.alpha());
        } else {
            json.put("lora_alpha", lora.alpha());
        }
        json.put("lora_dropout", lora.dropout());
        json.putNull("modules_to_save");
        json.put("peft_type", "LORA");
        json.put("r", lora.rank());
        json.putObject(RANKS);
        json.putObject(ALPHAS);
        if (lora.targets().names().isEmpty()) {
            json.put("target_modules", lora.targets().toString());
        } else {
            lora.targets().names().forEach(json.putArray("target_modules")::add);
        }
        json.putNull("task_type");
        json.put("use_dora", false);
        json.put("use_rslora", false);
        return new PeftConfig(json, lora);
    }

    /**
     * Reads a configuration.
     *
     * @throws IOException with one line if it is missing, no LoRA, or asks for a variant that is not supported
     */
    public static PeftConfig read(Path file) throws IOException {
        try {
            if (Files.size(file) > LARGEST) {
                throw new IOException(file + ": too large for an adapter configuration");
            }
            if (!(JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode json)) {
                throw new IOException(file + ": an adapter configuration must be a JSON object");
            }
            refuseVariants(file, json);
            LoraConfig lora = new LoraConfig(
                    json.has("r") ? whole("r", json.get("r")) : 8,
                    number(json, "lora_alpha", 8),
                    number(json, "lora_dropout", 0),
                    targets(json.path("target_modules")));
            return new PeftConfig(json, lora);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file; --adapter takes a PEFT LoRA directory", e);
        } catch (JsonProcessingException e) {
            throw new IOException(file + ": not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static void refuseVariants(Path file, JsonNode json) throws IOException {
        JsonNode type = json.path("peft_type");
        if (!type.asText("").equals("LORA")) {
            String found = type.isMissingNode() ? "missing" : type.toString();
            throw new IOException(file + ": peft_type is " + found + ", only LORA can be read");
        }
        for (String flag : List.of("use_dora", "use_qalora", "fan_in_fan_out", "lora_bias")) {
            if (json.path(flag).asBoolean(false)) {
                throw new IOException(file + ": " + flag + " is not supported");
            }
        }
        if (!json.path("bias").asText("none").equals("none")) {
            throw new IOException(file + ": trained biases (bias = " + json.path("bias") + ") are not supported");
        }
    }

    private static List<Special> specials(JsonNode json, String key) {
        List<Special> specials = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : json.path(key).properties()) {
            String what = key + " '" + entry.getKey() + "'";
            JsonNode value = entry.getValue();
            if (!value.isNumber() || !(value.asDouble() > 0) || Double.isInfinite(value.asDouble())) {
                throw new IllegalArgumentException(what + " must be a positive number, not " + value);
            }
            if (key.equals(RANKS)) {
                LoraConfig.checkRank(whole(what, value));
            }
            try {
                specials.add(new Special(Pattern.compile("(.*\\.)?(" + entry.getKey() + ")"), value.asDouble()));
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(what + " is not a regular expression: " + e.getDescription(), e);
            }
        }
        return specials;
    }

    private static double number(JsonNode json, String key, double otherwise) {
        JsonNode value = json.path(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isNumber()) {
            throw new IllegalArgumentException(key + " must be a number, not " + value);
        }
        return value.asDouble();
    }

    private static int whole(String what, JsonNode value) {
        if (!value.canConvertToExactIntegral() || !value.canConvertToInt()) {
            throw new IllegalArgumentException(what + " must be a whole number, not " + value);
        }
        return value.intValue();
    }

    private static LoraTargets targets(JsonNode node) {
        if (node.isTextual()) {
            return LoraTargets.regex(node.asText());
        }
        List<String> names = new ArrayList<>();
        node.forEach(name -> names.add(name.asText()));
        return LoraTargets.suffixes(names);
    }

    /** Rank, alpha, dropout and targets. */
    public LoraConfig lora() {
        return lora;
    }

    /** The rank of a module's adapter. */
    public int rank(String path) {
        return (int) firstMatch(ranks, path, lora.rank());
    }

    /** The factor of a module's {@code B A}: alpha/rank, or alpha/sqrt(rank) where the file says use_rslora. */
    public double scale(String path, int rank) {
        double alpha = firstMatch(alphas, path, lora.alpha());
        return json.path("use_rslora").asBoolean(false) ? alpha / Math.sqrt(rank) : alpha / rank;
    }

    private static double firstMatch(List<Special> specials, String path, double otherwise) {
        return specials.stream()
                .filter(special -> special.path.matcher(path).matches())
                .mapToDouble(Special::value)
                .findFirst()
                .orElse(otherwise);
    }

    /** Names the model the adapters belong to. */
    public PeftConfig withBaseModel(String name) {
        ObjectNode copy = json.deepCopy();
        copy.put("base_model_name_or_path", name);
        return new PeftConfig(copy, lora);
    }

    /** Writes the file, replacing an older one at once. */
    void write(Path file) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(temporary, json.toPrettyString().getBytes(StandardCharsets.UTF_8));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
