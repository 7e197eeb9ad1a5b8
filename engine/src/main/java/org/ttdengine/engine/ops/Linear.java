package org.ttdengine.engine.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.Backend;
import org.ttdengine.engine.backend.LowRankAddend;
import org.ttdengine.engine.backend.MatMul;
import org.ttdengine.engine.backend.MatrixView;

/**
 * A linear layer with everything that is fused into it: {@code y = act(x W' + b + low-rank terms) + residual}.
 *
 * <p>x is {@code [rows, in]}, W {@code [out, in]}, b {@code [out]}, y {@code [rows, out]}; a {@link LowRank} term adds
 * {@code scale x A' B'} to some of the columns (LoRA, Hu et al. 2021). An activation and a residual exclude each other.
 */
public final class Linear {
    private final Tape tape;
    private final Backend backend;
    private final Var x;
    private final Var weight;
    private final int firstRow;
    private final int rows;
    private final Var bias;
    private final Activation activation;
    private final Var residual;
    private final List<LowRank> terms;
    private final List<Tensor> projections = new ArrayList<>();
    private Tensor preActivation;
    private Var result;

    /**
     * A low-rank term.
     *
     * @param a {@code [rank, in]}
     * @param b {@code [columns, rank]}
     * @param scale factor of the product, alpha/rank
     * @param firstColumn first column of y it is added to
     * @param dropout probability that an element of its input is dropped
     * @param seed of the dropout mask
     */
    public record LowRank(Var a, Var b, double scale, int firstColumn, double dropout, long seed) {
        int rank() {
            return a.shape().size(0);
        }

        int columns() {
            return b.shape().size(0);
        }
    }

    private Linear(
            Tape tape,
            Var x,
            Var weight,
            int firstRow,
            int rows,
            Var bias,
            Activation activation,
            Var residual,
            List<LowRank> terms) {
        this.tape = tape;
        this.backend = tape.backend();
        this.x = x;
        this.weight = weight;
        this.firstRow = firstRow;
        this.rows = rows;
        this.bias = bias;
        this.activation = activation;
        this.residual = residual;
        this.terms = terms;
    }

    /** {@code y = act(x W' + b) + residual} without low-rank terms; bias and residual may be null. */
    public static Var apply(Tape tape, Var x, Var weight, Var bias, Activation activation, Var residual) {
        return apply(tape, x, weight, 0, weight.shape().size(0), bias, activation, residual, List.of());
    }

    /**
     * The layer.
     *
     * @param firstRow first row of W that is used: part of a fused weight
     * @param rows number of rows of W that are used; also the number of columns of y and of the residual
     * @param bias one value per row of the whole W; null for none
     * @param residual null for none
     */
    public static Var apply(
            Tape tape,
            Var x,
            Var weight,
            int firstRow,
            int rows,
            Var bias,
            Activation activation,
            Var residual,
            List<LowRank> terms) {
        checkShapes(x, weight, firstRow, rows, bias, activation, residual, terms);
        return new Linear(tape, x, weight, firstRow, rows, bias, activation, residual, terms).forward();
    }

    private static void checkShapes(
            Var x,
            Var weight,
            int firstRow,
            int rows,
            Var bias,
            Activation activation,
            Var residual,
            List<LowRank> terms) {
        int in = x.shape().size(-1);
        Shapes.check(weight.shape().rank() == 2 && weight.shape().size(1) == in, "linear", x, weight);
        Shapes.check(firstRow >= 0 && firstRow + rows <= weight.shape().size(0), "linear", weight);
        Shapes.check(bias == null || bias.shape().size() == weight.shape().size(0), "linear bias", weight, bias);
        Shapes.check(
                residual == null
                        || (residual.shape().size() == x.shape().rows() * rows && activation == Activation.NONE),
                "linear residual",
                x,
                residual);
        for (LowRank t : terms) {
            Shapes.check(
                    t.a.shape().size(1) == in && t.b.shape().size(1) == t.rank() && t.firstColumn + t.columns() <= rows,
                    "low-rank",
                    t.a,
                    t.b);
        }
    }

