package org.ttdengine.vit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;

/** A CLIP model on a device: an image tower, a text tower, and the modules adapters can be attached to. */
public final class Clip implements AutoCloseable {
    private final ClipConfig config;
    private final Scope scope;
    private final VisionTransformer vision;
    private final TextTransformer text;
    private final Map<String, LinearLayer> layers = new HashMap<>();

    private Clip(ClipState state, Device device) {
        config = state.config();
        scope = device.scope("clip");
        ParameterSource source = new ParameterSource(state, scope);
        vision = new VisionTransformer(source);
        text = new TextTransformer(source);
        vision.blocks().forEach(this::collect);
        text.blocks().forEach(this::collect);
    }

    /** Puts a model on a device; close it to free its memory. */
    public static Clip of(ClipState state, Device device) {
        return new Clip(state, device);
    }

    private void collect(TransformerBlock block) {
        for (LinearLayer layer : List.of(block.inProjection(), block.outProjection(), block.mlpIn(), block.mlpOut())) {
            layers.put(layer.weight().name(), layer);
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

    /** The layer that computes a module of {@link ClipModule#of}. */
    public LinearLayer layer(ClipModule module) {
        return layers.get(module.tensor());
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
