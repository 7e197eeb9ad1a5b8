package org.ttdengine.engine.backend.cpu;

/** Element-wise function applied to a matrix product after the bias. */
public enum Activation {
    /** The identity. */
    NONE,
    /** x * sigmoid(1.702 x), the activation of the original CLIP models. */
    QUICK_GELU,
    /** x * (1 + erf(x / sqrt 2)) / 2. */
    GELU_ERF
}
