package org.ttdengine.engine.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.DropoutMask;

/** Dropout of a low-rank term's input: what it drops, on average and on the way back. */
class LowRankDropoutTest {
    private static final int IN = 40;
    private static final double DROPOUT = 0.3;
    private static final double SCALE = 2;

    private final Device device = Device.cpu(1);
    private final Scope scope = device.scope("test");
    private final float[] x = numbers(1, IN);
    private final float[] weight = numbers(2, 3 * IN);
    private final float[] a = numbers(3, 2 * IN);
    private final float[] b = numbers(4, 3 * 2);

    @AfterEach
    void close() {
        scope.close();
        device.close();
    }

    private static float[] numbers(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextDouble() - 0.5);
        }
        return values;
    }

    /** One layer on a tape of its own. */
    private final class Run implements AutoCloseable {
        private final Scope inner = device.scope("run");
        private final Tape tape = new Tape(inner, true);
        private final Var input = tape.variable(inner.of("x", Shape.of(1, IN), x));
        private final Var down = tape.variable(inner.of("a", Shape.of(2, IN), a));
        private final Var output;

        Run(double dropout, long seed) {
            Var up = tape.variable(inner.of("b", Shape.of(3, 2), b));
            output = Linear.apply(
                    tape,
                    input,
                    tape.constant(inner.of("w", Shape.of(3, IN), weight)),
                    0,
                    3,
                    null,
                    Activation.NONE,
                    null,
                    List.of(new Linear.LowRank(down, up, SCALE, 0, dropout, seed)));
        }

        double[] values() {
            return output.value().toDoubles();
        }

        Run backward() {
            tape.backward(output, inner.of("dy", Shape.of(1, 3), 1, 1, 1));
            return this;
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    @Test
    void theSeedDecidesWhatIsDropped() {
        try (Run first = new Run(DROPOUT, 5);
                Run again = new Run(DROPOUT, 5);
                Run other = new Run(DROPOUT, 6)) {
            assertThat(again.values()).isEqualTo(first.values());
            assertThat(other.values()).isNotEqualTo(first.values());
        }
    }

    @Test
    void onAverageNothingIsLost() {
        int runs = 20_000;
        double[] sum = new double[3];
        double[] squares = new double[3];
        for (int seed = 0; seed < runs; seed++) {
            try (Run run = new Run(DROPOUT, seed)) {
                double[] values = run.values();
                for (int i = 0; i < 3; i++) {
                    sum[i] += values[i];
                    squares[i] += values[i] * values[i];
                }
            }
        }
        try (Run whole = new Run(0, 0)) {
            for (int i = 0; i < 3; i++) {
                double mean = sum[i] / runs;
                double deviationOfMean = Math.sqrt((squares[i] / runs - mean * mean) / runs);
                assertThat(deviationOfMean).isPositive();
                assertThat(mean).isCloseTo(whole.values()[i], Offset.offset(4 * deviationOfMean));
            }
        }
    }

    @Test
    void noGradientPassesThroughWhatWasDropped() {
        try (Run run = new Run(DROPOUT, 5).backward()) {
            double[] da = run.down.gradient().toDoubles();
            double[] dx = run.input.gradient().toDoubles();
            int dropped = 0;
            for (int i = 0; i < IN; i++) {
                double factor = DropoutMask.factor(DROPOUT, 5, i);
                double throughWeight = weight[i] + weight[IN + i] + weight[2 * IN + i];
                double throughTerm = 0;
                for (int r = 0; r < 2; r++) {
                    double dprojection = SCALE * (b[r] + b[2 + r] + b[4 + r]);
                    throughTerm += dprojection * a[r * IN + i];
                    assertThat(da[r * IN + i]).isCloseTo(dprojection * factor * x[i], Offset.offset(1e-6));
                }
                assertThat(dx[i]).isCloseTo(throughWeight + factor * throughTerm, Offset.offset(1e-6));
                if (factor == 0) {
                    dropped++;
                    assertThat(da[i]).isZero();
                    assertThat(da[IN + i]).isZero();
                }
            }
            assertThat(dropped).isBetween(1, IN - 1);
        }
    }
}
