package org.ttdengine.engine.ops;

import java.util.List;
import java.util.function.IntUnaryOperator;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.Backend;
import org.ttdengine.engine.backend.MatMul;
import org.ttdengine.engine.backend.MatrixView;
import org.ttdengine.engine.backend.RowMix;

/**
 * Patches of pictures as tokens (Dosovitskiy et al. 2021): a convolution whose stride is its size, a class token in front,
 * positions added.
 */
public final class PatchEmbedding {
    private PatchEmbedding() {}

    /**
     * Tokens {@code [images * (1 + h*w), width]}.
     *
     * @param pixels {@code [images, channels, H, W]}; not differentiated
     * @param weight {@code [width, channels * patch * patch]}
     * @param classToken {@code [width]}
     * @param positions {@code [1 + h*w, width]} with h = H/patch, w = W/patch
     */
    public static Var apply(Tape tape, Tensor pixels, int patch, Var weight, Var classToken, Var positions) {
        int images = pixels.shape().size(0);
        int cells = pixels.shape().size(2) / patch * (pixels.shape().size(3) / patch);
        int width = weight.shape().size(0);
        int inputs = pixels.shape().size(1) * patch * patch;
        Shapes.check(
                weight.shape().size(1) == inputs
                        && positions.shape().rows() == cells + 1
                        && positions.shape().size(-1) == width
                        && classToken.shape().size() == width,
                "patch embedding",
                weight,
                classToken,
                positions);
        Backend backend = tape.backend();
        Tensor patches = tape.emptyLike(weight.value(), "patches", images * cells, inputs);
        backend.patches(pixels, patch, patches);
        Tensor tokens = tape.emptyLike(weight.value(), "tokens", images * (cells + 1), width);
        RowMix positionOf = repeat(images, cells + 1, i -> i);
        RowMix classOf = repeat(images, cells + 1, i -> i == 0 ? 0 : -1);
        backend.mixRows(positionOf, positions.value(), tokens, false);
        backend.mixRows(classOf, classToken.value(), tokens, true);
        for (int image = 0; image < images; image++) {
            run(
                    tape,
                    MatMul.of(
                                    MatrixView.of(patches).rows(image * cells, cells),
                                    false,
                                    MatrixView.of(weight.value()),
                                    true,
                                    MatrixView.of(tokens).rows(image * (cells + 1) + 1, cells))
                            .packed(weight.packed(backend, 0, width, true))
                            .accumulating(true));
        }
        return tape.record(tokens, List.of(weight, classToken, positions), List.of(), List.of(patches), dtokens -> {
            positions.sumIntoGradient(d -> backend.mixRowsBackward(positionOf, dtokens, d));
            classToken.sumIntoGradient(d -> backend.mixRowsBackward(classOf, dtokens, d));
            weight.sumIntoGradient(d -> weightGradient(tape, patches, dtokens, images, cells, d));
        });
    }

    private static void weightGradient(
            Tape tape, Tensor patches, Tensor dtokens, int images, int cells, Tensor dweight) {
        for (int image = 0; image < images; image++) {
            run(
                    tape,
                    MatMul.of(
                                    MatrixView.of(dtokens).rows(image * (cells + 1) + 1, cells),
                                    true,
                                    MatrixView.of(patches).rows(image * cells, cells),
                                    false,
                                    MatrixView.of(dweight))
                            .accumulating(true));
        }
    }

    private static RowMix repeat(int times, int length, IntUnaryOperator index) {
        int[] rows = new int[times * length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = index.applyAsInt(i % length);
        }
        return RowMix.select(rows);
    }

    private static void run(Tape tape, MatMul product) {
        tape.backend().matmul(product);
        tape.device().countFlops(product.flops());
    }

    /** Cases: one patch, a grid that is not square, a picture whose border is left over. */
    static OpSpec spec() {
        return new OpSpec(
                "patch embedding",
                1e-5,
                List.of(
                        sample(1, 4, 4, 4, 8),
                        sample(2, 8, 24, 16, 20),
                        sample(1, 8, 19, 35, 5),
                        sample(2, 4, 4, 4, 1)),
                random -> sample(
                        1 + random.nextInt(3),
                        1 + random.nextInt(8),
                        8 + random.nextInt(20),
                        8 + random.nextInt(20),
                        1 + random.nextInt(40)));
    }

    private static OpCase sample(int images, int patch, int height, int width, int channels) {
        int cells = height / patch * (width / patch);
        return OpCase.of(
                images + " of " + height + "x" + width + ", patch " + patch + ", width " + channels,
                List.of(
                        OpCase.constant("pixels", images, 3, height, width).kept(),
                        OpCase.scaled("weight", 0.2, channels, 3 * patch * patch),
                        OpCase.input("class token", channels),
                        OpCase.input("positions", cells + 1, channels)),
                (tape, v) -> apply(tape, v.get(0).value(), patch, v.get(1), v.get(2), v.get(3)));
    }
}
