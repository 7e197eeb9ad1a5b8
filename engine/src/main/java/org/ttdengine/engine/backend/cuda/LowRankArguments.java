package org.ttdengine.engine.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.backend.LowRankAddend;
import org.ttdengine.engine.backend.MatMul;
import org.ttdengine.engine.backend.MatrixView;
import org.ttdengine.kernels.GemmKernels;
import org.ttdengine.kernels.GemmKernels.Block;

/** Low-rank terms of a product as the kernels of {@code gemm_low_rank.cu} take them. */
final class LowRankArguments {
    private static final int TERMS = 2;

    private LowRankArguments() {}

    /** Whether such a kernel can carry the product out: small ranks, whole sums, no block of C that meets two terms. */
    static boolean fit(MatMul p, GemmShape shape) {
        boolean layout = !p.transposeA() && p.transposeB() && p.alpha() == 1;
        boolean whole = shape.parts() == 1 && shape.block() != Block.PLAIN;
        return layout && whole && p.addends().size() <= TERMS && termsFit(p) && apart(p, shape);
    }

    private static boolean termsFit(MatMul p) {
        return p.addends().stream()
                .allMatch(addend -> addend.rank() <= GemmKernels.LARGEST_RANK
                        && addend.projection().tensor().dtype() == DType.BF16);
    }

    private static boolean apart(MatMul p, GemmShape shape) {
        int columns = shape.block().columns();
        for (int block = 0; block < shape.columns(); block++) {
            int first = block * columns;
            long met = p.addends().stream()
                    .filter(addend ->
                            addend.firstColumn() < first + columns && first < addend.firstColumn() + addend.columns())
                    .count();
            if (met > 1) {
                return false;
            }
        }
        return true;
    }

    /** The last parameters of the kernel; {@code operand} gives factors in bf16. */
    static List<Object> of(MatMul p, Function<MatrixView, DeviceMatrix> operand) {
        List<Object> arguments = new ArrayList<>();
        for (LowRankAddend addend : p.addends()) {
            DeviceMatrix a = operand.apply(addend.a());
            DeviceMatrix b = operand.apply(addend.b());
            DeviceMatrix projection = DeviceMatrix.of(addend.projection());
            arguments.addAll(List.of(a.address(), b.address(), projection.address(), addend.rank()));
            arguments.addAll(List.of(a.stride(), b.stride(), projection.stride(), (float) addend.scale()));
            arguments.addAll(List.of(addend.firstColumn(), addend.columns()));
        }
        for (int absent = p.addends().size(); absent < TERMS; absent++) {
            arguments.addAll(List.of(0L, 0L, 0L, 0, 0, 0, 0, 0f, 0, 0));
        }
        return arguments;
    }
}
