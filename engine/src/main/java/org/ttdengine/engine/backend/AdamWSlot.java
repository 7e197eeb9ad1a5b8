package org.ttdengine.engine.backend;

import org.ttdengine.engine.Tensor;

/**
 * What one parameter's AdamW update reads and writes: four tensors of one size.
 *
 * @param parameter updated in place
 * @param gradient read
 * @param firstMoment running mean of the gradient, updated in place
 * @param secondMoment running mean of its square, updated in place
 */
public record AdamWSlot(Tensor parameter, Tensor gradient, Tensor firstMoment, Tensor secondMoment) {
    public AdamWSlot {
        int size = parameter.size();
        if (gradient.size() != size || firstMoment.size() != size || secondMoment.size() != size) {
            throw new IllegalArgumentException("gradient and moments of " + parameter + " do not have its size");
        }
    }
}
