package org.ttdengine.engine.ops;

import java.util.List;
import java.util.random.RandomGenerator;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.RowMix;

/** Rows as weighted sums of rows: selection, embedding look-up, interpolation; see {@link RowMix}. */
public final class MixRows {
    private MixRows() {}

    /** x is {@code [rows, width]}, the result {@code [mix.rows(), width]}. */
    public static Var apply(Tape tape, Var x, RowMix mix) {
        mix.checkSource(x.shape().rows(), x.value().name());
        int width = x.shape().size(-1);
        Tensor y = tape.emptyLike(x.value(), "rows", mix.rows(), width);
        tape.backend().mixRows(mix, x.value(), y, false);
        return tape.record(
                y,
                List.of(x),
                List.of(),
                List.of(),
                dy -> x.sumIntoGradient(dx -> tape.backend().mixRowsBackward(mix, dy, dx)));
    }

    /** {@code mixA(a) + mixB(b)}, for example token plus position embeddings. */
    public static Var applySum(Tape tape, Var a, RowMix mixA, Var b, RowMix mixB) {
        mixA.checkSource(a.shape().rows(), a.value().name());
        mixB.checkSource(b.shape().rows(), b.value().name());
        Shapes.check(a.shape().size(-1) == b.shape().size(-1) && mixA.rows() == mixB.rows(), "row sum", a, b);
        Tensor y = tape.emptyLike(a.value(), "rows", mixA.rows(), a.shape().size(-1));
        tape.backend().mixRowsSum(mixA, a.value(), mixB, b.value(), y);
        return tape.record(y, List.of(a, b), List.of(), List.of(), dy -> {
            a.sumIntoGradient(da -> tape.backend().mixRowsBackward(mixA, dy, da));
            b.sumIntoGradient(db -> tape.backend().mixRowsBackward(mixB, dy, db));
        });
    }

    /** Cases: repeated and absent rows, weighted taps, the sum of two. */
    static OpSpec spec() {
        return new OpSpec(
                "mix rows",
                1e-6,
                List.of(
                        sample(5, 3, RowMix.select(4, 0, 0, 2)),
                        sample(5, 17, RowMix.select(-1, 3, -1)),
                        sample(5, 1, RowMix.select(3, -1, 3)),
                        sample(3, 8, RowMix.select()),
                        sample(4, 20, new RowMix(2, new int[] {0, 1, 2, 2, 3, -1}, new float[] {.5f, .25f, 1, -1, 2, 9
                        })),
                        OpCase.of(
                                "sum",
                                List.of(OpCase.input("a", 6, 12), OpCase.input("b", 3, 12)),
                                (tape, v) -> applySum(
                                        tape,
                                        v.get(0),
                                        RowMix.select(5, 5, 1, 0),
                                        v.get(1),
                                        RowMix.select(0, 1, 2, 0)))),
                MixRows::random);
    }

    private static OpCase random(RandomGenerator random) {
        int rows = 1 + random.nextInt(20);
        int taps = 1 + random.nextInt(4);
        int[] index = new int[taps * (1 + random.nextInt(30))];
        float[] weight = new float[index.length];
        for (int i = 0; i < index.length; i++) {
            index[i] = random.nextInt(rows + 1) - 1;
            weight[i] = random.nextFloat();
        }
        return sample(rows, 1 + random.nextInt(40), new RowMix(taps, index, weight));
    }

    private static OpCase sample(int rows, int width, RowMix mix) {
        return OpCase.of(
                rows + "x" + width + " to " + mix.rows() + " rows of " + mix.taps() + " taps",
                List.of(OpCase.input("x", rows, width)),
                (tape, v) -> apply(tape, v.get(0), mix));
    }
}