    private Var forward() {
        int m = x.shape().rows();
        Tensor y = tape.emptyLike(x.value(), "linear", m, rows);
        boolean records = tape.records(inputs().toArray(Var[]::new));
        boolean fused = termsTakeInput();
        boolean late = activation != Activation.NONE && !fused;
        if (activation != Activation.NONE && (records || !terms.isEmpty())) {
            preActivation = tape.emptyLike(x.value(), "linear.pre", m, rows);
        }
        MatMul product = MatMul.of(
                        MatrixView.of(x.value()), false, weightRows(), true, MatrixView.of(late ? preActivation : y))
                .packed(weight.packed(backend, firstRow, rows, true));
        Tensor biasValue = bias == null ? null : bias.value();
        if (late) {
            product = product.then(biasValue, firstRow, Activation.NONE, null, null);
        } else {
            product = product.then(
                    biasValue,
                    firstRow,
                    activation,
                    preActivation == null ? null : MatrixView.of(preActivation),
                    residual == null ? null : matrix(residual.value()));
        }
        run(fused ? product.plus(addends(projections())) : product);
        if (!fused) {
            terms.forEach(term -> addTerm(term, late ? preActivation : y));
        }
        if (late) {
            backend.activation(activation, preActivation, y);
        }
        result = tape.record(y, inputs(), pinned(), kept(), this::backward);
        if (preActivation != null) {
            result.setGate(new Var.Gate(activation, preActivation));
        }
        return result;
    }

    private MatrixView weightRows() {
        return MatrixView.of(weight.value()).rows(firstRow, rows);
    }

    /** The residual as [rows, columns] whatever its own axes are. */
    private MatrixView matrix(Tensor tensor) {
        return new MatrixView(tensor, 0, x.shape().rows(), rows, rows);
    }

    /** Whether the terms are of x as it is, and so parts of the products themselves. */
    private boolean termsTakeInput() {
        return terms.stream().allMatch(term -> term.dropout == 0);
    }

    /** The terms as additions to the weight, each with room for what it projects. */
    private List<LowRankAddend> addends(List<Tensor> room) {
        List<LowRankAddend> addends = new ArrayList<>();
        for (int i = 0; i < terms.size(); i++) {
            LowRank term = terms.get(i);
            MatrixView a = MatrixView.of(term.a.value());
            MatrixView b = MatrixView.of(term.b.value());
            addends.add(new LowRankAddend(a, b, term.scale, term.firstColumn, MatrixView.of(room.get(i))));
        }
        return addends;
    }

    private List<Tensor> projections() {
        terms.forEach(this::projection);
        return projections;
    }

    /** Room for a term's {@code x A'}, kept for the way back. */
    private Tensor projection(LowRank term) {
        Tensor projection =
                tape.emptyLike(x.value(), "linear.projection", x.shape().rows(), term.rank());
        projections.add(projection);
        return projection;
    }

    private void addTerm(LowRank term, Tensor y) {
        Tensor input = dropped(term);
        Tensor projection = projection(term);
        run(MatMul.of(MatrixView.of(input), false, MatrixView.of(term.a.value()), true, MatrixView.of(projection)));
        run(MatMul.of(
                        MatrixView.of(projection),
                        false,
                        MatrixView.of(term.b.value()),
                        true,
                        MatrixView.of(y).columns(term.firstColumn, term.columns()))
                .scaled(term.scale)
                .accumulating(true));
        if (input != x.value()) {
            tape.scope().release(input);
        }
    }

    /** The term's input: x, or a fresh tensor with elements of x dropped. */
    private Tensor dropped(LowRank term) {
        if (term.dropout == 0) {
            return x.value();
        }
        Tensor input = tape.scope().empty("linear.dropout", x.shape(), x.value().dtype());
        backend.dropout(x.value(), term.dropout, term.seed, input, false);
        return input;
    }

    private List<Var> inputs() {
        List<Var> inputs = new ArrayList<>(List.of(x, weight));
        if (bias != null) {
            inputs.add(bias);
        }
        if (residual != null) {
            inputs.add(residual);
        }
        for (LowRank term : terms) {
            inputs.add(term.a);
            inputs.add(term.b);
        }
        return inputs;
    }

