package org.ttdengine.engine.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.io.HalfPrecision;

/** Runs a case forward and backward on a device, for inputs and output gradient drawn from a seed. */
final class OpRun {
    /** Output, and the gradient of each input; null where an input has none. */
    record Outcome(double[] output, List<double[]> gradients) {}

    private OpRun() {}

    /** Inputs of a case, single-precision numbers so that every device starts from the same. */
    static List<double[]> inputs(OpCase sample, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<double[]> values = new ArrayList<>();
        for (OpCase.Input input : sample.inputs()) {
            double[] data = new double[input.shape().size()];
            for (int i = 0; i < data.length; i++) {
                data[i] = (float) (random.nextGaussian() * input.scale());
            }
            values.add(data);
        }
        return values;
    }

    /** The weights that make a scalar of an output of n elements. */
    static double[] outputGradient(int n, long seed) {
        SplittableRandom random = new SplittableRandom(seed + 1);
        return random.doubles(n, -1, 1).map(x -> (float) x).toArray();
    }

    private static double[] rounded(double[] values, DType stored) {
        if (stored != DType.BF16) {
            return values;
        }
        return Arrays.stream(values)
                .map(x -> HalfPrecision.bfloat16ToFloat(HalfPrecision.floatToBfloat16((float) x)))
                .toArray();
    }

    private static DType dtype(Device device, OpCase.Input input) {
        return input.exact() ? device.dtype() : device.activationType();
    }

    /** Runs a case on inputs as they are. */
    static Outcome run(Device device, OpCase sample, long seed) {
        return run(device, sample, seed, device.activationType());
    }

    /** Runs a case whose weights and activations were rounded to {@code stored} before, the output's gradient too. */
    static Outcome run(Device device, OpCase sample, long seed, DType stored) {
        try (Scope scope = device.scope(sample.label())) {
            Tape tape = new Tape(scope, true);
            List<Var> vars = new ArrayList<>();
            List<double[]> values = inputs(sample, seed);
            for (int i = 0; i < values.size(); i++) {
                OpCase.Input input = sample.inputs().get(i);
                Tensor tensor = scope.empty(input.name(), input.shape(), dtype(device, input))
                        .set(input.exact() ? values.get(i) : rounded(values.get(i), stored));
                vars.add(input.differentiable() ? tape.variable(tensor) : tape.constant(tensor));
            }
            Var output = sample.body().apply(tape, vars);
            double[] result = output.value().toDoubles();
            tape.backward(
                    output,
                    scope.empty("seed", output.shape(), output.value().dtype())
                            .set(rounded(outputGradient(result.length, seed), stored)));
            List<double[]> gradients = new ArrayList<>();
            for (Var var : vars) {
                gradients.add(var.gradient() == null ? null : var.gradient().toDoubles());
            }
            return new Outcome(result, gradients);
        }
    }
}
