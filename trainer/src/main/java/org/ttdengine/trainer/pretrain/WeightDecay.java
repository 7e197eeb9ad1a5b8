package org.ttdengine.trainer.pretrain;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ttdengine.engine.autograd.Parameter;
import org.ttdengine.trainer.train.AdamW;

/**
 * Which weights of a CLIP are decayed: the matrices, token embeddings among them. Biases, norms, the class token, positions
 * and the temperature are not.
 */
final class WeightDecay {
    private WeightDecay() {}

    /** The two groups of an optimiser. */
    static List<AdamW.Group> groups(List<Parameter> parameters, double decay) {
        Map<Boolean, List<Parameter>> parts =
                parameters.stream().collect(Collectors.partitioningBy(p -> decays(p.name())));
        return List.of(new AdamW.Group(parts.get(true), decay), new AdamW.Group(parts.get(false), 0));
    }

    /** Whether the tensor of this name, as in {@link org.ttdengine.vit.ClipTensors}, is decayed. */
    static boolean decays(String name) {
        return !(name.endsWith("bias")
                || name.contains("ln_")
                || name.endsWith("class_embedding")
                || name.endsWith("positional_embedding")
                || name.equals("logit_scale"));
    }
}