    private List<Var> pinned() {
        boolean needsInput = weight.requiresGrad() || terms.stream().anyMatch(t -> t.a.requiresGrad());
        return needsInput ? List.of(x) : List.of();
    }

    private List<Tensor> kept() {
        List<Tensor> kept = new ArrayList<>(projections);
        if (preActivation != null) {
            kept.add(preActivation);
        }
        return kept;
    }

    private void backward(Tensor dy) {
        if (activation != Activation.NONE && !result.isGradientGated()) {
            backend.activationBackward(activation, dy, preActivation, dy);
        }
        if (bias != null) {
            bias.sumIntoGradient(db -> backend.columnSums(matrix(dy), db, firstRow));
        }
        weight.sumIntoGradient(dw -> run(MatMul.of(
                        matrix(dy),
                        true,
                        MatrixView.of(x.value()),
                        false,
                        MatrixView.of(dw).rows(firstRow, rows))
                .accumulating(true)));
        List<Tensor> dprojections = addInputGradient(dy);
        for (int i = 0; i < terms.size(); i++) {
            termBackward(terms.get(i), projections.get(i), dprojections.get(i), dy);
        }
        dprojections.forEach(tape.scope()::release);
        if (residual != null) {
            tape.moveGradient(dy, residual);
        }
    }

    /**
     * {@code dx = dy W} with all that terms add to it, or times the derivative of x's own activation where there are none.
     * Returns the terms' {@code dy B}.
     */
    private List<Tensor> addInputGradient(Tensor dy) {
        if (terms.isEmpty()) {
            x.addGatedGradient((dx, accumulate, gate) -> {
                MatMul product = inputGradient(dy, dx, accumulate);
                run(gate == null ? product : product.gated(gate.activation(), MatrixView.of(gate.argument())));
            });
            return List.of();
        }
        List<Tensor> dprojections = terms.stream()
                .map(t -> tape.emptyLike(
                        x.value(), "linear.projection.grad", x.shape().rows(), t.rank()))
                .toList();
        boolean fused = termsTakeInput() && x.requiresGrad();
        x.addGradient((dx, accumulate) -> {
            MatMul product = inputGradient(dy, dx, accumulate);
            run(fused ? product.plus(addends(dprojections)) : product);
        });
        if (!fused) {
            for (int i = 0; i < terms.size(); i++) {
                separateInputGradient(terms.get(i), dprojections.get(i), dy);
            }
        }
        return dprojections;
    }

    private MatMul inputGradient(Tensor dy, Tensor dx, boolean accumulate) {
        return MatMul.of(matrix(dy), false, weightRows(), false, MatrixView.of(dx))
                .packed(weight.packed(backend, firstRow, rows, false))
                .accumulating(accumulate);
    }

    private MatrixView part(Tensor dy, LowRank term) {
        return matrix(dy).columns(term.firstColumn, term.columns());
    }

    /** Gradients of a term's factors. */
    private void termBackward(LowRank term, Tensor projection, Tensor dprojection, Tensor dy) {
        term.b.sumIntoGradient(
                db -> run(MatMul.of(part(dy, term), true, MatrixView.of(projection), false, MatrixView.of(db))
                        .scaled(term.scale)
                        .accumulating(true)));
        if (term.a.requiresGrad()) {
            Tensor input = dropped(term);
            term.a.sumIntoGradient(da ->
                    run(MatMul.of(MatrixView.of(dprojection), true, MatrixView.of(input), false, MatrixView.of(da))
                            .scaled(term.scale)
                            .accumulating(true)));
            if (input != x.value()) {
                tape.scope().release(input);
            }
        }
    }

