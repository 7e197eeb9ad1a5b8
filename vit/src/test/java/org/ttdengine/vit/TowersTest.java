package org.ttdengine.vit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.AttentionPlan;
import org.ttdengine.engine.backend.RowMix;
import org.ttdengine.engine.backend.reference.Activations;
import org.ttdengine.engine.ops.MixRows;

/** What the towers compute, beyond the golden numbers: raggedness, the dense head, odd sizes. */
class TowersTest {
    private static final ClipConfig CONFIG = new ClipConfig(
            new ClipConfig.Vision(24, 3, 2, 40, 4, 12),
            new ClipConfig.Text(20, 2, 4, 36, 16, 50),
            10,
            Activation.QUICK_GELU,
            1e-5);
    private static final int START = 48;
    private static final int END = 49;

    private final Device device = Device.cpu(2);
    private final Scope scope = device.scope("test");
    private final Tape tape = new Tape(scope, false);
    private final ClipState state = TinyClip.lively(CONFIG, 11);
    private final Clip clip = Clip.of(state, device);

    @AfterEach
    void close() {
        clip.close();
        scope.close();
        device.close();
    }

    /** A text of the given length, start and end included. */
    private static int[] text(int length, long seed) {
        int[] tokens = new SplittableRandom(seed).ints(length, 0, START).toArray();
        tokens[0] = START;
        tokens[length - 1] = END;
        return tokens;
    }

    private Tensor pixels(int images, int height, int width, long seed) {
        Shape shape = Shape.of(images, 3, height, width);
        double[] values =
                new SplittableRandom(seed).doubles(shape.size(), -2, 2).toArray();
        return scope.empty("pixels", shape).set(values);
    }

    private static float[] row(Var matrix, int row) {
        int width = matrix.shape().size(-1);
        return Arrays.copyOfRange(matrix.value().toFloats(), row * width, (row + 1) * width);
    }

    /** To the last bit: no row of a product depends on how many others there are. */
    @Test
    void aTextHasTheSameEmbeddingAloneAndInAnyCompany() {
        List<int[]> texts = new ArrayList<>();
        for (int length : new int[] {5, 2, 16, 9, 3, 16, 7}) {
            texts.add(text(length, length));
        }
        Var together = clip.text().encode(tape, texts);
        List<int[]> reversed = new ArrayList<>(texts);
        Collections.reverse(reversed);
        Var backwards = clip.text().encode(tape, reversed);
        for (int t = 0; t < texts.size(); t++) {
            float[] alone = row(clip.text().encode(tape, List.of(texts.get(t))), 0);
            assertThat(row(together, t)).isEqualTo(alone);
            assertThat(row(backwards, texts.size() - 1 - t)).isEqualTo(alone);
        }
    }

    /** The tower over the padded context, pooled at the end-of-text token: what is behind it changes nothing. */
    @ParameterizedTest
    @CsvSource({"0", "7", "49"})
    void aTextCutAfterItsEndEqualsThePaddedOne(int padding) {
        int context = CONFIG.text().context();
        for (int length : new int[] {2, 5, 15}) {
            int[] text = text(length, length);
            int[] padded = Arrays.copyOf(text, context);
            Arrays.fill(padded, length, context, padding);
            float[] cut = row(clip.text().encode(tape, List.of(text)), 0);
            double[] expected = pooledAt(padded, length - 1);
            for (int c = 0; c < expected.length; c++) {
                assertThat((double) cut[c]).isCloseTo(expected[c], Offset.offset(1e-6));
            }
        }
    }

    private double[] pooledAt(int[] tokens, int end) {
        Var x = MixRows.applySum(
                tape,
                tape.constant(scope.of("tokens", Shape.of(50, 20), state.tensor("token_embedding.weight"))),
                RowMix.select(tokens),
                tape.constant(scope.of("positions", Shape.of(16, 20), state.tensor("positional_embedding"))),
                RowMix.select(IntStream.range(0, tokens.length).toArray()));
        AttentionPlan plan =
                AttentionPlan.regular(1, tokens.length, CONFIG.text().heads(), true);
        for (TransformerBlock block : clip.text().blocks()) {
            x = block.forward(tape, x, plan);
        }
        double[] pooled = new double[20];
        for (int c = 0; c < pooled.length; c++) {
            pooled[c] = x.value().toFloats()[end * 20 + c];
        }
        double[] normed = Naive.layerNorm(pooled, state, "ln_final");
        return Naive.project(normed, state.tensor("text_projection"), 10);
    }

