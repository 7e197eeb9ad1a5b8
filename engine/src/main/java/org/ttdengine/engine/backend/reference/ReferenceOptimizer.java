package org.ttdengine.engine.backend.reference;

import java.util.List;
import org.ttdengine.engine.Storage;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.AdamWSlot;
import org.ttdengine.engine.backend.AdamWStep;

/** AdamW (Loshchilov and Hutter 2019) and the norm of the gradient, one element at a time. */
final class ReferenceOptimizer {
    private ReferenceOptimizer() {}

    static void adamW(AdamWStep step, AdamWSlot slot, double scale) {
        double correction1 = 1 - Math.pow(step.beta1(), step.step());
        double correction2 = Math.sqrt(1 - Math.pow(step.beta2(), step.step()));
        Storage p = slot.parameter().storage();
        Storage m = slot.firstMoment().storage();
        Storage v = slot.secondMoment().storage();
        for (int i = 0; i < slot.parameter().size(); i++) {
            double g = slot.gradient().storage().get(i) * scale;
            m.set(i, step.beta1() * m.get(i) + (1 - step.beta1()) * g);
            v.set(i, step.beta2() * v.get(i) + (1 - step.beta2()) * g * g);
            double denominator = Math.sqrt(v.get(i)) / correction2 + step.epsilon();
            double decayed = p.get(i) * (1 - step.learningRate() * step.weightDecay());
            p.set(i, decayed - step.learningRate() / correction1 * m.get(i) / denominator);
        }
    }

    static double norm(List<Tensor> gradients) {
        double sum = 0;
        for (Tensor gradient : gradients) {
            double squares = 0;
            for (int i = 0; i < gradient.size(); i++) {
                double value = gradient.storage().get(i);
                squares += value * value;
            }
            sum += squares;
        }
        return Math.sqrt(sum);
    }
}
