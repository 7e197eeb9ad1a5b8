package org.ttdengine.engine.ops;

import java.util.List;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;

/** The sum of two tensors of one shape. */
public final class Add {
    private Add() {}

    /** {@code a + factor b}. */
    public static Var apply(Tape tape, Var a, double factor, Var b) {
        Shapes.check(a.shape().equals(b.shape()), "sum", a, b);
        Tensor sum = tape.scope().empty("sum", a.shape(), a.value().dtype());
        tape.backend().copy(a.value(), sum);
        tape.backend().axpy(factor, b.value(), sum);
        return tape.record(sum, List.of(a, b), List.of(), List.of(), dy -> {
            a.sumIntoGradient(da -> tape.backend().axpy(1, dy, da));
            b.sumIntoGradient(db -> tape.backend().axpy(factor, dy, db));
        });
    }

    /** Cases: a scalar, a matrix, the sum of a tensor with itself. */
    static OpSpec spec() {
        return new OpSpec(
                "add",
                1e-6,
                List.of(
                        OpCase.of(
                                "scalars",
                                List.of(
                                        OpCase.input("a").kept(),
                                        OpCase.input("b").kept()),
                                (tape, v) -> apply(tape, v.get(0), 0.25, v.get(1))),
                        OpCase.of(
                                "twice the same",
                                List.of(OpCase.input("a", 5).kept()),
                                (tape, v) -> apply(tape, v.get(0), 2, v.get(0)))),
                random -> sample(1 + random.nextInt(40), 1 + random.nextInt(60)));
    }

    private static OpCase sample(int rows, int columns) {
        return OpCase.of(
                rows + "x" + columns,
                List.of(
                        OpCase.input("a", rows, columns).kept(),
                        OpCase.input("b", rows, columns).kept()),
                (tape, v) -> apply(tape, v.get(0), 0.25, v.get(1)));
    }
}
