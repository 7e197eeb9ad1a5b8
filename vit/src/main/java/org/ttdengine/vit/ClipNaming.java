package org.ttdengine.vit;

import java.util.List;
import org.ttdengine.engine.Shape;

/** How a checkpoint names the tensors of {@link ClipTensors}, and how it cuts and lays them out. */
enum ClipNaming {
    /** OpenAI's and open_clip's. */
    OPENAI {
        @Override
        List<Part> parts(String name, Shape shape) {
            return List.of(new Part(name, shape, false));
        }
    },
    /** open_clip's CustomTextCLIP: the text tower under {@code text.}. */
    OPENAI_TEXT_PREFIX {
        @Override
        List<Part> parts(String name, Shape shape) {
            boolean text = !name.startsWith("visual.") && !name.equals("logit_scale");
            return List.of(new Part(text ? "text." + name : name, shape, false));
        }
    },
    /** Hugging Face's CLIPModel: separate queries, keys and values; projections as linear layers. */
    HUGGING_FACE {
        @Override
        List<Part> parts(String name, Shape shape) {
            if (name.endsWith("visual.proj") || name.equals("text_projection")) {
                String projection = name.equals("text_projection") ? name : "visual_projection";
                return List.of(new Part(projection + ".weight", Shape.of(shape.size(1), shape.size(0)), true));
            }
            String renamed = huggingFaceName(name);
            if (!name.contains(".attn.in_proj_")) {
                return List.of(new Part(renamed, shape, false));
            }
            int width = shape.size(0) / 3;
            Shape third = shape.rank() == 2 ? Shape.of(width, shape.size(1)) : Shape.of(width);
            String suffix = name.endsWith("weight") ? ".weight" : ".bias";
            String attention = renamed.substring(0, renamed.indexOf(".attn.in_proj_")) + ".self_attn.";
            return List.of(
                    new Part(attention + "q_proj" + suffix, third, false),
                    new Part(attention + "k_proj" + suffix, third, false),
                    new Part(attention + "v_proj" + suffix, third, false));
        }
    };

    /**
     * A tensor of a checkpoint that makes a tensor of ours, or a stretch of its rows.
     *
     * @param name its name in the checkpoint
     * @param shape its shape there
     * @param transposed whether ours is its transpose
     */
    record Part(String name, Shape shape, boolean transposed) {}

    /** The parts of one of our tensors, in the order of its rows. */
    abstract List<Part> parts(String name, Shape shape);

    private static String huggingFaceName(String name) {
        return switch (name) {
            case "visual.class_embedding" -> "vision_model.embeddings.class_embedding";
            case "visual.positional_embedding" -> "vision_model.embeddings.position_embedding.weight";
            case "visual.conv1.weight" -> "vision_model.embeddings.patch_embedding.weight";
            case "positional_embedding" -> "text_model.embeddings.position_embedding.weight";
            case "token_embedding.weight" -> "text_model.embeddings.token_embedding.weight";
            default ->
                name.replaceFirst("^visual\\.transformer\\.resblocks\\.", "vision_model.encoder.layers.")
                        .replaceFirst("^transformer\\.resblocks\\.", "text_model.encoder.layers.")
                        .replaceFirst("^visual\\.ln_pre\\.", "vision_model.pre_layrnorm.")
                        .replaceFirst("^visual\\.ln_post\\.", "vision_model.post_layernorm.")
                        .replaceFirst("^ln_final\\.", "text_model.final_layer_norm.")
                        .replace(".attn.out_proj.", ".self_attn.out_proj.")
                        .replace(".ln_1.", ".layer_norm1.")
                        .replace(".ln_2.", ".layer_norm2.")
                        .replace(".mlp.c_fc.", ".mlp.fc1.")
                        .replace(".mlp.c_proj.", ".mlp.fc2.");
        };
    }
}
