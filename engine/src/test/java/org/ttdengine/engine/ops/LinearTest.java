package org.ttdengine.engine.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.RowMix;
import org.ttdengine.engine.backend.counting.CountingBackend;
import org.ttdengine.engine.backend.counting.Work;

/** The derivative of a layer's activation, found by the product of the layer behind it where nothing else adds to it. */
class LinearTest {
    private static final int ROWS = 6;
    private static final int IN = 5;
    private static final int HIDDEN = 7;

    /** What is done with the activated hidden value, given weights to do it with. */
    private interface Rest extends BiFunction<Tape, Var[], Var> {}

    private static Var linear(Tape tape, Var x, Var weight) {
        return Linear.apply(tape, x, weight, null, Activation.NONE, null);
    }

    private static final Rest ONE_LAYER = (tape, v) -> linear(tape, v[0], v[1]);

    private static final Rest TWO_LAYERS = (tape, v) -> linear(tape, v[0], v[1], linear(tape, v[0], v[1]));

    private static final Rest SELECTED_TOO =
            (tape, v) -> linear(tape, v[0], v[1], MixRows.apply(tape, v[0], RowMix.select(0, 1, 2, 3, 4, 5)));

    private static final Rest OWN_RESIDUAL = (tape, v) -> linear(tape, v[0], v[1], v[0]);

    private static final Rest SELECTED_ONLY = (tape, v) -> MixRows.apply(tape, v[0], RowMix.select(0, 1, 2, 3, 4, 5));

    private static Var linear(Tape tape, Var x, Var weight, Var residual) {
        return Linear.apply(tape, x, weight, null, Activation.NONE, residual);
    }

    private static Rest lowRank(double dropout) {
        return (tape, v) -> Linear.apply(
                tape,
                v[0],
                v[1],
                0,
                HIDDEN,
                null,
                Activation.NONE,
                null,
                List.of(new Linear.LowRank(v[2], v[3], 0.5, 0, dropout, 3)));
    }

    /** The gradient of the input of an activated layer, the rest of the computation behind it. */
    private static double[] inputGradient(Device device, Activation activation, Rest rest, double[] x) {
        try (Scope scope = device.scope("step")) {
            Tape tape = new Tape(scope, true);
            Var input = tape.variable(scope.empty("x", Shape.of(ROWS, IN)).set(x));
            tape.backward(forward(tape, input, activation, rest), matrix(scope, 9, ROWS, HIDDEN));
            return input.gradient().toDoubles();
        }
    }

    private static Var forward(Tape tape, Var input, Activation activation, Rest rest) {
        Scope scope = tape.scope();
        Var hidden = Linear.apply(tape, input, tape.variable(matrix(scope, 1, HIDDEN, IN)), null, activation, null);
        Var[] v = {
            hidden,
            tape.variable(matrix(scope, 2, HIDDEN, HIDDEN)),
            tape.variable(matrix(scope, 3, 2, HIDDEN)),
            tape.variable(matrix(scope, 4, HIDDEN, 2))
        };
        return rest.apply(tape, v);
    }

    private static Tensor matrix(Scope scope, long seed, int rows, int columns) {
        return scope.empty("matrix", Shape.of(rows, columns)).set(numbers(seed, rows * columns));
    }

    private static double[] numbers(long seed, int count) {
        return new SplittableRandom(seed).doubles(count, -1, 1).toArray();
    }

    /** sum(dy * y), whose derivative the input's gradient is. */
    private static double weightedSum(Device device, Activation activation, Rest rest, double[] x) {
        try (Scope scope = device.scope("step")) {
            Tape tape = new Tape(scope, true);
            Var input = tape.variable(scope.empty("x", Shape.of(ROWS, IN)).set(x));
            double[] y = forward(tape, input, activation, rest).value().toDoubles();
            double[] dy = numbers(9, ROWS * HIDDEN);
            double sum = 0;
            for (int i = 0; i < y.length; i++) {
                sum += dy[i] * y[i];
            }
            return sum;
        }
    }

    @Test
    void theGradientBehindAnActivationIsRightWhateverTakesItsResult() {
        double step = 1e-6;
        try (Device device = Device.reference(DType.F64)) {
            for (Rest rest : List.of(
                    ONE_LAYER, TWO_LAYERS, SELECTED_TOO, OWN_RESIDUAL, SELECTED_ONLY, lowRank(0), lowRank(0.4))) {
                for (Activation activation : Activation.values()) {
                    double[] x = numbers(5, ROWS * IN);
                    double[] gradient = inputGradient(device, activation, rest, x);
                    for (int i = 0; i < x.length; i += 7) {
                        double at = x[i];
                        x[i] = at + step;
                        double above = weightedSum(device, activation, rest, x);
                        x[i] = at - step;
                        double below = weightedSum(device, activation, rest, x);
                        x[i] = at;
                        assertThat(gradient[i]).isCloseTo((above - below) / (2 * step), within(1e-7));
                    }
                }
            }
        }
    }

    /** Passes over memory that only apply a derivative. */
    private static long separatePasses(Rest rest) {
        try (Device device = Device.counting(DType.F32)) {
            inputGradient(device, Activation.QUICK_GELU, rest, new double[ROWS * IN]);
            return ((CountingBackend) device.backend())
                    .work().stream()
                            .map(Work::operation)
                            .filter("activationBackward"::equals)
                            .count();
        }
    }

    @Test
    void onlyASingleLayerWithoutLowRankTermsTakesOverTheDerivative() {
        assertThat(separatePasses(ONE_LAYER)).isZero();
        assertThat(Stream.of(TWO_LAYERS, SELECTED_TOO, OWN_RESIDUAL, SELECTED_ONLY, lowRank(0))
                        .map(LinearTest::separatePasses))
                .containsOnly(1L);
    }
}
