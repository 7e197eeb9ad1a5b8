package org.ttdengine.vit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ttdengine.engine.Shape;

/** Names and shapes of a CLIP model's tensors, in OpenAI's naming, which is the one used inside this project. */
public final class ClipTensors {
    static final String VISION_BLOCKS = "visual.transformer.resblocks.";
    static final String TEXT_BLOCKS = "transformer.resblocks.";

    private ClipTensors() {}

    /** Every tensor of a model of these sizes, in the order of the towers. */
    public static Map<String, Shape> of(ClipConfig config) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        ClipConfig.Vision vision = config.vision();
        int width = vision.width();
        shapes.put("visual.class_embedding", Shape.of(width));
        shapes.put("visual.positional_embedding", Shape.of(1 + vision.grid() * vision.grid(), width));
        shapes.put("visual.conv1.weight", Shape.of(width, 3, vision.patch(), vision.patch()));
        norm(shapes, "visual.ln_pre", width);
        for (int i = 0; i < vision.layers(); i++) {
            block(shapes, VISION_BLOCKS + i, width, vision.mlp());
        }
        norm(shapes, "visual.ln_post", width);
        shapes.put("visual.proj", Shape.of(width, config.embedding()));
        ClipConfig.Text text = config.text();
        shapes.put("token_embedding.weight", Shape.of(text.vocabulary(), text.width()));
        shapes.put("positional_embedding", Shape.of(text.context(), text.width()));
        for (int i = 0; i < text.layers(); i++) {
            block(shapes, TEXT_BLOCKS + i, text.width(), text.mlp());
        }
        norm(shapes, "ln_final", text.width());
        shapes.put("text_projection", Shape.of(text.width(), config.embedding()));
        shapes.put("logit_scale", Shape.of());
        return shapes;
    }

    private static void block(Map<String, Shape> shapes, String name, int width, int mlp) {
        norm(shapes, name + ".ln_1", width);
        shapes.put(name + ".attn.in_proj_weight", Shape.of(3 * width, width));
        shapes.put(name + ".attn.in_proj_bias", Shape.of(3 * width));
        shapes.put(name + ".attn.out_proj.weight", Shape.of(width, width));
        shapes.put(name + ".attn.out_proj.bias", Shape.of(width));
        norm(shapes, name + ".ln_2", width);
        shapes.put(name + ".mlp.c_fc.weight", Shape.of(mlp, width));
        shapes.put(name + ".mlp.c_fc.bias", Shape.of(mlp));
        shapes.put(name + ".mlp.c_proj.weight", Shape.of(width, mlp));
        shapes.put(name + ".mlp.c_proj.bias", Shape.of(width));
    }

    private static void norm(Map<String, Shape> shapes, String name, int width) {
        shapes.put(name + ".weight", Shape.of(width));
        shapes.put(name + ".bias", Shape.of(width));
    }
}