    /** A term's {@code dy B}, and what it adds to dx by products of its own: through the dropout. */
    private void separateInputGradient(LowRank term, Tensor dprojection, Tensor dy) {
        run(MatMul.of(part(dy, term), false, MatrixView.of(term.b.value()), false, MatrixView.of(dprojection)));
        x.sumIntoGradient(dx -> {
            MatrixView p = MatrixView.of(dprojection);
            MatrixView a = MatrixView.of(term.a.value());
            if (term.dropout == 0) {
                run(MatMul.of(p, false, a, false, MatrixView.of(dx))
                        .scaled(term.scale)
                        .accumulating(true));
                return;
            }
            Tensor dinput = tape.scope()
                    .empty("linear.dropout.grad", x.shape(), x.value().dtype());
            run(MatMul.of(p, false, a, false, MatrixView.of(dinput)).scaled(term.scale));
            backend.dropout(dinput, term.dropout, term.seed, dx, true);
            tape.scope().release(dinput);
        });
    }

    private void run(MatMul product) {
        backend.matmul(product);
        tape.device().countFlops(product.flops());
    }

    /** Cases: every activation, residual, bias, part of a fused weight, low-rank terms, dropout, one row, one column. */
    static OpSpec spec() {
        return new OpSpec(
                "linear",
                1e-5,
                List.of(
                        sample("plain", 5, 7, 3, Activation.NONE, false, 0, 0),
                        sample("quick gelu", 13, 70, 40, Activation.QUICK_GELU, false, 0, 0),
                        sample("erf gelu", 13, 70, 40, Activation.GELU_ERF, false, 0, 0),
                        sample("residual", 50, 33, 65, Activation.NONE, true, 0, 0),
                        sample("low rank", 20, 48, 96, Activation.NONE, false, 4, 0),
                        sample("low rank, residual", 20, 48, 96, Activation.NONE, true, 10, 0),
                        sample("low rank, quick gelu", 9, 31, 24, Activation.QUICK_GELU, false, 3, 0),
                        sample("low rank, wide", 9, 40, 128, Activation.NONE, true, 5, 0),
                        sample("low rank, wide, erf gelu", 70, 33, 256, Activation.GELU_ERF, false, 16, 0),
                        sample("low rank, dropout", 20, 16, 32, Activation.NONE, false, 2, 0.3),
                        sample("one row", 1, 64, 48, Activation.NONE, false, 0, 0),
                        sample("one column", 8, 5, 1, Activation.NONE, true, 0, 0),
                        sample("one input", 6, 1, 9, Activation.QUICK_GELU, false, 2, 0),
                        sample("no row", 0, 12, 8, Activation.NONE, true, 2, 0)),
                Linear::random);
    }

    private static OpCase random(RandomGenerator random) {
        Activation activation = Activation.values()[random.nextInt(3)];
        return sample(
                "random",
                1 + random.nextInt(70),
                1 + random.nextInt(130),
                1 + random.nextInt(110),
                activation,
                activation == Activation.NONE && random.nextBoolean(),
                random.nextInt(4),
                0);
    }

    /** The middle of a weight of out + 2 rows; low-rank terms on the first and the last columns. */
    private static OpCase sample(
            String what, int m, int in, int out, Activation activation, boolean residual, int rank, double dropout) {
        List<OpCase.Input> inputs = new ArrayList<>(List.of(
                OpCase.input("x", m, in),
                OpCase.scaled("weight", 1 / Math.sqrt(in), out + 2, in),
                OpCase.input("bias", out + 2).kept(),
                new OpCase.Input("residual", Shape.of(m, out), residual, 1, false)));
        int columns = (out + 1) / 2;
        for (int t = 0; rank > 0 && t < 2; t++) {
            inputs.add(OpCase.scaled("a" + t, 1 / Math.sqrt(in), rank, in).kept());
            inputs.add(OpCase.input("b" + t, columns, rank).kept());
        }
        String label = what + " " + m + "x" + in + "x" + out + ", rank " + rank;
        return OpCase.of(label, inputs, (tape, v) -> {
            List<LowRank> terms = new ArrayList<>();
            for (int t = 0; rank > 0 && t < 2; t++) {
                terms.add(new LowRank(v.get(4 + 2 * t), v.get(5 + 2 * t), 0.5, t * (out - columns), dropout, 7 + t));
            }
            return apply(tape, v.get(0), v.get(1), 1, out, v.get(2), activation, residual ? v.get(3) : null, terms);
        });
    }
}