    @Test
    void aTextThatDoesNotFitTheContextIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> clip.text().encode(tape, List.of(text(5, 1), new int[17])))
                .withMessage("a text of 17 tokens does not fit the context of 16");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> clip.text().encode(tape, List.of(new int[0])))
                .withMessage("a text of 0 tokens does not fit the context of 16");
    }

    @Test
    void aTokenOutsideOfTheVocabularyIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> clip.text().encode(tape, List.of(new int[] {48, 50, 49})))
                .withMessage("token 50 is not in the vocabulary of 50");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> clip.text().encode(tape, List.of(new int[] {48, -1, 49})))
                .withMessage("token -1 is not in the vocabulary of 50");
    }

    @ParameterizedTest
    @EnumSource(names = {"QUICK_GELU", "GELU_ERF"})
    void theDenseHeadIsTheLastBlockWithoutAttention(Activation activation) {
        try (Clip other = Clip.of(new ClipState(CONFIG.withActivation(activation), state.tensors()), device)) {
            checkDenseHead(other);
        }
    }

    private void checkDenseHead(Clip clip) {
        VisionTransformer.Trunk trunk = clip.vision().trunk(tape, pixels(2, 12, 20, 5));
        double[] tokens = trunk.tokens().value().toDoubles();
        assertThat(trunk.cells()).isEqualTo(3 * 5);
        float[] dense = clip.vision().dense(tape, trunk).value().toFloats();
        assertThat(dense).hasSize(2 * 15 * 10);
        for (int image = 0; image < 2; image++) {
            for (int cell = 0; cell < 15; cell++) {
                int first = (image * 16 + 1 + cell) * 24;
                double[] x = Arrays.copyOfRange(tokens, first, first + 24);
                double[] expected = Naive.dense(x, state, clip.config().activation());
                for (int c = 0; c < 10; c++) {
                    assertThat((double) dense[(image * 15 + cell) * 10 + c])
                            .isCloseTo(expected[c], Offset.offset(1e-5));
                }
            }
        }
    }

    /** MaskCLIP's last block, one token at a time in double precision. */
    private static final class Naive {
        private static final String BLOCK = "visual.transformer.resblocks.2.";

        static double[] dense(double[] x, ClipState state, Activation activation) {
            double[] u = layerNorm(x, state, BLOCK + "ln_1");
            float[] fused = state.tensor(BLOCK + "attn.in_proj_weight");
            float[] fusedBias = state.tensor(BLOCK + "attn.in_proj_bias");
            double[] v = linear(
                    u, Arrays.copyOfRange(fused, 2 * 24 * 24, 3 * 24 * 24), Arrays.copyOfRange(fusedBias, 48, 72));
            double[] a =
                    linear(v, state.tensor(BLOCK + "attn.out_proj.weight"), state.tensor(BLOCK + "attn.out_proj.bias"));
            double[] y = sum(x, a);
            double[] hidden = linear(
                    layerNorm(y, state, BLOCK + "ln_2"),
                    state.tensor(BLOCK + "mlp.c_fc.weight"),
                    state.tensor(BLOCK + "mlp.c_fc.bias"));
            for (int i = 0; i < hidden.length; i++) {
                hidden[i] = Activations.value(activation, hidden[i]);
            }
            double[] z = sum(
                    y,
                    linear(hidden, state.tensor(BLOCK + "mlp.c_proj.weight"), state.tensor(BLOCK + "mlp.c_proj.bias")));
            return project(layerNorm(z, state, "visual.ln_post"), state.tensor("visual.proj"), 10);
        }

        static double[] layerNorm(double[] x, ClipState state, String name) {
            double mean = Arrays.stream(x).average().orElseThrow();
            double variance =
                    Arrays.stream(x).map(e -> (e - mean) * (e - mean)).average().orElseThrow();
            double[] y = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                y[i] = (x[i] - mean) / Math.sqrt(variance + 1e-5) * state.tensor(name + ".weight")[i]
                        + state.tensor(name + ".bias")[i];
            }
            return y;
        }

        /** {@code W x + b}. */
        static double[] linear(double[] x, float[] weight, float[] bias) {
            double[] y = new double[bias.length];
            for (int o = 0; o < y.length; o++) {
                y[o] = bias[o];
                for (int i = 0; i < x.length; i++) {
                    y[o] += weight[o * x.length + i] * x[i];
                }
            }
            return y;
        }

        /** {@code x P}, P stored {@code [in, out]}. */
        static double[] project(double[] x, float[] projection, int out) {
            double[] y = new double[out];
            for (int i = 0; i < x.length; i++) {
                for (int o = 0; o < out; o++) {
                    y[o] += x[i] * projection[i * out + o];
                }
            }
            return y;
        }

        static double[] sum(double[] a, double[] b) {
            return IntStream.range(0, a.length).mapToDouble(i -> a[i] + b[i]).toArray();
        }
    }

    @Test
    void aPictureHasTheSameEmbeddingAloneAndInABatch() {
        Tensor both = pixels(2, 12, 12, 8);
        Var together = clip.vision().global(tape, clip.vision().trunk(tape, both));
        float[] values = both.toFloats();
        int size = values.length / 2;
        for (int image = 0; image < 2; image++) {
            Tensor one = scope.of(
                    "one", Shape.of(1, 3, 12, 12), Arrays.copyOfRange(values, image * size, (image + 1) * size));
            assertThat(row(together, image))
                    .isEqualTo(row(clip.vision().global(tape, clip.vision().trunk(tape, one)), 0));
        }
    }

    @Test
    void bothHeadsOfAForkedTrunkSeeTheSameTokens() {
        Tensor pixels = pixels(2, 16, 8, 9);
        float[] dense = clip.vision()
                .dense(tape, clip.vision().trunk(tape, pixels))
                .value()
                .toFloats();
        float[] global = clip.vision()
                .global(tape, clip.vision().trunk(tape, pixels))
                .value()
                .toFloats();
        VisionTransformer.Trunk trunk = clip.vision().trunk(tape, pixels);
        VisionTransformer.Trunk second = clip.vision().fork(tape, trunk);
        assertThat(clip.vision().dense(tape, trunk).value().toFloats()).isEqualTo(dense);
        assertThat(clip.vision().global(tape, second).value().toFloats()).isEqualTo(global);
    }

    @Test
    void whatExceedsWholePatchesIsIgnored() {
        Tensor large = pixels(1, 15, 9, 10);
        Tensor cut = scope.empty("cut", Shape.of(1, 3, 12, 8));
        float[] from = large.toFloats();
        float[] to = new float[cut.size()];
        for (int i = 0; i < to.length; i++) {
            to[i] = from[i / 96 * 135 + i % 96 / 8 * 9 + i % 8];
        }
        cut.set(to);
        assertThat(clip.vision()
                        .dense(tape, clip.vision().trunk(tape, large))
                        .value()
                        .toFloats())
                .isEqualTo(clip.vision()
                        .dense(tape, clip.vision().trunk(tape, cut))
                        .value()
                        .toFloats());
    }

    @ParameterizedTest
    @CsvSource({"3, 12", "12, 3", "1, 1"})
    void aPictureSmallerThanAPatchIsRefused(int height, int width) {
        Tensor pixels = pixels(1, height, width, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> clip.vision().trunk(tape, pixels))
                .withMessage("a picture of " + width + "x" + height + " is smaller than a patch of 4");
    }

    @Test
    void positionsOfTheNativeGridAreTheLearntOnes() {
        assertThat(clip.vision().positions(tape, 3, 3).value().toFloats())
                .isEqualTo(state.tensor("visual.positional_embedding"));
        Tensor learnt = scope.of("learnt", Shape.of(10, 24), state.tensor("visual.positional_embedding"));
        Tensor resized = scope.empty("resized", Shape.of(10, 24));
        device.backend().mixRows(PositionGrid.resize(3, 3, 3), learnt, resized, false);
        assertThat(resized.toFloats()).isEqualTo(learnt.toFloats());
    }

    @Test
    void interpolationKeepsTheClassPositionAndAnyConstant() {
        RowMix mix = PositionGrid.resize(3, 5, 2);
        assertThat(mix.rows()).isEqualTo(1 + 5 * 2);
        for (int row = 0; row < mix.rows(); row++) {
            double sum = 0;
            for (int t = row * mix.taps(); t < (row + 1) * mix.taps(); t++) {
                boolean used = mix.index()[t] >= 0;
                sum += used ? mix.weight(t) : 0;
                assertThat(used && mix.index()[t] == 0 && mix.weight(t) != 0).isEqualTo(row == 0 && t == 0);
            }
            assertThat(sum).isCloseTo(1, Offset.offset(1e-6));
        }
    }

    /** Embeddings of the dense head for three pictures, whose order and company are chosen. */
    private float[][] dense(int together, int... order) {
        float[] all = pixels(3, 12, 12, 5).toFloats();
        int size = all.length / 3;
        float[] ordered = new float[order.length * size];
        for (int i = 0; i < order.length; i++) {
            System.arraycopy(all, order[i] * size, ordered, i * size, size);
        }
        Tensor pixels =
                scope.empty("ordered", Shape.of(order.length, 3, 12, 12)).set(ordered);
        Var cells = clip.vision().dense(tape, clip.vision().trunk(tape, pixels, PatchDrop.NONE, together));
        float[][] result = new float[order.length][];
        int perImage = cells.value().size() / order.length;
        for (int i = 0; i < order.length; i++) {
            result[i] = Arrays.copyOfRange(cells.value().toFloats(), i * perImage, (i + 1) * perImage);
        }
        return result;
    }

    @Test
    void picturesShownTogetherSeeTheirGroupAndNothingElse() {
        float[][] alone = dense(1, 0, 1, 2);
        float[][] pairs = dense(2, 0, 1, 2);
        assertThat(pairs[0]).isNotEqualTo(alone[0]);
        assertThat(pairs[2]).as("a group of one").isEqualTo(alone[2]);
        assertThat(dense(2, 0, 1)[0]).as("whatever the next group holds").isEqualTo(pairs[0]);
        float[] swapped = dense(2, 1, 0)[1];
        for (int i = 0; i < swapped.length; i++) {
            assertThat(swapped[i]).as("the order within a group").isCloseTo(pairs[0][i], Offset.offset(1e-4f));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> dense(0, 0));
    }
}
