package org.ttdengine.engine.autograd;

import java.util.HashMap;
import java.util.Map;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.Backend;
import org.ttdengine.engine.backend.MatrixView;
import org.ttdengine.engine.backend.PackedMatrix;

/**
 * A weight of a model. A trainable one owns a gradient that backward passes add to; a frozen one has none, and keeps
 * itself packed for the matrix products it takes part in.
 */
public final class Parameter {
    private final String name;
    private final Tensor value;
    private final Tensor gradient;
    private final Map<Slice, PackedMatrix> packed = new HashMap<>();

    private record Slice(int firstRow, int rows, boolean transposed) {}

    private Parameter(String name, Tensor value, Tensor gradient) {
        this.name = name;
        this.value = value;
        this.gradient = gradient;
    }

    /** A weight that never changes. */
    public static Parameter frozen(String name, Tensor value) {
        return new Parameter(name, value, null);
    }

    /** A weight to train; its gradient, zero at first, lives in {@code scope}. */
    public static Parameter trainable(String name, Tensor value, Scope scope) {
        return new Parameter(name, value, scope.zeros(name + ".grad", value.shape()));
    }

    public String name() {
        return name;
    }

    public Tensor value() {
        return value;
    }

    public boolean isTrainable() {
        return gradient != null;
    }

    /**
     * The sum of gradients since it was last cleared.
     *
     * @throws IllegalStateException if the parameter is frozen
     */
    public Tensor gradient() {
        if (gradient == null) {
            throw new IllegalStateException("parameter '" + name + "' is frozen and has no gradient");
        }
        return gradient;
    }

    /** Rows of this matrix as a packed right operand; null where the weight may change or the backend does not pack. */
    PackedMatrix packed(Backend backend, int firstRow, int rows, boolean transposed) {
        if (isTrainable()) {
            return null;
        }
        return packed.computeIfAbsent(
                new Slice(firstRow, rows, transposed),
                s -> backend.pack(MatrixView.of(value).rows(firstRow, rows), transposed));
    }

    @Override
    public String toString() {
        return name + value.shape() + (isTrainable() ? "" : " frozen");
    }
}
