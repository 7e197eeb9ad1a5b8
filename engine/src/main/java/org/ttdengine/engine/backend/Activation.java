package org.ttdengine.engine.backend;

/** Element-wise non-linearity of a linear layer. */
public enum Activation {
    /** Identity. */
    NONE,
    /** {@code x * sigmoid(1.702 x)}: OpenAI's CLIP. */
    QUICK_GELU,
    /** {@code x * Phi(x)} with the Gaussian distribution function: open_clip's LAION models. */
    GELU_ERF
}
