package org.ttdengine.engine.backend.cuda;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.backend.LowRankAddend;
import org.ttdengine.engine.backend.MatMul;
import org.ttdengine.engine.backend.MatrixView;
import org.ttdengine.kernels.GemmKernels;
import org.ttdengine.kernels.GemmKernels.Block;

/** Low-rank terms of a product as the kernels of {@code gemm_low_rank.cuh} take them. */
final class LowRankArguments {
    private static final int TERMS = 2;
    /** Bytes of a row of the left operand that a kernel takes in one step. */
    private static final int STEP_BYTES = 64;

    private LowRankArguments() {}

    /**
     * Whether such a kernel can carry the product out: small ranks, sums in one piece, no block of a layer's columns and no
     * step of a gradient's sums that meets two terms.
     *
     * @param type of the operands, and of the projections too
     */
    static boolean fit(MatMul p, GemmShape shape, DType type) {
        boolean whole = shape.parts() == 1 && shape.block() != Block.PLAIN && p.k() > 0;
        boolean few = !p.transposeA() && p.addends().size() <= TERMS && termsFit(p, type);
        return whole && few && (p.transposeB() ? apart(p, shape) : inSteps(p, STEP_BYTES / type.bytes()));
    }

    private static boolean termsFit(MatMul p, DType type) {
        return p.addends().stream()
                .allMatch(addend -> addend.rank() <= GemmKernels.LARGEST_RANK
                        && addend.rows() > 0
                        && addend.projection().tensor().dtype() == type);
    }

    private static boolean apart(MatMul p, GemmShape shape) {
        int columns = shape.block().columns();
        for (int block = 0; block < shape.columns(); block++) {
            int first = block * columns;
            long met = p.addends().stream()
                    .filter(addend -> addend.firstRow() < first + columns && first < addend.endRow())
                    .count();
            if (met > 1) {
                return false;
            }
        }
        return true;
    }

    private static boolean inSteps(MatMul p, int depth) {
        int free = 0;
        for (LowRankAddend addend : inOrder(p)) {
            if (addend.firstRow() < free || addend.firstRow() % depth != 0) {
                return false;
            }
            free = addend.endRow();
        }
        return true;
    }

    private static List<LowRankAddend> inOrder(MatMul p) {
        return p.addends().stream()
                .sorted(Comparator.comparingInt(LowRankAddend::firstRow))
                .toList();
    }

    /** The last parameters of the kernel; {@code operand} gives factors in the type of the product. */
    static List<Object> of(MatMul p, Function<MatrixView, DeviceMatrix> operand) {
        List<Object> arguments = new ArrayList<>();
        for (LowRankAddend addend : p.addends()) {
            DeviceMatrix a = operand.apply(addend.a());
            DeviceMatrix b = operand.apply(addend.b());
            DeviceMatrix projection = DeviceMatrix.of(addend.projection());
            arguments.addAll(List.of(a.address(), b.address(), projection.address(), addend.rank()));
            arguments.addAll(List.of(a.stride(), b.stride(), projection.stride(), (float) addend.scale()));
            arguments.addAll(List.of(addend.firstRow(), addend.rows()));
        }
        for (int absent = p.addends().size(); absent < TERMS; absent++) {
            arguments.addAll(List.of(0L, 0L, 0L, 0, 0, 0, 0, 0f, 0, 0));
        }
        return arguments;
    }
}
