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
 * @param gradientScale factor of the gradient: clipping
 */
public record AdamWStep(
        long step,
        double learningRate,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double gradientScale) {}
