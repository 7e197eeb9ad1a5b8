package org.ttdengine.vit;

import java.util.ArrayList;
import java.util.List;

/**
 * A linear map inside a block, as Hugging Face's CLIPModel names it and as it lies in our tensors. A fused
 * query-key-value weight holds three of them.
 *
 * @param path for example {@code vision_model.encoder.layers.0.self_attn.q_proj}
 * @param tensor the weight it is part of, see {@link ClipTensors}
 * @param firstRow first row of that weight that belongs to it
 * @param out number of rows that belong to it
 * @param in columns of the weight
 */
public record ClipModule(String path, String tensor, int firstRow, int out, int in) {
    /** Every linear map of every block, the image tower's first. */
    public static List<ClipModule> of(ClipConfig config) {
        List<ClipModule> modules = new ArrayList<>();
        ClipConfig.Vision vision = config.vision();
        for (int i = 0; i < vision.layers(); i++) {
            addBlock(
                    modules,
                    "vision_model.encoder.layers." + i,
                    ClipTensors.VISION_BLOCKS + i,
                    vision.width(),
                    vision.mlp());
        }
        ClipConfig.Text text = config.text();
        for (int i = 0; i < text.layers(); i++) {
            addBlock(modules, "text_model.encoder.layers." + i, ClipTensors.TEXT_BLOCKS + i, text.width(), text.mlp());
        }
        return modules;
    }

    private static void addBlock(List<ClipModule> modules, String path, String tensor, int width, int mlp) {
        String fused = tensor + ".attn.in_proj_weight";
        modules.add(new ClipModule(path + ".self_attn.q_proj", fused, 0, width, width));
        modules.add(new ClipModule(path + ".self_attn.k_proj", fused, width, width, width));
        modules.add(new ClipModule(path + ".self_attn.v_proj", fused, 2 * width, width, width));
        modules.add(new ClipModule(path + ".self_attn.out_proj", tensor + ".attn.out_proj.weight", 0, width, width));
        modules.add(new ClipModule(path + ".mlp.fc1", tensor + ".mlp.c_fc.weight", 0, mlp, width));
        modules.add(new ClipModule(path + ".mlp.fc2", tensor + ".mlp.c_proj.weight", 0, width, mlp));
    }
}
