package org.ttdengine.engine.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.AdamWSlot;
import org.ttdengine.engine.backend.AdamWStep;
import org.ttdengine.engine.backend.AttentionPlan;
import org.ttdengine.engine.backend.Backend;
import org.ttdengine.engine.backend.GradientNorm;
import org.ttdengine.engine.backend.MapPlan;
import org.ttdengine.engine.backend.MatMul;
import org.ttdengine.engine.backend.MatrixView;
import org.ttdengine.engine.backend.PackedMatrix;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.engine.backend.RowMix;
import org.ttdengine.engine.backend.TtdLossOptions;

/** What the specifications of the operations do not reach: sizes that are shared out, options, optimiser, errors. */
class CpuBackendTest {
    private static final Device ORACLE = Device.reference(DType.F32);
    private static final Device ONE = Device.cpu(1);
    private static final Device THREE = Device.cpu(3);

    @AfterAll
    static void close() {
        ORACLE.close();
        ONE.close();
        THREE.close();
    }

    /** A primitive applied to inputs drawn from a seed; returns what it wrote. */
    @FunctionalInterface
    private interface Run {
        Tensor apply(Backend backend, Inputs inputs);
    }

    /** Tensors with the same contents on every device. */
    private record Inputs(Scope scope, SplittableRandom random) {
        Tensor gaussian(double scale, int... shape) {
            double[] values = new double[Shape.of(shape).size()];
            Arrays.setAll(values, i -> (float) (random.nextGaussian() * scale));
            return scope.empty("input", Shape.of(shape)).set(values);
        }

        Tensor positive(int... shape) {
            double[] values = new double[Shape.of(shape).size()];
            Arrays.setAll(values, i -> (float) (0.01 + random.nextDouble()));
            return scope.empty("input", Shape.of(shape)).set(values);
        }

        Tensor empty(int... shape) {
            return scope.empty("output", Shape.of(shape));
        }
    }

    private static double[] run(Device device, Run run) {
        try (Scope scope = device.scope("test")) {
            return run.apply(device.backend(), new Inputs(scope, new SplittableRandom(11)))
                    .toDoubles();
        }
    }

    /** Agreement with the reference to a share of the largest element, and of the bits for one and three workers. */
    private static void check(double tolerance, Run run) {
        double[] expected = run(ORACLE, run);
        double[] one = run(ONE, run);
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        for (int i = 0; i < expected.length; i++) {
            double error = Math.abs(one[i] - expected[i]);
            assertThat(error)
                    .as("element %d: %s, not %s", i, one[i], expected[i])
                    .isLessThanOrEqualTo(tolerance * largest);
        }
        assertThat(run(THREE, run)).isEqualTo(one);
    }

    /** Of the factor and of the product. */
    private static final double TWO_ROUNDINGS = 2 * 0x1p-24;

    private static final int LARGE = 3 * Ranges.GRAIN + 77;

    @Test
    void elementWiseOperationsAgreeOnSizesThatAreSharedOut() {
        check(0, (backend, in) -> {
            Tensor x = in.empty(LARGE);
            backend.fill(x, 0.3);
            return x;
        });
        check(0, (backend, in) -> {
            Tensor y = in.empty(LARGE);
            backend.copy(in.gaussian(1, LARGE), y);
            return y;
        });
        check(1e-7, (backend, in) -> {
            Tensor y = in.gaussian(1, LARGE);
            backend.axpy(-0.7, in.gaussian(1, LARGE), y);
            return y;
        });
        for (Activation activation : Activation.values()) {
            check(1e-6, (backend, in) -> {
                Tensor y = in.empty(LARGE);
                backend.activation(activation, in.gaussian(3, LARGE), y);
                return y;
            });
            check(1e-6, (backend, in) -> {
                Tensor dy = in.gaussian(1, LARGE);
                backend.activationBackward(activation, dy, in.gaussian(3, LARGE), dy);
                return dy;
            });
        }
    }

    @Test
    void dropoutKeepsAndDropsTheVerySameElements() {
        for (double p : new double[] {0, 0.1, 0.5, 0.999}) {
            check(TWO_ROUNDINGS, (backend, in) -> {
                Tensor y = in.empty(LARGE);
                backend.dropout(in.positive(LARGE), p, -12345, y, false);
                return y;
            });
            check(TWO_ROUNDINGS, (backend, in) -> {
                Tensor y = in.gaussian(1, LARGE);
                backend.dropout(in.gaussian(1, LARGE), p, 99, y, true);
                return y;
            });
        }
    }

