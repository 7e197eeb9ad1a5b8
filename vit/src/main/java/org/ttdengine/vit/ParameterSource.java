package org.ttdengine.vit;

import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Parameter;

/** Puts the tensors of a model's state on a device, as frozen parameters. */
final class ParameterSource {
    private final ClipState state;
    private final Scope scope;

    ParameterSource(ClipState state, Scope scope) {
        this.state = state;
        this.scope = scope;
    }

    ClipConfig config() {
        return state.config();
    }

    /** A matrix or embedding as it is stored, in the device's type of weights. */
    Parameter tensor(String name, int... shape) {
        return frozen(name, Shape.of(shape), state.tensor(name));
    }

    /** A bias or a norm's weight, in single precision at least. */
    private Parameter exact(String name, int size) {
        return Parameter.frozen(name, scope.empty(name, Shape.of(size)).set(state.tensor(name)));
    }

    /** A projection, stored {@code [in, out]}, as the weight {@code [out, in]} of a linear layer. */
    LinearLayer projection(String name, int in, int out) {
        float[] stored = state.tensor(name);
        float[] weight = new float[stored.length];
        for (int i = 0; i < in; i++) {
            for (int o = 0; o < out; o++) {
                weight[o * in + i] = stored[i * out + o];
            }
        }
        return new LinearLayer(frozen(name, Shape.of(out, in), weight), null);
    }

    /** A linear layer of the given weight and bias tensors. */
    LinearLayer linear(String weight, String bias, int out, int in) {
        return new LinearLayer(tensor(weight, out, in), exact(bias, out));
    }

    Norm norm(String name, int width) {
        return new Norm(exact(name + ".weight", width), exact(name + ".bias", width), config().epsilon());
    }

    private Parameter frozen(String name, Shape shape, float[] values) {
        Tensor tensor =
                scope.empty(name, shape, scope.device().activationType()).set(values);
        return Parameter.frozen(name, tensor);
    }
}
