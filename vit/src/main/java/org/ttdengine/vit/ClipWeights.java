package org.ttdengine.vit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.autograd.Parameter;

/** The parameters of a model on a device, and the way back from them to a state on the host. */
final class ClipWeights {
    private final ClipConfig config;
    private final Map<String, Weight> weights = new LinkedHashMap<>();

    /** A parameter; a transposed one is stored the other way round in the state. */
    private record Weight(Parameter parameter, boolean transposed) {
        float[] values() {
            float[] values = parameter.value().toFloats();
            Shape shape = parameter.value().shape();
            return transposed ? ClipCheckpoint.transpose(values, shape.size(0), shape.size(1)) : values;
        }
    }

    ClipWeights(ClipConfig config) {
        this.config = config;
    }

    void add(String name, Parameter parameter, boolean transposed) {
        weights.put(name, new Weight(parameter, transposed));
    }

    /** All of them, in the order in which they were added. */
    List<Parameter> parameters() {
        List<Parameter> parameters = new ArrayList<>();
        weights.values().forEach(weight -> parameters.add(weight.parameter));
        return parameters;
    }

    /** The present values, in the layout of the state. */
    ClipState state() {
        Map<String, float[]> tensors = new LinkedHashMap<>();
        weights.forEach((name, weight) -> tensors.put(name, weight.values()));
        return new ClipState(config, tensors);
    }
}
