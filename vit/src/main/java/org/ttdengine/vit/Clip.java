package org.ttdengine.vit;

import java.util.ArrayList;
import java.util.List;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;

/** A CLIP model on a device: an image tower, a text tower, and the modules adapters can be attached to. */
public final class Clip implements AutoCloseable {
    private final ClipConfig config;
    private final Scope scope;
    private final VisionTransformer vision;
    private final TextTransformer text;
    private final List<Module> modules = new ArrayList<>();

    /**
     * A linear map of the model as Hugging Face's CLIPModel names it.
     *
     * @param path for example {@code vision_model.encoder.layers.0.self_attn.q_proj}
     * @param layer the layer that computes it
     * @param firstRow first row of the layer's weight that belongs to it
     * @param out number of rows that belong to it
     * @param in columns of the weight
     */
    public record Module(String path, LinearLayer layer, int firstRow, int out, int in) {}

    private Clip(ClipState state, Device device) {
        config = state.config();
        scope = device.scope("clip");
        ParameterSource source = new ParameterSource(state, scope);
        vision = new VisionTransformer(source);
        text = new TextTransformer(source);
        collect(
                "vision_model",
                vision.blocks(),
                config.vision().width(),
                config.vision().mlp());
        collect(
                "text_model",
                text.blocks(),
                config.text().width(),
                config.text().mlp());
    }

    /** Puts a model on a device; close it to free its memory. */
    public static Clip of(ClipState state, Device device) {
        return new Clip(state, device);
    }

    private void collect(String tower, List<TransformerBlock> blocks, int width, int mlp) {
        for (int i = 0; i < blocks.size(); i++) {
            TransformerBlock block = blocks.get(i);
            String layer = tower + ".encoder.layers." + i;
            modules.add(new Module(layer + ".self_attn.q_proj", block.inProjection(), 0, width, width));
            modules.add(new Module(layer + ".self_attn.k_proj", block.inProjection(), width, width, width));
            modules.add(new Module(layer + ".self_attn.v_proj", block.inProjection(), 2 * width, width, width));
            modules.add(new Module(layer + ".self_attn.out_proj", block.outProjection(), 0, width, width));
            modules.add(new Module(layer + ".mlp.fc1", block.mlpIn(), 0, mlp, width));
            modules.add(new Module(layer + ".mlp.fc2", block.mlpOut(), 0, width, mlp));
        }
    }

    public ClipConfig config() {
        return config;
    }

    public Device device() {
        return scope.device();
    }

    public VisionTransformer vision() {
        return vision;
    }

    public TextTransformer text() {
        return text;
    }

    /** Every linear map of every block, vision first. */
    public List<Module> modules() {
        return List.copyOf(modules);
    }

    /** The scope of the weights; adapters may live in it too. */
    public Scope scope() {
        return scope;
    }

    @Override
    public void close() {
        scope.close();
    }
}
