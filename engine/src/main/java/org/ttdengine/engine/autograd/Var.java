package org.ttdengine.engine.autograd;

import java.util.function.Consumer;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.Backend;
import org.ttdengine.engine.backend.PackedMatrix;

/** A value in a computation: what a tape's operations take and give. */
public final class Var {
    private final Tensor value;
    private final Parameter parameter;
    private final boolean requiresGrad;
    private final Scope scope;
    private Tensor gradient;
    private boolean pinned;

    Var(Tensor value, Parameter parameter, boolean requiresGrad, Scope scope) {
        this.value = value;
        this.parameter = parameter;
        this.requiresGrad = requiresGrad;
        this.scope = scope;
        this.gradient = parameter != null && requiresGrad ? parameter.gradient() : null;
    }

    public Tensor value() {
        return value;
    }

    public Shape shape() {
        return value.shape();
    }

    /** Whether a backward pass has to find this value's gradient. */
    public boolean requiresGrad() {
        return requiresGrad;
    }

    /** The gradient found so far, or null. */
    public Tensor gradient() {
        return gradient;
    }

    /** The weight it stands for as a packed right operand, or null; see {@link Parameter}. */
    public PackedMatrix packed(Backend backend, int firstRow, int rows, boolean transposed) {
        return parameter == null ? null : parameter.packed(backend, firstRow, rows, transposed);
    }

    /** Writes a gradient into {@code target}, or adds it if {@code accumulate}. */
    @FunctionalInterface
    public interface GradientWriter {
        void write(Tensor target, boolean accumulate);
    }

    /** Adds to the gradient, if one is wanted at all. */
    public void addGradient(GradientWriter writer) {
        if (!requiresGrad) {
            return;
        }
        boolean accumulate = gradient != null;
        if (!accumulate) {
            gradient = scope.empty(value.name() + ".grad", value.shape(), value.dtype());
        }
        writer.write(gradient, accumulate);
    }

    /** Adds to the gradient with an operation that can only add. */
    public void sumIntoGradient(Consumer<Tensor> adder) {
        if (!requiresGrad) {
            return;
        }
        if (gradient == null) {
            gradient = scope.zeros(value.name() + ".grad", value.shape(), value.dtype());
        }
        adder.accept(gradient);
    }

    /** Takes {@code donated} as the gradient, or adds it to the one there is; true if taken. */
    boolean takeGradient(Tensor donated) {
        if (!requiresGrad) {
            return false;
        }
        if (gradient == null) {
            gradient = donated;
            return true;
        }
        scope.device().backend().axpy(1, donated, gradient);
        return false;
    }

    void pin() {
        pinned = true;
    }

    boolean isPinned() {
        return pinned;
    }

    boolean isLeaf() {
        return parameter != null;
    }

    void forgetGradient() {
        gradient = null;
    }
}
