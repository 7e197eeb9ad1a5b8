package org.ttdengine.engine.backend;

import java.util.ArrayList;
import java.util.List;
import org.ttdengine.engine.Tensor;

/**
 * One matrix product with what is fused into it: {@code C = act(alpha op(A) op(B) + bias) + residual}, or, when
 * accumulating, {@code C += alpha op(A) op(B)}, or, gated, {@code C = alpha op(A) op(B) * act'(gate)}.
 *
 * @param a left operand as it lies in memory
 * @param transposeA whether op(A) is A transposed
 * @param b right operand as it lies in memory
 * @param transposeB whether op(B) is B transposed
 * @param packedB op(B) packed beforehand by the same backend, or null
 * @param c result
 * @param alpha factor of the product
 * @param accumulate adds to C; excludes bias, activation and residual
 * @param bias one value per column of C, or null
 * @param biasOffset element of the bias that belongs to column 0
 * @param activation applied after the bias
 * @param preActivation receives the activation's argument, shaped as C, or null
 * @param residual added last, shaped as C, or null
 * @param gate what an activation was applied to, shaped as C: the product is multiplied by the activation's derivative
 *     there instead of passing through it, which gives the gradient of the gate from that of the activation's result;
 *     excludes accumulating, bias, pre-activation and residual; or null
 * @param addends low-rank terms of op(B), added to the product before the bias; exclude a transposed A, a factor and a
 *     gate; with an activation they need room for its argument, and exclude a residual
 */
