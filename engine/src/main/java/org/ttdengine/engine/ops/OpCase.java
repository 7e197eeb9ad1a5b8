package org.ttdengine.engine.ops;

import java.util.List;
import java.util.function.Function;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;

/**
 * One call of an operation with given shapes.
 *
 * @param label what is particular about it
 * @param inputs its arguments
 * @param body the call
 * @param constantsAt for operations that stop gradients: the call with all that is held constant fixed at the given
 *     inputs, which is what finite differences must see; null where nothing is held constant
 */
public record OpCase(String label, List<Input> inputs, Body body, Function<List<Tensor>, Body> constantsAt) {
    /**
     * An argument, filled with Gaussian numbers by whoever runs the case.
     *
     * @param name what it is
     * @param shape its shape
     * @param differentiable whether the operation finds its gradient
     * @param scale standard deviation of its elements
     * @param exact whether it is kept in single precision where weights and activations are not
     */
    public record Input(String name, Shape shape, boolean differentiable, double scale, boolean exact) {
        /** The same argument, kept in single precision. */
        Input kept() {
            return new Input(name, shape, differentiable, scale, true);
        }
    }

    /** The operation on arguments of a tape. */
    @FunctionalInterface
    public interface Body {
        Var apply(Tape tape, List<Var> inputs);
    }

    static OpCase of(String label, List<Input> inputs, Body body) {
        return new OpCase(label, inputs, body, null);
    }

    static Input input(String name, int... shape) {
        return new Input(name, Shape.of(shape), true, 1, false);
    }

    static Input scaled(String name, double scale, int... shape) {
        return new Input(name, Shape.of(shape), true, scale, false);
    }

    static Input constant(String name, int... shape) {
        return new Input(name, Shape.of(shape), false, 1, false);
    }

    @Override
    public String toString() {
        return label;
    }
}
