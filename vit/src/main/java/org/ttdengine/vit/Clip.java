package org.ttdengine.vit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.autograd.Parameter;
import org.ttdengine.vit.text.ClipTokenizer;

/** A CLIP model on a device: an image tower, a text tower, and the modules adapters can be attached to. */
public final class Clip implements AutoCloseable {
    private final ClipConfig config;
    private final ClipTokenizer tokenizer;
    private final Scope scope;
    private final VisionTransformer vision;
    private final TextTransformer text;
    private final ClipWeights weights;
    private final Parameter logScale;
    private final Map<String, LinearLayer> layers = new HashMap<>();

    private Clip(ClipState state, ClipTokenizer tokenizer, Device device, boolean trainable) {
        config = state.config();
        this.tokenizer = tokenizer;
        checkVocabulary();
        scope = device.scope("clip");
        try {
            ParameterSource source = new ParameterSource(state, scope, trainable);
            vision = new VisionTransformer(source);
            text = new TextTransformer(source);
            logScale = source.exact("logit_scale");
            weights = source.weights();
        } catch (RuntimeException e) {
            scope.close();
            throw e;
        }
        vision.blocks().forEach(this::collect);
        text.blocks().forEach(this::collect);
    }

    /**
     * Reads a checkpoint directory that brings its vocabulary, and puts the model on a device.
     *
     * @throws IOException with one line that says what is missing or does not fit
     */
    public static Clip load(Path directory, Device device) throws IOException {
        return of(ClipCheckpoint.read(directory), ClipTokenizer.load(directory), device);
    }

    /** Puts a model on a device; close it to free its memory. */
    public static Clip of(ClipState state, ClipTokenizer tokenizer, Device device) {
        return new Clip(state, tokenizer, device, false);
    }

    /**
     * Puts a model on a device with all of its weights, the temperature included, free to learn.
     *
     * @throws IllegalArgumentException if the device stores weights in bfloat16
     */
    public static Clip trainable(ClipState state, ClipTokenizer tokenizer, Device device) {
        return new Clip(state, tokenizer, device, true);
    }

    /** Puts a model without vocabulary on a device: it takes tokens only. */
    public static Clip of(ClipState state, Device device) {
        return new Clip(state, null, device, false);
    }

    private void checkVocabulary() {
        if (tokenizer != null && tokenizer.vocabularySize() > config.text().vocabulary()) {
            throw new IllegalArgumentException("the vocabulary has " + tokenizer.vocabularySize()
                    + " tokens, the model only " + config.text().vocabulary() + "; give --vocab the model's own");
        }
    }

    /**
     * The token sequence of a text, from its start to its end-of-text token; long texts are cut.
     *
     * @throws IllegalStateException if the model has no vocabulary
     */
    public int[] tokens(String sentence) {
        if (tokenizer == null) {
            throw new IllegalStateException("the model has no vocabulary");
        }
        return tokenizer.sequence(sentence, config.text().context());
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

    /** The log of the factor of cosines in the contrastive loss, one element: CLIP's {@code logit_scale}. */
    public Parameter logScale() {
        return logScale;
    }

    /** Every weight under its name in {@link ClipTensors}; projections are the transposes of what these name. */
    public List<Parameter> parameters() {
        return weights.parameters();
    }

    /** A copy of the present weights on the host, in the precision the device keeps them in; without adapters. */
    public ClipState state() {
        return weights.state();
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
