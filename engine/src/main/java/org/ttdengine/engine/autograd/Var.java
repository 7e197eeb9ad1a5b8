package org.ttdengine.engine.autograd;

import java.util.function.Consumer;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.Activation;
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
    private int uses;
    private Gate gate;
    private boolean gated;

    /**
     * What a value is the activation of.
     *
     * @param activation the function
     * @param argument what it was applied to, shaped as the value
     */
    public record Gate(Activation activation, Tensor argument) {}

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

    /** Writes a gradient as {@link GradientWriter}, times the derivative of a gate unless that is null. */
    @FunctionalInterface
    public interface GatedGradientWriter {
        void write(Tensor target, boolean accumulate, Gate gate);
    }

    /**
     * Adds to the gradient, for an operation that contributes to it once. If it is the only one to do so and the value is
     * the result of an activation, the writer is asked to multiply by the activation's derivative: what is found then is
     * the gradient of the activation's argument, and {@link #isGradientGated} from now on.
     */
    public void addGatedGradient(GatedGradientWriter writer) {
        gated = requiresGrad && gate != null && gradient == null && uses == 1;
        addGradient((target, accumulate) -> writer.write(target, accumulate, gated ? gate : null));
    }

    /** Declares this value, fresh from its operation, to be that of an activation. */
    public void setGate(Gate newGate) {
        gate = newGate;
    }

    /** Whether the gradient is that of the activation's argument already. */
    public boolean isGradientGated() {
        return gated;
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

    /** Notes a recorded operation that takes this value. */
    void use() {
        uses++;
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
