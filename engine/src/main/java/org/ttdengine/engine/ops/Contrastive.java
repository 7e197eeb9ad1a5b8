package org.ttdengine.engine.ops;

import java.util.List;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.Backend;
import org.ttdengine.engine.backend.MatMul;
import org.ttdengine.engine.backend.MatrixView;

/**
 * CLIP's contrastive loss (Radford et al. 2021, Fig. 3): every image is to be told from the others of the batch by its
 * text, and every text by its image. With unit rows the products are cosines, and their scale is 1/temperature.
 */
public final class Contrastive {
    private Contrastive() {}

    /**
     * {@code L = 1/2n sum_i [CE(exp(s) X y_i, i) + CE(exp(s) Y x_i, i)]}, a scalar; CE is the cross-entropy of the softmax.
     *
     * @param images X {@code [n, channels]}
     * @param texts Y {@code [n, channels]}; row i belongs to image i
     * @param logScale s, one element
     */
    public static Var apply(Tape tape, Var images, Var texts, Var logScale) {
        int n = images.shape().rows();
        Shapes.check(
                n > 0 && images.shape().equals(texts.shape()) && images.shape().rank() == 2,
                "contrastive loss",
                images,
                texts);
        Shapes.check(logScale.shape().size() == 1, "contrastive loss", logScale);
        Backend backend = tape.backend();
        Tensor cosines = tape.empty("cosines", 2 * n, n);
        MatrixView x = MatrixView.of(images.value());
        MatrixView y = MatrixView.of(texts.value());
        run(tape, MatMul.of(x, false, y, true, half(cosines, 0)));
        run(tape, MatMul.of(y, false, x, true, half(cosines, 1)));
        boolean records = tape.records(images, texts, logScale);
        Tensor gradient = records ? tape.empty("cosines.grad", 2 * n, n) : null;
        Tensor scaleParts = records ? tape.empty("scale.grad", 2 * n) : null;
        Tensor losses = tape.empty("losses", 2 * n);
        backend.softmaxCrossEntropy(cosines, logScale.value(), targets(n), 0.5 / n, losses, gradient, scaleParts);
        tape.scope().release(cosines);
        Tensor loss = sum(tape, losses);
        tape.scope().release(losses);
        List<Tensor> kept = records ? List.of(gradient, scaleParts) : List.of();
        return tape.record(loss, List.of(images, texts, logScale), List.of(images, texts), kept, dloss -> {
            Tensor dcosines = tape.scope().zeros("cosines.grad", gradient.shape());
            backend.axpy(dloss, gradient, dcosines);
            addGradient(tape, dcosines, 0, images, texts);
            addGradient(tape, dcosines, 1, texts, images);
            tape.scope().release(dcosines);
            Tensor slope = sum(tape, scaleParts);
            logScale.sumIntoGradient(d -> backend.axpy(dloss, slope, d));
            tape.scope().release(slope);
        });
    }

    /** Row i of each half belongs to class i. */
    private static int[] targets(int n) {
        int[] targets = new int[2 * n];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = i % n;
        }
        return targets;
    }

    /** The cosines of images with texts (0) or of texts with images (1). */
    private static MatrixView half(Tensor cosines, int number) {
        int n = cosines.shape().size(1);
        return MatrixView.of(cosines).rows(number * n, n);
    }

    /** Sum of a vector, a scalar. */
    private static Tensor sum(Tape tape, Tensor vector) {
        Tensor sum = tape.scope().zeros("sum", Shape.of());
        tape.backend().columnSums(new MatrixView(vector, 0, vector.size(), 1, 1), sum, 0);
        return sum;
    }

    /** Adds the gradient of one side: it is the left factor of its own half, and the right one of the other. */
    private static void addGradient(Tape tape, Tensor dcosines, int side, Var own, Var other) {
        MatrixView partner = MatrixView.of(other.value());
        own.addGradient((d, accumulate) -> {
            MatrixView target = MatrixView.of(d);
            run(
                    tape,
                    MatMul.of(half(dcosines, side), false, partner, false, target)
                            .accumulating(accumulate));
            run(
                    tape,
                    MatMul.of(half(dcosines, 1 - side), true, partner, false, target)
                            .accumulating(true));
        });
    }

    private static void run(Tape tape, MatMul product) {
        tape.backend().matmul(product);
        tape.device().countFlops(product.flops());
    }

    /** Cases: one pair, CLIP's widths, rows that are no whole vector, both ends of the temperature. */
    static OpSpec spec() {
        return new OpSpec(
                "contrastive loss",
                1e-5,
                List.of(
                        sample(1, 4, 0.3),
                        sample(2, 1, 1),
                        sample(5, 8, 0.5),
                        sample(33, 16, 0.3),
                        sample(64, 512, 0.3),
                        sample(7, 3, 3)),
                random -> sample(1 + random.nextInt(40), 1 + random.nextInt(60), 0.3));
    }

    private static OpCase sample(int n, int channels, double size) {
        return OpCase.of(
                n + " pairs of " + channels + " channels, size " + size,
                List.of(
                        OpCase.scaled("images", size, n, channels).kept(),
                        OpCase.scaled("texts", size, n, channels).kept(),
                        OpCase.input("log scale").kept()),
                (tape, v) -> apply(tape, v.get(0), v.get(1), v.get(2)));
    }
}
