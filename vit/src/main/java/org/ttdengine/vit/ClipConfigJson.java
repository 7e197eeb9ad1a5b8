package org.ttdengine.vit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.ttdengine.engine.backend.Activation;

/** CLIP configurations as Hugging Face ({@code config.json}) and open_clip ({@code open_clip_config.json}) write them. */
public final class ClipConfigJson {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LARGEST = 1 << 20;
    private static final int LARGEST_RATIO = 1000;

    private ClipConfigJson() {}

    /**
     * Reads a configuration; what it leaves out has Hugging Face's default.
     *
     * @throws IOException naming the file, if it is missing or no CLIP configuration
     */
    public static ClipConfig read(Path file) throws IOException {
        JsonNode root = parse(file);
        try {
            return checked(root.has("model_cfg") ? openClip(root.get("model_cfg")) : huggingFace(root, file));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /** The configuration, if a model of these sizes can be: a few bytes could ask for any amount of memory. */
    private static ClipConfig checked(ClipConfig config) {
        ClipTensors.of(config).forEach((name, shape) -> {
            if (shape.size() == 0) {
                throw new IllegalArgumentException("tensor " + name + " would be empty");
            }
        });
        return config;
    }

    private static JsonNode parse(Path file) throws IOException {
        try {
            if (Files.size(file) > LARGEST) {
                throw new IOException(file + ": too large for a model configuration");
            }
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            if (root == null || !root.isObject()) {
                throw new IOException(file + ": a model configuration must be a JSON object");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw new IOException(file + ": not valid JSON: " + e.getOriginalMessage(), e);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        }
    }

    private static ClipConfig huggingFace(JsonNode root, Path file) throws IOException {
        if (!root.has("vision_config") && !root.has("text_config")) {
            throw new IOException(file + ": no CLIP configuration: it has neither vision_config nor text_config");
        }
        JsonNode vision = root.path("vision_config");
        JsonNode text = root.path("text_config");
        return new ClipConfig(
                new ClipConfig.Vision(
                        number(vision, "hidden_size", 768),
                        number(vision, "num_hidden_layers", 12),
                        number(vision, "num_attention_heads", 12),
                        number(vision, "intermediate_size", 3072),
                        number(vision, "patch_size", 32),
                        number(vision, "image_size", 224)),
                new ClipConfig.Text(
                        number(text, "hidden_size", 512),
                        number(text, "num_hidden_layers", 12),
                        number(text, "num_attention_heads", 8),
                        number(text, "intermediate_size", 2048),
                        number(text, "max_position_embeddings", 77),
                        number(text, "vocab_size", 49408)),
                number(root, "projection_dim", 512),
                activation(vision.path("hidden_act").asText("quick_gelu")),
                decimal(vision, "layer_norm_eps", 1e-5));
    }

    /** open_clip's exact GELU is the default there; heads are 64 wide. */
    private static ClipConfig openClip(JsonNode model) {
        JsonNode vision = model.path("vision_cfg");
        JsonNode text = model.path("text_cfg");
        int visionWidth = number(vision, "width", 768);
        int textWidth = number(text, "width", 512);
        int headWidth = number(vision, "head_width", 64);
        if (headWidth < 1) {
            throw new IllegalArgumentException("head_width must be positive, not " + headWidth);
        }
        return new ClipConfig(
                new ClipConfig.Vision(
                        visionWidth,
                        number(vision, "layers", 12),
                        visionWidth / headWidth,
                        hiddenWidth(vision, visionWidth),
                        number(vision, "patch_size", 16),
                        number(vision, "image_size", 224)),
                new ClipConfig.Text(
                        textWidth,
                        number(text, "layers", 12),
                        number(text, "heads", 8),
                        hiddenWidth(text, textWidth),
                        number(text, "context_length", 77),
                        number(text, "vocab_size", 49408)),
                number(model, "embed_dim", 512),
                model.path("quick_gelu").asBoolean(false) ? Activation.QUICK_GELU : Activation.GELU_ERF,
                1e-5);
    }

    private static int hiddenWidth(JsonNode tower, int width) {
        double ratio = decimal(tower, "mlp_ratio", 4);
        if (!(ratio > 0 && ratio <= LARGEST_RATIO)) {
            throw new IllegalArgumentException("mlp_ratio must be between 0 and " + LARGEST_RATIO + ", not " + ratio);
        }
        return (int) Math.round(width * ratio);
    }

    private static double decimal(JsonNode node, String key, double otherwise) {
        JsonNode value = node.path(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isNumber()) {
            throw new IllegalArgumentException(key + " must be a number, not " + value);
        }
        return value.asDouble();
    }

    private static int number(JsonNode node, String key, int otherwise) {
        JsonNode value = node.path(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() > 1 << 20) {
            throw new IllegalArgumentException(key + " must be a whole number below a million, not " + value);
        }
        return value.asInt();
    }

    private static Activation activation(String name) {
        return switch (name) {
            case "quick_gelu" -> Activation.QUICK_GELU;
            case "gelu" -> Activation.GELU_ERF;
            default -> throw new IllegalArgumentException("activation '" + name + "' is neither quick_gelu nor gelu");
        };
    }

    /** The configuration as Hugging Face writes it. */
    public static String write(ClipConfig config) {
        return json(config).toPrettyString();
    }

    /** The same, with the tokens around a text: Hugging Face pools where it finds the end, which is 49407 if not said. */
    public static String write(ClipConfig config, int startToken, int endToken) {
        ObjectNode root = json(config);
        ObjectNode text = (ObjectNode) root.get("text_config");
        text.put("bos_token_id", startToken);
        text.put("eos_token_id", endToken);
        text.put("pad_token_id", endToken);
        return root.toPrettyString();
    }

    private static ObjectNode json(ClipConfig config) {
        ObjectNode root = JSON.createObjectNode();
        root.putArray("architectures").add("CLIPModel");
        root.put("model_type", "clip");
        root.put("projection_dim", config.embedding());
        ObjectNode text = tower(root.putObject("text_config"), config);
        text.put("hidden_size", config.text().width());
        text.put("num_hidden_layers", config.text().layers());
        text.put("num_attention_heads", config.text().heads());
        text.put("intermediate_size", config.text().mlp());
        text.put("max_position_embeddings", config.text().context());
        text.put("vocab_size", config.text().vocabulary());
        ObjectNode vision = tower(root.putObject("vision_config"), config);
        vision.put("hidden_size", config.vision().width());
        vision.put("num_hidden_layers", config.vision().layers());
        vision.put("num_attention_heads", config.vision().heads());
        vision.put("intermediate_size", config.vision().mlp());
        vision.put("patch_size", config.vision().patch());
        vision.put("image_size", config.vision().imageSize());
        return root;
    }

    private static ObjectNode tower(ObjectNode node, ClipConfig config) {
        node.put("hidden_act", config.activation() == Activation.GELU_ERF ? "gelu" : "quick_gelu");
        node.put("layer_norm_eps", config.epsilon());
        node.put("projection_dim", config.embedding());
        return node;
    }
}
