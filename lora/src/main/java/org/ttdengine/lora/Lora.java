package org.ttdengine.lora;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.autograd.Parameter;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipModule;
import org.ttdengine.vit.LinearLayer;

/** The low-rank adapters attached to a model. Closing detaches and frees them. */
public final class Lora implements AutoCloseable {
    private final Clip clip;
    private final PeftConfig config;
    private final Scope scope;
    private final Map<String, Attached> adapters = new LinkedHashMap<>();

    private record Attached(ClipModule module, LinearLayer.Adapter adapter) {}

    private Lora(Clip clip, PeftConfig config) {
        this.clip = clip;
        this.config = config;
        this.scope = clip.device().scope("lora");
    }

    /**
     * Attaches fresh trainable adapters: A uniform in {@code +-1/sqrt(in)} (Kaiming with a = sqrt 5), B zero, so that the
     * model is unchanged at first.
     *
     * @throws IllegalArgumentException if no module is targeted
     */
    public static Lora attach(Clip clip, LoraConfig config, long seed) {
        Lora lora = new Lora(clip, PeftConfig.of(config));
        SplittableRandom random = new SplittableRandom(seed);
        for (ClipModule module : ClipModule.of(clip.config())) {
            if (config.targets().match(module.path())) {
                float[] a = new float[config.rank() * module.in()];
                double bound = 1 / Math.sqrt(module.in());
                for (int i = 0; i < a.length; i++) {
                    a[i] = (float) ((2 * random.nextDouble() - 1) * bound);
                }
                float[] b = new float[module.out() * config.rank()];
                lora.attach(new LoraWeights.Pair(module, config.rank(), a, b), true);
            }
        }
        if (lora.adapters.isEmpty()) {
            lora.close();
            throw new IllegalArgumentException("LoRA targets '" + config.targets() + "' match no module of the model");
        }
        return lora;
    }

    /**
     * Attaches the adapters of a PEFT directory.
     *
     * @param trainable whether they go on learning
     * @throws IOException with one line if it is no LoRA directory or belongs to another model
     */
    public static Lora load(Clip clip, Path directory, boolean trainable) throws IOException {
        LoraWeights weights = LoraWeights.read(directory, clip.config());
        Lora lora = new Lora(clip, weights.config());
        weights.pairs().forEach(pair -> lora.attach(pair, trainable));
        return lora;
    }

    private void attach(LoraWeights.Pair pair, boolean trainable) {
        try {
            attachTo(clip.layer(pair.module()), pair, trainable);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void attachTo(LinearLayer layer, LoraWeights.Pair pair, boolean trainable) {
        ClipModule module = pair.module();
        Parameter a = parameter(module.path() + ".lora_A.weight", pair.a(), trainable, pair.rank(), module.in());
        Parameter b = parameter(module.path() + ".lora_B.weight", pair.b(), trainable, module.out(), pair.rank());
        double scale = config.scale(module.path(), pair.rank());
        LinearLayer.Adapter adapter = new LinearLayer.Adapter(
                a, b, scale, module.firstRow(), trainable ? config.lora().dropout() : 0);
        layer.attach(adapter);
        adapters.put(module.path(), new Attached(module, adapter));
    }

    private Parameter parameter(String name, float[] values, boolean trainable, int rows, int columns) {
        var tensor = scope.empty(name, Shape.of(rows, columns)).set(values);
        return trainable ? Parameter.trainable(name, tensor, scope) : Parameter.frozen(name, tensor);
    }

    /** The device of the model and its adapters. */
    public Device device() {
        return clip.device();
    }

    /** What the adapters are, and what their file says besides. */
    public PeftConfig config() {
        return config;
    }

    /** A and B of every adapter, in the order of the model's modules. */
    public List<Parameter> parameters() {
        List<Parameter> parameters = new ArrayList<>();
        adapters.values().forEach(attached -> {
            parameters.add(attached.adapter.a());
            parameters.add(attached.adapter.b());
        });
        return parameters;
    }

    /** Number of weights in all adapters. */
    public long size() {
        return parameters().stream().mapToLong(p -> p.value().size()).sum();
    }

    /** What {@code action} gives when the model runs without its adapters. */
    public <T> T without(Supplier<T> action) {
        adapters.values().forEach(attached -> clip.layer(attached.module).detach(attached.adapter));
        try {
            return action.get();
        } finally {
            adapters.values().forEach(attached -> clip.layer(attached.module).attach(attached.adapter));
        }
    }

    /** A copy of the present weights on the host. */
    public LoraWeights weights() {
        List<LoraWeights.Pair> pairs = new ArrayList<>();
        adapters.values()
                .forEach(attached -> pairs.add(new LoraWeights.Pair(
                        attached.module,
                        attached.adapter.a().value().shape().size(0),
                        attached.adapter.a().value().toFloats(),
                        attached.adapter.b().value().toFloats())));
        return new LoraWeights(config, pairs);
    }

    @Override
    public void close() {
        adapters.values().forEach(attached -> clip.layer(attached.module).detach(attached.adapter));
        scope.close();
    }
}
