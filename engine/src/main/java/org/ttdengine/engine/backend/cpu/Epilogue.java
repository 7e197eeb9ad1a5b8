package org.ttdengine.engine.backend.cpu;

import java.util.Objects;
import org.ttdengine.engine.backend.Activation;

/**
 * What happens to a matrix product on its way to memory: {@code C = activation(alpha A B + bias) + residual}, in this
 * order. Absent parts are null.
 *
 * @param bias one value per column, from {@code biasOffset} on; nullable
 * @param biasOffset index of the first column's bias
 * @param activation the element-wise function
 * @param preActivation receives {@code alpha A B + bias}, what the backward pass of the activation needs; nullable
 * @param residual added last; may be the very place the product is written to; nullable
 */
@SuppressWarnings("ArrayRecordComponent") // a view of shared storage: identity is the meaning wanted
public record Epilogue(
        float[] bias, int biasOffset, Activation activation, FloatView preActivation, FloatView residual) {
    /** The plain product. */
    public static final Epilogue NONE = new Epilogue(null, 0, Activation.NONE, null, null);

    public Epilogue {
        Objects.requireNonNull(activation, "activation");
        if ((preActivation != null && preActivation.transposed()) || (residual != null && residual.transposed())) {
            throw new IllegalArgumentException("pre-activation and residual of a product cannot be transposed views");
        }
    }

    /** This epilogue with a bias. */
    public Epilogue withBias(float[] values, int offset) {
        return new Epilogue(values, offset, activation, preActivation, residual);
    }

    /** This epilogue with an activation. */
    public Epilogue withActivation(Activation function) {
        return new Epilogue(bias, biasOffset, function, preActivation, residual);
    }

    /** This epilogue, storing the argument of the activation as well. */
    public Epilogue withPreActivation(float[] data, int offset, int stride) {
        return new Epilogue(bias, biasOffset, activation, FloatView.of(data, offset, stride), residual);
    }

    /** This epilogue with a residual. */
    public Epilogue withResidual(float[] data, int offset, int stride) {
        return new Epilogue(bias, biasOffset, activation, preActivation, FloatView.of(data, offset, stride));
    }

    /** Whether nothing is to be done. */
    boolean isNone() {
        return bias == null && activation == Activation.NONE && preActivation == null && residual == null;
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
    }
}
