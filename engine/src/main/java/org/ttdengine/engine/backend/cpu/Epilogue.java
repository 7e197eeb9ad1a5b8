package org.ttdengine.engine.backend.cpu;

import java.util.Objects;
import org.ttdengine.engine.backend.Activation;

/**
 * What happens to a matrix product on its way to memory: {@code C = activation(alpha A B + bias) + residual}, in this
 * order; with a gate, {@code C = alpha A B * activation'(gate)}. Absent parts are null.
 *
 * @param bias one value per column, from {@code biasOffset} on; nullable
 * @param biasOffset index of the first column's bias
 * @param activation the element-wise function
 * @param preActivation receives {@code alpha A B + bias}, what the backward pass of the activation needs; nullable
 * @param residual added last; may be the very place the product is written to; nullable
 * @param gate what the activation was applied to: the product is multiplied by the derivative there; nullable
 */
@SuppressWarnings("ArrayRecordComponent") // a view of shared storage: identity is the meaning wanted
public record Epilogue(
        float[] bias,
        int biasOffset,
        Activation activation,
        FloatView preActivation,
        FloatView residual,
        FloatView gate) {
    /** The plain product. */
    public static final Epilogue NONE = new Epilogue(null, 0, Activation.NONE, null, null, null);

    public Epilogue {
        Objects.requireNonNull(activation, "activation");
        if (isTransposed(preActivation) || isTransposed(residual) || isTransposed(gate)) {
            throw new IllegalArgumentException(
                    "pre-activation, residual and gate of a product cannot be transposed views");
        }
    }

    private static boolean isTransposed(FloatView view) {
        return view != null && view.transposed();
    }

    /** This epilogue with a bias. */
    public Epilogue withBias(float[] values, int offset) {
        return new Epilogue(values, offset, activation, preActivation, residual, gate);
    }

    /** This epilogue with an activation. */
    public Epilogue withActivation(Activation function) {
        return new Epilogue(bias, biasOffset, function, preActivation, residual, gate);
    }

    /** This epilogue, storing the argument of the activation as well. */
    public Epilogue withPreActivation(float[] data, int offset, int stride) {
        return new Epilogue(bias, biasOffset, activation, FloatView.of(data, offset, stride), residual, gate);
    }

    /** This epilogue with a residual. */
    public Epilogue withResidual(float[] data, int offset, int stride) {
        return new Epilogue(bias, biasOffset, activation, preActivation, FloatView.of(data, offset, stride), gate);
    }

    /** Whether nothing is to be done. */
    boolean isNone() {
        return bias == null
                && activation == Activation.NONE
                && preActivation == null
                && residual == null
                && gate == null;
    }

    void requireSize(int rows, int columns) {
        if (bias != null) {
            FloatView.of(bias, biasOffset, columns).requireSize("of biases", 1, columns);
        }
        if (preActivation != null) {
            preActivation.requireSize("of pre-activations", rows, columns);
        }
        if (residual != null) {
            residual.requireSize("of residuals", rows, columns);
        }
        if (gate != null) {
            gate.requireSize("of activation arguments", rows, columns);
        }
    }
}
