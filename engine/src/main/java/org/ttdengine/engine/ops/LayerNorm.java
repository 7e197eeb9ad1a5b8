package org.ttdengine.engine.ops;

import java.util.List;
import java.util.random.RandomGenerator;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;

/** Layer normalisation over the innermost axis (Ba et al. 2016), with the biased variance. */
public final class LayerNorm {
    private LayerNorm() {}

    /** {@code y = (x - mean(x)) / sqrt(var(x) + epsilon) gamma + beta}; x is {@code [..., width]}. */
    public static Var apply(Tape tape, Var x, Var gamma, Var beta, double epsilon) {
        int width = x.shape().size(-1);
        Shapes.check(gamma.shape().size() == width && beta.shape().size() == width, "layer norm", x, gamma, beta);
        Tensor y = tape.scope().empty("layer_norm", x.shape(), x.value().dtype());
        Tensor mean = tape.empty("layer_norm.mean", x.shape().rows());
        Tensor rstd = tape.empty("layer_norm.rstd", x.shape().rows());
        tape.backend().layerNorm(x.value(), gamma.value(), beta.value(), epsilon, y, mean, rstd);
        return tape.record(y, List.of(x, gamma, beta), List.of(x), List.of(mean, rstd), dy -> {
            Tensor dgamma = sums(tape, gamma);
            Tensor dbeta = sums(tape, beta);
            if (x.requiresGrad()) {
                x.addGradient((dx, accumulate) -> tape.backend()
                        .layerNormBackward(dy, x.value(), gamma.value(), mean, rstd, dx, accumulate, dgamma, dbeta));
            } else {
                tape.backend().layerNormBackward(dy, x.value(), gamma.value(), mean, rstd, null, false, dgamma, dbeta);
            }
        });
    }

    /** The gradient of a weight, ready to be added to; null if it is not wanted. */
    private static Tensor sums(Tape tape, Var weight) {
        weight.sumIntoGradient(gradient -> {});
        return weight.requiresGrad() ? weight.gradient() : null;
    }

    /** Cases: the widths of the models, one row, a width that fills no vector. */
    static OpSpec spec() {
        return new OpSpec(
                "layer norm",
                1e-5,
                List.of(sample(3, 8), sample(1, 64), sample(7, 33), sample(40, 768), sample(9, 1), sample(0, 32)),
                LayerNorm::random);
    }

    private static OpCase random(RandomGenerator random) {
        return sample(1 + random.nextInt(50), 2 + random.nextInt(200));
    }

    private static OpCase sample(int rows, int width) {
        return OpCase.of(
                rows + "x" + width,
                List.of(
                        OpCase.input("x", rows, width),
                        OpCase.input("gamma", width).kept(),
                        OpCase.input("beta", width).kept()),
                (tape, v) -> apply(tape, v.get(0), v.get(1), v.get(2), 1e-5));
    }
}
