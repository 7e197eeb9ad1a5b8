package org.ttdengine.engine.backend;

/**
 * Settings of one AdamW update (Loshchilov and Hutter 2019, as torch.optim.AdamW computes it).
 *
 * @param step number of this update, from 1
 * @param learningRate step size, the schedule applied
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment
 * @param weightDecay decoupled decay
 * @param clipNorm largest norm of all gradients together; longer ones are scaled down to it; 0 for no limit
 */
public record AdamWStep(
        long step,
        double learningRate,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double clipNorm) {
    /** Keeps the factor of a zero gradient finite; torch.nn.utils.clip_grad_norm_ adds the same. */
    public static final double CLIP_EPSILON = 1e-6;

    /** Factor of gradients whose norm is {@code norm}: at most 1. */
    public double gradientScale(double norm) {
        return clipNorm > 0 ? Math.min(1, clipNorm / (norm + CLIP_EPSILON)) : 1;
    }
}