    @Test
    void adamWAgreesForParameterAndBothMoments() {
        AdamWStep step = new AdamWStep(7, 1e-2, 0.9, 0.999, 1e-8, 0.05, 50);
        for (int result = 0; result < 3; result++) {
            int which = result;
            check(1e-7, (backend, in) -> {
                Tensor[] state = {in.gaussian(1, LARGE), in.gaussian(0.1, LARGE), in.positive(LARGE)};
                Tensor gradient = in.gaussian(1, LARGE);
                GradientNorm norm = backend.gradientNorm(List.of(gradient));
                assertThat(step.gradientScale(norm.value())).isBetween(0.2, 0.25);
                backend.adamW(step, List.of(new AdamWSlot(state[0], gradient, state[1], state[2])), norm);
                return state[which];
            });
        }
    }

    @Test
    void gradientsThatAreNoFiniteNumbersUpdateNothing() {
        AdamWStep step = new AdamWStep(1, 1e-2, 0.9, 0.999, 1e-8, 0.05, 1);
        for (double norm : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            for (Device device : new Device[] {ORACLE, ONE}) {
                run(device, (backend, in) -> {
                    Tensor[] state = {in.gaussian(1, 5), in.gaussian(0.1, 5), in.positive(5)};
                    double[][] before =
                            Arrays.stream(state).map(Tensor::toDoubles).toArray(double[][]::new);
                    AdamWSlot slot = new AdamWSlot(state[0], in.gaussian(1, 5), state[1], state[2]);
                    backend.adamW(step, List.of(slot), () -> norm);
                    assertThat(Arrays.stream(state).map(Tensor::toDoubles).toArray(double[][]::new))
                            .isDeepEqualTo(before);
                    return state[0];
                });
            }
        }
    }

    @Test
    void gradientNormIsADoublePrecisionSumOverAllTensors() {
        for (int size : new int[] {1, 2, 5, Ranges.GRAIN, LARGE}) {
            Run norm = (backend, in) -> {
                List<Tensor> tensors = List.of(in.gaussian(100, size), in.gaussian(1, 7), in.gaussian(10, size));
                double found = backend.gradientNorm(tensors).value();
                double squares = tensors.stream()
                        .flatMapToDouble(t -> Arrays.stream(t.toDoubles()))
                        .map(x -> x * x)
                        .sum();
                assertThat(found).isCloseTo(Math.sqrt(squares), Percentage.withPercentage(1e-11));
                return tensors.get(0);
            };
            run(ORACLE, norm);
            run(THREE, norm);
        }
    }

    @Test
    void allTensorsAreCleared() {
        check(0, (backend, in) -> {
            Tensor[] tensors = {in.gaussian(1, LARGE), in.gaussian(1, 3)};
            backend.clear(List.of(tensors));
            assertThat(tensors[1].toFloats()).containsOnly(0);
            return tensors[0];
        });
    }

    @Test
    void aFactorMayLieOnTheDevice() {
        check(1e-7, (backend, in) -> {
            Tensor y = in.gaussian(1, LARGE);
            backend.axpy(in.gaussian(1, 1), in.gaussian(1, LARGE), y);
            return y;
        });
    }

    @Test
    void normsAgreeOnManyRows() {
        int rows = 200;
        int width = 300;
        check(2e-6, (backend, in) -> {
            Tensor y = in.empty(rows, width);
            backend.layerNorm(
                    in.gaussian(5, rows, width),
                    in.gaussian(1, width),
                    in.gaussian(1, width),
                    1e-5,
                    y,
                    in.empty(rows),
                    in.empty(rows));
            return y;
        });
        for (int result = 0; result < 3; result++) {
            int which = result;
            check(1e-5, (backend, in) -> {
                Tensor x = in.gaussian(1, rows, width);
                Tensor[] gradients = {in.gaussian(1, rows, width), in.gaussian(1, width), in.gaussian(1, width)};
                backend.layerNormBackward(
                        in.gaussian(1, rows, width),
                        x,
                        in.gaussian(1, width),
                        in.gaussian(0.1, rows),
                        in.positive(rows),
                        gradients[0],
                        true,
                        gradients[1],
                        gradients[2]);
                return gradients[which];
            });
        }
        check(1e-6, (backend, in) -> {
            Tensor dx = in.gaussian(1, rows, width);
            Tensor y = in.empty(rows, width);
            Tensor norms = in.empty(rows);
            backend.l2Normalize(in.gaussian(1, rows, width), 1e-6, y, norms);
            backend.l2NormalizeBackward(in.gaussian(10, rows, width), y, norms, 1e-6, dx, true);
            return dx;
        });
    }

