package org.ttdengine.engine.ops;

import java.util.List;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;

/**
 * Groups of cells pooled with their own softmax as weights: {@code y = sum_c p_c x_c} with {@code p = softmax(sharpness x)}. It lies
 * between the mean (sharpness 0) and the maximum (infinity), and every cell takes part.
 */
public final class SoftmaxPool {
    private SoftmaxPool() {}

    /**
     * The pooled cells {@code [rows, groups]}.
     *
     * @param x {@code [rows, groups * cells]}
     * @param sharpness factor of x in the softmax
     */
    public static Var apply(Tape tape, Var x, int cells, double sharpness) {
        int columns = x.shape().size(-1);
        Shapes.check(cells > 0 && columns % cells == 0, "softmax pool of groups of " + cells, x);
        Tensor y = tape.empty("pooled", x.shape().rows(), columns / cells);
        tape.backend().softmaxPool(x.value(), cells, sharpness, y);
        return tape.record(
                y,
                List.of(x),
                List.of(x),
                List.of(y),
                dy -> x.addGradient((dx, accumulate) ->
                        tape.backend().softmaxPoolBackward(dy, x.value(), y, cells, sharpness, dx, accumulate)));
    }

    /** Cases: the mean, nearly the maximum, one cell, one row, a grid of 14 x 14. */
    static OpSpec spec() {
        return new OpSpec(
                "softmax pool",
                1e-5,
                List.of(
                        sample(3, 2, 5, 1),
                        sample(4, 3, 1, 10),
                        sample(1, 1, 33, 10),
                        sample(5, 4, 196, 10),
                        sample(2, 1, 7, 0),
                        sample(2, 2, 40, 100)),
                random -> sample(
                        1 + random.nextInt(9),
                        1 + random.nextInt(4),
                        1 + random.nextInt(99),
                        20 * random.nextDouble()));
    }

    private static OpCase sample(int rows, int groups, int cells, double sharpness) {
        return OpCase.of(
                rows + " rows of " + groups + " groups of " + cells + " cells, sharpness " + sharpness,
                List.of(OpCase.scaled("x", 0.3, rows, groups * cells).kept()),
                (tape, v) -> apply(tape, v.get(0), cells, sharpness));
    }
}
