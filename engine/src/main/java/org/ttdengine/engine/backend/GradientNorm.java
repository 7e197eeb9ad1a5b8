package org.ttdengine.engine.backend;

/**
 * The Euclidean norm of gradients, where the device keeps it. The optimiser takes it from there, so that a step need not
 * wait for it. It holds until the backend that made it finds the next one.
 */
@FunctionalInterface
public interface GradientNorm {
    /** The norm; the caller waits until the device has found it. */
    double value();
}
