package org.ttdengine.engine.backend.cpu;

import java.util.Arrays;
import org.ttdengine.engine.backend.AdamWStep;

/** The optimiser's arithmetic: in double from stored single-precision values. */
final class CpuOptimizer {
    private final WorkerPool pool;

    CpuOptimizer(WorkerPool pool) {
        this.pool = pool;
    }

    void adamW(AdamWStep step, float[] parameter, float[] gradient, float[] first, float[] second, int size) {
        double beta1 = step.beta1();
        double beta2 = step.beta2();
        double stepSize = step.learningRate() / (1 - Math.pow(beta1, (double) step.step()));
        double correction2 = Math.sqrt(1 - Math.pow(beta2, (double) step.step()));
        double decay = 1 - step.learningRate() * step.weightDecay();
        Ranges.elements(pool, size, (start, end, worker) -> {
            for (int i = start; i < end; i++) {
                double g = gradient[i] * step.gradientScale();
                first[i] = (float) (beta1 * first[i] + (1 - beta1) * g);
                second[i] = (float) (beta2 * second[i] + (1 - beta2) * g * g);
                double denominator = Math.sqrt(second[i]) / correction2 + step.epsilon();
                parameter[i] = (float) (parameter[i] * decay - stepSize * first[i] / denominator);
            }
        });
    }

    double sumOfSquares(float[] x, int size) {
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
