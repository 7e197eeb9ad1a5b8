package org.ttdengine.engine.ops;

import java.util.List;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.Backend;
import org.ttdengine.engine.backend.MatrixView;

/** Softmax cross-entropy of rows of cosines. */
public final class CrossEntropy {
    private CrossEntropy() {}

    /**
     * {@code L = weight sum_i CE(softmax(exp(s) x_i), target_i)}, a scalar.
     *
     * @param x {@code [rows, classes]}
     * @param logScale s, one element
     * @param targets the right class of every row
     * @param weight factor of the sum, 1/rows for the mean
     */
    public static Var apply(Tape tape, Var x, Var logScale, int[] targets, double weight) {
        int rows = targets.length;
        Shapes.check(x.shape().rank() == 2 && x.shape().size(0) == rows, "cross-entropy of " + rows + " rows", x);
        Shapes.check(logScale.shape().size() == 1, "cross-entropy", logScale);
        Backend backend = tape.backend();
        boolean records = tape.records(x, logScale);
        Tensor gradient =
                records ? tape.empty("cross-entropy.grad", rows, x.shape().size(1)) : null;
        Tensor scaleParts = records ? tape.empty("scale.grad", rows) : null;
        Tensor losses = tape.empty("losses", rows);
        backend.softmaxCrossEntropy(x.value(), logScale.value(), targets, weight, losses, gradient, scaleParts);
        Tensor loss = sum(tape, losses);
        tape.scope().release(losses);
        List<Tensor> kept = records ? List.of(gradient, scaleParts) : List.of();
        return tape.record(loss, List.of(x, logScale), List.of(), kept, dloss -> {
            x.sumIntoGradient(dx -> backend.axpy(dloss, gradient, dx));
            Tensor slope = sum(tape, scaleParts);
            logScale.sumIntoGradient(d -> backend.axpy(dloss, slope, d));
            tape.scope().release(slope);
        });
    }

    /** Sum of a vector, a scalar. */
    private static Tensor sum(Tape tape, Tensor vector) {
        Tensor sum = tape.scope().zeros("sum", Shape.of());
        tape.backend().columnSums(new MatrixView(vector, 0, vector.size(), 1, 1), sum, 0);
        return sum;
    }

    /** Cases: one row, one class, rows that are no whole vector. */
    static OpSpec spec() {
        return new OpSpec(
                "cross-entropy",
                1e-5,
                List.of(sample(1, 4), sample(3, 1), sample(5, 8), sample(33, 17), sample(2, 128)),
                random -> sample(1 + random.nextInt(40), 1 + random.nextInt(60)));
    }

    private static OpCase sample(int rows, int classes) {
        int[] targets = new int[rows];
        for (int row = 0; row < rows; row++) {
            targets[row] = (5 * row + 3) % classes;
        }
        return OpCase.of(
                rows + " rows of " + classes + " classes",
                List.of(
                        OpCase.input("x", rows, classes).kept(),
                        OpCase.input("log scale").kept()),
                (tape, v) -> apply(tape, v.get(0), v.get(1), targets, 1.0 / rows));
    }
}
