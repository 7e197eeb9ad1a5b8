package org.ttdengine.engine.ops;

import java.util.List;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;

/** Rows scaled to unit length. */
public final class L2Normalize {
    /** Least denominator, as in TCL. */
    public static final double EPSILON = 1e-6;

    private L2Normalize() {}

    /** {@code y = x / max(|x|, 1e-6)} over the innermost axis. */
    public static Var apply(Tape tape, Var x) {
        Tensor y = tape.scope().empty("unit", x.shape());
        Tensor norms = tape.empty("unit.norms", x.shape().rows());
        tape.backend().l2Normalize(x.value(), EPSILON, y, norms);
        return tape.record(
                y,
                List.of(x),
                List.of(),
                List.of(norms, y),
                dy -> x.addGradient(
                        (dx, accumulate) -> tape.backend().l2NormalizeBackward(dy, y, norms, EPSILON, dx, accumulate)));
    }

    /** Cases: the widths of the models, one element, rows shorter than the least denominator. */
    static OpSpec spec() {
        return new OpSpec(
                "l2 normalize",
                1e-6,
                List.of(
                        sample(3, 5, 1),
                        sample(20, 512, 1),
                        sample(4, 1, 1),
                        sample(3, 7, 1e-8),
                        sample(1, 33, 1),
                        sample(0, 16, 1)),
                random -> sample(1 + random.nextInt(40), 1 + random.nextInt(100), 1));
    }

    private static OpCase sample(int rows, int width, double scale) {
        return OpCase.of(
                rows + "x" + width + " of size " + scale,
                List.of(OpCase.scaled("x", scale, rows, width)),
                (tape, v) -> apply(tape, v.get(0)));
    }
}