    @Test
    void layerNormBackwardFindsOnlyWhatIsWanted() {
        check(1e-5, (backend, in) -> {
            Tensor dbeta = in.gaussian(1, 20);
            backend.layerNormBackward(
                    in.gaussian(1, 30, 20),
                    in.gaussian(1, 30, 20),
                    in.gaussian(1, 20),
                    in.gaussian(1, 30),
                    in.positive(30),
                    null,
                    false,
                    null,
                    dbeta);
            return dbeta;
        });
        check(1e-5, (backend, in) -> {
            Tensor dx = in.empty(30, 20);
            backend.layerNormBackward(
                    in.gaussian(1, 30, 20),
                    in.gaussian(1, 30, 20),
                    in.gaussian(1, 20),
                    in.gaussian(1, 30),
                    in.positive(30),
                    dx,
                    false,
                    null,
                    null);
            return dx;
        });
    }

    @Test
    void rowOperationsAgreeOnSizesThatAreSharedOut() {
        int width = 700;
        check(1e-5, (backend, in) -> {
            Tensor sums = in.gaussian(1, 400);
            backend.columnSums(MatrixView.of(in.gaussian(1, 2500, width)).columns(100, 400), sums, 0);
            return sums;
        });
        int[] index = new SplittableRandom(5).ints(3 * 150, -1, 90).toArray();
        float[] weight = new float[index.length];
        Arrays.fill(weight, 0.3f);
        RowMix mix = new RowMix(3, index, weight);
        for (boolean accumulate : new boolean[] {false, true}) {
            check(1e-6, (backend, in) -> {
                Tensor y = in.gaussian(1, 150, width);
                backend.mixRows(mix, in.gaussian(1, 90, width), y, accumulate);
                return y;
            });
        }
        check(1e-6, (backend, in) -> {
            Tensor dx = in.gaussian(1, 90, width);
            backend.mixRowsBackward(mix, in.gaussian(1, 150, width), dx);
            return dx;
        });
        check(0, (backend, in) -> {
            Tensor patches = in.empty(2 * 6 * 7, 3 * 16 * 16);
            backend.patches(in.gaussian(1, 2, 3, 100, 119), 16, patches);
            return patches;
        });
    }

    @Test
    void aPackedProductAppliesTheWholeEpilogue() {
        check(1e-5, (backend, in) -> {
            Tensor c = in.empty(37, 50);
            Tensor residual = in.gaussian(1, 37, 50);
            Tensor preActivation = in.empty(37, 50);
            MatrixView b = MatrixView.of(in.gaussian(1, 50, 29));
            backend.matmul(MatMul.of(MatrixView.of(in.gaussian(1, 37, 29)), false, b, true, MatrixView.of(c))
                    .packed(backend.pack(b, true))
                    .scaled(0.5)
                    .then(
                            in.gaussian(1, 50),
                            0,
                            Activation.NONE,
                            MatrixView.of(preActivation),
                            MatrixView.of(residual)));
            backend.axpy(3, preActivation, c);
            return c;
        });
        check(1e-5, (backend, in) -> {
            Tensor c = in.gaussian(1, 37, 29);
            MatrixView b = MatrixView.of(in.gaussian(1, 50, 29));
            backend.matmul(MatMul.of(MatrixView.of(in.gaussian(1, 37, 50)), false, b, false, MatrixView.of(c))
                    .packed(backend.pack(b, false))
                    .accumulating(true));
            return c;
        });
    }

    @Test
    void attentionOfOneLongSequenceIsSharedOutByQueries() {
        AttentionPlan plan = AttentionPlan.regular(1, 301, 1, false);
        check(1e-5, (backend, in) -> {
            Tensor out = in.empty(301, 48);
            backend.attention(plan, in.gaussian(1, 301, 3 * 48), out, in.empty(1, 301));
            return out;
        });
        AttentionPlan causal = AttentionPlan.regular(1, 301, 1, true);
        check(1e-5, (backend, in) -> {
            Tensor logSumExp = in.empty(1, 301);
            backend.attention(causal, in.gaussian(1, 301, 3 * 48), in.empty(301, 48), logSumExp);
            return logSumExp;
        });
    }

