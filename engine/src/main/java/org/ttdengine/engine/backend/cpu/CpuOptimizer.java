package org.ttdengine.engine.backend.cpu;

import java.util.Arrays;
import java.util.List;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.AdamWSlot;
import org.ttdengine.engine.backend.AdamWStep;

/** The optimiser's arithmetic: in double from stored single-precision values. */
final class CpuOptimizer {
    private final WorkerPool pool;

    CpuOptimizer(WorkerPool pool) {
        this.pool = pool;
    }

    /** One update; {@code scale} is the factor of the gradient. */
    void adamW(AdamWStep step, AdamWSlot slot, double scale) {
        float[] parameter = FloatMemory.of(slot.parameter());
        float[] gradient = FloatMemory.of(slot.gradient());
        float[] first = FloatMemory.of(slot.firstMoment());
        float[] second = FloatMemory.of(slot.secondMoment());
        double beta1 = step.beta1();
        double beta2 = step.beta2();
        double stepSize = step.learningRate() / (1 - Math.pow(beta1, (double) step.step()));
        double correction2 = Math.sqrt(1 - Math.pow(beta2, (double) step.step()));
        double decay = 1 - step.learningRate() * step.weightDecay();
        Ranges.elements(pool, slot.parameter().size(), (start, end, worker) -> {
            for (int i = start; i < end; i++) {
                double g = gradient[i] * scale;
                first[i] = (float) (beta1 * first[i] + (1 - beta1) * g);
                second[i] = (float) (beta2 * second[i] + (1 - beta2) * g * g);
                double denominator = Math.sqrt(second[i]) / correction2 + step.epsilon();
                parameter[i] = (float) (parameter[i] * decay - stepSize * first[i] / denominator);
            }
        });
    }

    /** The Euclidean norm of all gradients together. */
    double norm(List<Tensor> gradients) {
        double sum = 0;
        for (Tensor gradient : gradients) {
            sum += sumOfSquares(FloatMemory.of(gradient), gradient.size());
        }
        return Math.sqrt(sum);
    }

    private double sumOfSquares(float[] x, int size) {
        double[] sums = new double[Math.max(1, Ranges.count(size, Ranges.GRAIN))];
        Ranges.elements(pool, size, (start, end, worker) -> sums[start / Ranges.GRAIN] = sumOfSquares(x, start, end));
        return Arrays.stream(sums).reduce(0, Double::sum);
    }

    private static double sumOfSquares(float[] x, int start, int end) {
        double even = 0;
        double odd = 0;
        for (int i = start; i + 1 < end; i += 2) {
            even += (double) x[i] * x[i];
            odd += (double) x[i + 1] * x[i + 1];
        }
        double last = (end - start) % 2 == 0 ? 0 : x[end - 1];
        return even + odd + last * last;
    }
}
