package org.ttdengine.vit;

import org.ttdengine.engine.DType;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Parameter;

/** Puts the tensors of a model's state on a device, as frozen or as trainable parameters. */
final class ParameterSource {
    private final ClipState state;
    private final Scope scope;
    private final boolean trainable;
    private final ClipWeights weights;

    /**
     * @param trainable whether all weights learn; gradients are in single precision, and so must the weights be
     * @throws IllegalArgumentException if they are to learn on a device that stores weights in less than that
     */
    ParameterSource(ClipState state, Scope scope, boolean trainable) {
        if (trainable && scope.device().activationType() == DType.BF16) {
            throw new IllegalArgumentException(
                    "--precision bf16: all weights are trained in single precision only; use --precision fp32");
        }
        this.state = state;
        this.scope = scope;
        this.trainable = trainable;
        this.weights = new ClipWeights(state.config());
    }

    ClipConfig config() {
        return state.config();
    }

    /** A matrix or embedding as it is stored, in the device's type of weights. */
    Parameter tensor(String name, int... shape) {
        return add(name, Shape.of(shape), scope.device().activationType(), state.tensor(name), false);
    }

    /** A bias, a norm's weight or a scalar, in single precision at least. */
    Parameter exact(String name, int... shape) {
        return add(name, Shape.of(shape), scope.device().dtype(), state.tensor(name), false);
    }

    /** A projection, stored {@code [in, out]}, as the weight {@code [out, in]} of a linear layer. */
    LinearLayer projection(String name, int in, int out) {
        float[] weight = ClipCheckpoint.transpose(state.tensor(name), in, out);
        return new LinearLayer(add(name, Shape.of(out, in), scope.device().activationType(), weight, true), null);
    }

    /** A linear layer of the given weight and bias tensors. */
    LinearLayer linear(String weight, String bias, int out, int in) {
        return new LinearLayer(tensor(weight, out, in), exact(bias, out));
    }

    Norm norm(String name, int width) {
        return new Norm(exact(name + ".weight", width), exact(name + ".bias", width), config().epsilon());
    }

    private Parameter add(String name, Shape shape, DType type, float[] values, boolean transposed) {
        Tensor tensor = scope.empty(name, shape, type).set(values);
        Parameter parameter = trainable ? Parameter.trainable(name, tensor, scope) : Parameter.frozen(name, tensor);
        weights.add(name, parameter, transposed);
        return parameter;
    }

    /** What has been put on the device so far. */
    ClipWeights weights() {
        return weights;
    }
}
