package org.ttdengine.vit;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.ttdengine.engine.Shape;

/**
 * The weights of a CLIP model on the host, in OpenAI's naming and layout.
 *
 * @param config sizes of the model
 * @param tensors elements by name; complete, see {@link ClipTensors}
 */
public record ClipState(ClipConfig config, Map<String, float[]> tensors) {
    public ClipState {
        ClipTensors.of(config).forEach((name, shape) -> {
            float[] data = tensors.get(name);
            if (data == null || data.length != shape.size()) {
                throw new IllegalArgumentException("the model lacks tensor " + name + " " + shape);
            }
        });
    }

    /** Elements of one tensor. */
    public float[] tensor(String name) {
        return tensors.get(name);
    }

    /** Number of weights. */
    public long parameters() {
        return tensors.values().stream().mapToLong(t -> t.length).sum();
    }

    /**
     * Random weights at the scale OpenAI starts training from; uniform rather than Gaussian, so that a seed means the
     * same model on every Java version.
     */
    public static ClipState random(ClipConfig config, long seed) {
        Map<String, float[]> tensors = new TreeMap<>();
        SplittableRandom random = new SplittableRandom(seed);
        ClipTensors.of(config).forEach((name, shape) -> {
            float[] data = new float[shape.size()];
            double bound = Math.sqrt(3) * deviation(config, name, shape);
            for (int i = 0; i < data.length && bound > 0; i++) {
                data[i] = (float) ((2 * random.nextDouble() - 1) * bound);
            }
            if (name.contains("ln_") && name.endsWith(".weight")) {
                Arrays.fill(data, 1);
            } else if (name.equals("logit_scale")) {
                data[0] = (float) Math.log(1 / 0.07);
            }
            tensors.put(name, data);
        });
        return new ClipState(config, tensors);
    }

    private static double deviation(ClipConfig config, String name, Shape shape) {
        boolean visual = name.startsWith("visual.");
        double width = visual ? config.vision().width() : config.text().width();
        double layers = visual ? config.vision().layers() : config.text().layers();
        if (name.contains("ln_") || name.endsWith("bias") || name.equals("logit_scale")) {
            return 0;
        }
        if (name.equals("token_embedding.weight")) {
            return 0.02;
        }
        if (name.equals("positional_embedding")) {
            return 0.01;
        }
        if (name.equals("visual.conv1.weight")) {
            return 1 / Math.sqrt(3.0 * shape.size(1) * shape.size(2) * shape.size(3));
        }
        if (name.endsWith("c_fc.weight")) {
            return 1 / Math.sqrt(2 * width);
        }
        if (name.endsWith("out_proj.weight") || name.endsWith("c_proj.weight")) {
            return 1 / Math.sqrt(2 * width * layers);
        }
        return 1 / Math.sqrt(width);
    }
}