public record MatMul(
        MatrixView a,
        boolean transposeA,
        MatrixView b,
        boolean transposeB,
        PackedMatrix packedB,
        MatrixView c,
        double alpha,
        boolean accumulate,
        Tensor bias,
        int biasOffset,
        Activation activation,
        MatrixView preActivation,
        MatrixView residual,
        MatrixView gate,
        List<LowRankAddend> addends) {
    public MatMul {
        int m = transposeA ? a.columns() : a.rows();
        int k = transposeA ? a.rows() : a.columns();
        int kb = transposeB ? b.columns() : b.rows();
        int n = transposeB ? b.rows() : b.columns();
        if (c.rows() != m || c.columns() != n || k != kb) {
            throw new IllegalArgumentException("matrix product of " + m + "x" + k + " and " + kb + "x" + n
                    + " does not give " + c.rows() + "x" + c.columns() + " (" + a.tensor() + ", " + b.tensor() + ")");
        }
        if (packedB != null && (packedB.k() != k || packedB.n() != n)) {
            throw new IllegalArgumentException("the operand packed as " + packedB.k() + "x" + packedB.n()
                    + " is not the " + k + "x" + n + " one of the product");
        }
        if (bias != null && (biasOffset < 0 || biasOffset > bias.size() - n)) {
            throw new IllegalArgumentException(bias + " does not cover " + n + " columns from element " + biasOffset);
        }
        checkShape(preActivation, m, n);
        checkShape(residual, m, n);
        checkShape(gate, m, n);
        if (accumulate && (bias != null || activation != Activation.NONE || residual != null)) {
            throw new IllegalArgumentException("an accumulating matrix product takes no bias, activation or residual");
        }
        addends = List.copyOf(addends);
        if (!addends.isEmpty()) {
            boolean activated = activation != Activation.NONE;
            boolean room = preActivation != null && preActivation.isWhole() && c.isWhole() && residual == null;
            checkAddends(addends, m, b, !transposeA && alpha == 1 && gate == null && (!activated || room));
        }
        if (gate != null && activation == Activation.NONE) {
            throw new IllegalArgumentException("a gated matrix product needs the activation of its gate");
        }
        if (gate != null && (accumulate || bias != null || preActivation != null || residual != null)) {
            throw new IllegalArgumentException(
                    "a gated matrix product does not accumulate and takes no bias, pre-activation or residual");
        }
    }

    private static void checkAddends(List<LowRankAddend> addends, int m, MatrixView b, boolean allowed) {
        if (!allowed) {
            throw new IllegalArgumentException(
                    "a product with low-rank terms takes A as it lies, no factor and no gate, and"
                            + " an activation only with room for its argument and without a residual");
        }
        for (LowRankAddend addend : addends) {
            boolean fits =
                    addend.a().columns() == b.columns() && addend.projection().rows() == m;
            if (!fits || addend.firstRow() < 0 || addend.endRow() > b.rows()) {
                throw new IllegalArgumentException(
                        "the low-rank term of " + addend.a().tensor() + " and "
                                + addend.b().tensor() + " does not fit a product of " + m + " rows with " + b.tensor());
            }
        }
    }

    private static void checkShape(MatrixView operand, int m, int n) {
        if (operand != null && (operand.rows() != m || operand.columns() != n)) {
            throw new IllegalArgumentException("a " + operand.rows() + "x" + operand.columns() + " view of "
                    + operand.tensor() + " does not fit a product of " + m + "x" + n);
        }
    }

    /** {@code C = op(A) op(B)}. */
    public static MatMul of(MatrixView a, boolean transposeA, MatrixView b, boolean transposeB, MatrixView c) {
        return new MatMul(
                a, transposeA, b, transposeB, null, c, 1, false, null, 0, Activation.NONE, null, null, null, List.of());
    }

    /** The same product with op(B) packed beforehand; null leaves it unpacked. */
    public MatMul packed(PackedMatrix packed) {
        return new MatMul(
                a,
                transposeA,
                b,
                transposeB,
                packed,
                c,
                alpha,
                accumulate,
                bias,
                biasOffset,
                activation,
                preActivation,
                residual,
                gate,
                addends);
    }

    /** The same product scaled by {@code factor}. */
    public MatMul scaled(double factor) {
        return new MatMul(
                a,
                transposeA,
                b,
                transposeB,
                packedB,
                c,
                factor,
                accumulate,
                bias,
                biasOffset,
                activation,
                preActivation,
                residual,
                gate,
                addends);
    }

    /** The same product added to C if {@code add}, else written to it. */
    public MatMul accumulating(boolean add) {
        return new MatMul(
                a,
                transposeA,
                b,
                transposeB,
                packedB,
                c,
                alpha,
                add,
                bias,
                biasOffset,
                activation,
                preActivation,
                residual,
                gate,
                addends);
    }

    /** The same product with a bias, an activation and a residual, any of which may be absent. */
    public MatMul then(
            Tensor newBias,
            int newBiasOffset,
            Activation newActivation,
            MatrixView newPreActivation,
            MatrixView newResidual) {
        return new MatMul(
                a,
                transposeA,
                b,
                transposeB,
                packedB,
                c,
                alpha,
                accumulate,
                newBias,
                newBiasOffset,
                newActivation,
                newPreActivation,
                newResidual,
                gate,
                addends);
    }

    /** The same product multiplied by the derivative of an activation at {@code argument}. */
    public MatMul gated(Activation derivedActivation, MatrixView argument) {
        return new MatMul(
                a,
                transposeA,
                b,
                transposeB,
                packedB,
                c,
                alpha,
                accumulate,
                bias,
                biasOffset,
                derivedActivation,
                preActivation,
                residual,
                argument,
                addends);
    }

    /** The same product with low-rank terms. */
    public MatMul plus(List<LowRankAddend> terms) {
        return new MatMul(
                a,
                transposeA,
                b,
                transposeB,
                packedB,
                c,
                alpha,
                accumulate,
                bias,
                biasOffset,
                activation,
                preActivation,
                residual,
                gate,
                terms);
    }

    /**
     * The products without low-rank terms that give the same when carried out in this order. If there is an activation,
     * they end with its argument, in {@link #preActivation}.
     */
    public List<MatMul> steps() {
        MatrixView sum = activation == Activation.NONE ? c : preActivation;
        MatMul plain = of(a, false, b, transposeB, sum).packed(packedB).accumulating(accumulate);
        List<MatMul> steps = new ArrayList<>();
        steps.add(accumulate ? plain : plain.then(bias, biasOffset, Activation.NONE, null, residual));
        for (LowRankAddend addend : addends) {
            int first = addend.firstRow();
            MatrixView p = addend.projection();
            steps.add(
                    transposeB
                            ? of(a, false, addend.a(), true, p)
                            : of(a.columns(first, addend.rows()), false, addend.b(), false, p));
            MatMul expanded = transposeB
                    ? of(p, false, addend.b(), true, sum.columns(first, addend.rows()))
                    : of(p, false, addend.a(), false, sum);
            steps.add(expanded.scaled(addend.scale()).accumulating(true));
        }
        return steps;
    }

    /** Rows of C. */
    public int m() {
        return c.rows();
    }

    /** Columns of C. */
    public int n() {
        return c.columns();
    }

    /** Length of the sums. */
    public int k() {
        return transposeA ? a.rows() : a.columns();
    }

    /** Two per multiply-add, those of the low-rank terms included. */
    public long flops() {
        long sum = 2L * m() * n() * k();
        for (LowRankAddend addend : addends) {
            sum += 2L * m() * addend.rank() * (addend.a().columns() + addend.rows());
        }
        return sum;
    }
}