    @Test
    void attentionOfManyTinySequencesAgrees() {
        int[] offsets = new int[200];
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 1; i < offsets.length; i++) {
            offsets[i] = offsets[i - 1] + random.nextInt(3, 21);
        }
        AttentionPlan plan = new AttentionPlan(offsets, 2, true);
        int tokens = plan.tokens();
        check(1e-5, (backend, in) -> {
            Tensor qkv = in.gaussian(1, tokens, 3 * 32);
            Tensor out = in.empty(tokens, 32);
            Tensor logSumExp = in.empty(2, tokens);
            Tensor dqkv = in.empty(tokens, 3 * 32);
            backend.attention(plan, qkv, out, logSumExp);
            backend.attentionBackward(plan, qkv, out, logSumExp, in.gaussian(1, tokens, 32), dqkv);
            return dqkv;
        });
    }

    @Test
    void attentionSurvivesScoresFarBeyondTheRangeOfExp() {
        AttentionPlan plan = AttentionPlan.regular(2, 90, 2, true);
        check(1e-4, (backend, in) -> {
            Tensor qkv = in.gaussian(30, 180, 3 * 32);
            Tensor out = in.empty(180, 32);
            Tensor logSumExp = in.empty(2, 180);
            Tensor dqkv = in.empty(180, 3 * 32);
            backend.attention(plan, qkv, out, logSumExp);
            backend.attentionBackward(plan, qkv, out, logSumExp, in.gaussian(1, 180, 32), dqkv);
            return out;
        });
    }

    @Test
    void aNotANumberAmongTheKeysReachesTheResult() {
        double[] out = run(THREE, (backend, in) -> {
            double[] values = in.gaussian(1, 40, 3 * 16).toDoubles();
            values[5 * 48 + 16] = Double.NaN;
            Tensor qkv = in.empty(40, 3 * 16).set(values);
            Tensor result = in.empty(40, 16);
            backend.attention(AttentionPlan.regular(1, 40, 1, true), qkv, result, in.empty(1, 40));
            return result;
        });
        assertThat(Arrays.copyOf(out, 5 * 16)).doesNotContain(Double.NaN);
        assertThat(Arrays.copyOfRange(out, 5 * 16, 6 * 16)).containsOnly(Double.NaN);
    }

    @Test
    void attentionWithoutTokensTouchesNothing() {
        check(0, (backend, in) -> {
            AttentionPlan plan = new AttentionPlan(new int[] {0, 0}, 2, false);
            Tensor out = in.empty(0, 8);
            backend.attention(plan, in.empty(0, 24), out, in.empty(2, 0));
            backend.attentionBackward(plan, in.empty(0, 24), out, in.empty(2, 0), out, in.empty(0, 24));
            return out;
        });
    }

    private static MapPlan plan(int cells, boolean padded) {
        boolean[] valid = new boolean[4 * cells];
        for (int i = 0; i < valid.length; i++) {
            valid[i] = i % 7 != 2;
        }
        return new MapPlan(cells, new int[] {0, 3, 10, 12, 60}, padded ? valid : null);
    }

    @Test
    void mapsAndTheirExtremesAgreeOnLargeGrids() {
        MapPlan plan = plan(784, true);
        check(1e-5, (backend, in) -> {
            Tensor maps = in.empty(60, 784);
            backend.cosineMaps(plan, in.gaussian(0.1, 4 * 784, 64), in.gaussian(0.1, 60, 64), maps, in.empty(60, 3));
            return maps;
        });
        run(THREE, (backend, in) -> {
            Tensor maps = in.empty(60, 784);
            Tensor extremes = in.empty(60, 3);
            backend.cosineMaps(plan, in.gaussian(0.1, 4 * 784, 64), in.gaussian(0.1, 60, 64), maps, extremes);
            double[] values = maps.toDoubles();
            double[] found = extremes.toDoubles();
            for (int s = 0; s < 4; s++) {
                for (int map = plan.offsets()[s]; map < plan.offsets()[s + 1]; map++) {
                    double least = Double.POSITIVE_INFINITY;
                    double largest = Double.NEGATIVE_INFINITY;
                    for (int cell = 0; cell < 784; cell++) {
                        if (plan.isValid(s, cell)) {
                            least = Math.min(least, values[map * 784 + cell]);
                            largest = Math.max(largest, values[map * 784 + cell]);
                        }
                    }
                    assertThat(found[map * 3]).isEqualTo(least);
                    assertThat(found[map * 3 + 1]).isEqualTo(largest);
                    assertThat(values[map * 784 + (int) found[map * 3 + 2]]).isEqualTo(largest);
                }
            }
            return maps;
        });
    }

    @Test
    void theFirstCellOfTheLargestCosineIsReported() {
        double[] extremes = run(THREE, (backend, in) -> {
            Tensor found = in.empty(1, 3);
            Tensor pixels = in.empty(5, 1).set(new float[] {0, 2, -3, 2, 1});
            backend.cosineMaps(
                    new MapPlan(5, new int[] {0, 1}, null),
                    pixels,
                    in.empty(1, 1).set(new float[] {1}),
                    in.empty(1, 5),
                    found);
            return found;
        });
        assertThat(extremes).containsExactly(-3, 2, 1);
    }

    @Test
    void gradientsOfMapsAreAddedWhereAsked() {
        MapPlan plan = plan(100, false);
        for (boolean pixels : new boolean[] {false, true}) {
            check(1e-5, (backend, in) -> {
                Tensor dpixels = in.gaussian(1, 400, 32);
                Tensor dtexts = in.gaussian(1, 60, 32);
                backend.cosineMapsBackward(
                        plan,
                        in.gaussian(1, 60, 100),
                        in.gaussian(1, 400, 32),
                        in.gaussian(1, 60, 32),
                        pixels ? dpixels : null,
                        true,
                        pixels ? null : dtexts,
                        true);
                return pixels ? dpixels : dtexts;
            });
        }
    }

    @Test
    void selectionObeysBarredTags() {
        MapPlan plan = plan(4, false);
        boolean[] barred = new boolean[60];
        for (int i = 0; i < barred.length; i++) {
            barred[i] = i % 3 == 1;
        }
        for (boolean[] bars : new boolean[][] {null, barred}) {
            check(0, (backend, in) -> {
                Tensor selected = in.empty(60);
                backend.selectTags(plan, Phi.CLIP, in.gaussian(0.2, 60, 3), bars, selected);
                return selected;
            });
        }
    }

    @Test
    void lossesTakeTargetsFromAFrozenTeacher() {
        MapPlan plan = plan(196, true);
        for (boolean hard : new boolean[] {false, true}) {
            TtdLossOptions options = new TtdLossOptions(Phi.CLIP, 0.5, 2, true, hard, 1e-5, 4);
            for (boolean gradient : new boolean[] {false, true}) {
                check(1e-6, (backend, in) -> {
                    Tensor maps = in.gaussian(0.2, 60, 196);
                    Tensor teacher = in.empty(60, 196);
                    Tensor extremes = in.empty(60, 3);
                    Tensor selected = in.empty(60);
                    backend.copy(in.gaussian(0.2, 60, 196), teacher);
                    double[] bounds = new double[180];
                    for (int map = 0; map < 60; map++) {
                        bounds[map * 3] = -0.5f;
                        bounds[map * 3 + 1] = 0.5f + map * 0.01f;
                    }
                    extremes.set(bounds);
                    backend.selectTags(plan, options.phi(), extremes, null, selected);
                    Tensor losses = in.empty(4, 2);
                    Tensor total = in.empty();
                    Tensor dmaps = gradient ? in.empty(60, 196) : null;
                    backend.ttdLoss(plan, options, maps, teacher, extremes, selected, losses, total, dmaps);
                    assertThat(total.item()).isCloseTo(weighted(losses.toDoubles(), 0.5, 2) / 4, Offset.offset(1e-6));
                    return gradient ? dmaps : losses;
                });
            }
        }
    }

    private static double weighted(double[] losses, double distillWeight, double tagWeight) {
        double sum = 0;
        for (int s = 0; s < losses.length; s += 2) {
            sum += distillWeight * losses[s] + tagWeight * losses[s + 1];
        }
        return sum;
    }

    @Test
    void memoryOfAnotherDeviceIsRefused() {
        try (Device other = Device.reference(DType.F64);
                Scope scope = other.scope("other")) {
            Tensor tensor = scope.zeros("weights", Shape.of(3));
            assertThatThrownBy(() -> ONE.backend().fill(tensor, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("weights[3]");
        }
    }

    @Test
    void anOperandPackedElsewhereIsRefused() {
        run(ONE, (backend, in) -> {
            MatrixView square = MatrixView.of(in.gaussian(1, 3, 3));
            MatMul product = MatMul.of(square, false, square, false, MatrixView.of(in.empty(3, 3)))
                    .packed(new PackedMatrix() {
                        @Override
                        public int k() {
                            return 3;
                        }

                        @Override
                        public int n() {
                            return 3;
                        }
                    });
            assertThatThrownBy(() -> backend.matmul(product)).hasMessageContaining("packed by another backend");
            return in.empty(0);
        });
    }
}
