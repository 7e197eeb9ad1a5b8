package org.ttdengine.bench;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.blas_set_num_threads;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;

import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.ttdengine.engine.backend.cpu.Epilogue;
import org.ttdengine.engine.backend.cpu.FloatView;
import org.ttdengine.engine.backend.cpu.Gemm;
import org.ttdengine.engine.backend.cpu.PackedPanels;
import org.ttdengine.engine.backend.cpu.RightOperand;
import org.ttdengine.engine.backend.cpu.WorkerPool;

/**
 * Compares the matrix product with OpenBLAS call by call in alternation, so that whatever else the machine does falls on
 * both; the best of many calls counts. Results are checked against each other first.
 *
 * <p>Arguments: threads (default 1), alternations per shape (default 60), then shapes {@code MxNxK}; a shape ending in
 * {@code u} takes W as it is rather than packed beforehand. Without shapes, those of ViT-B/16 and the text tower.
 */
public final class GemmPeer {
    private static final List<String> SHAPES = List.of(
            "1576x2304x768",
            "1576x768x768",
            "1576x3072x768",
            "1576x768x3072",
            "785x2304x768",
            "785x768x768",
            "785x3072x768",
            "785x768x3072",
            "320x1536x512",
            "320x512x512",
            "320x2048x512",
            "320x512x2048");

    private GemmPeer() {}

    public static void main(String[] args) {
        int threads = args.length > 0 ? Integer.parseInt(args[0]) : 1;
        int alternations = args.length > 1 ? Integer.parseInt(args[1]) : 60;
        List<String> shapes = args.length > 2 ? List.of(args).subList(2, args.length) : SHAPES;
        for (String variable : List.of("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")) {
            if (System.getenv(variable) != null) {
                System.err.println("unset " + variable + ": it keeps OpenBLAS from choosing its kernel");
                System.exit(1);
            }
        }
        blas_set_num_threads(threads);
        System.out.printf("%d threads, Java %s%n", threads, Runtime.version());
        System.out.printf("%-16s %9s %9s %6s%n", "m x n x k", "GFLOP/s", "OpenBLAS", "ratio");
        try (WorkerPool pool = new WorkerPool(threads)) {
            for (String shape : shapes) {
                boolean packed = !shape.endsWith("u");
                String size = packed ? shape : shape.substring(0, shape.length() - 1);
                compare(new Gemm(pool), GemmOperands.of(size), packed, shape, alternations);
            }
        }
    }

    private static void compare(Gemm gemm, GemmOperands operands, boolean packed, String shape, int alternations) {
        int m = operands.m();
        int n = operands.n();
        int k = operands.k();
        FloatView x = FloatView.of(operands.x(), 0, k);
        FloatView view = FloatView.transposed(operands.w(), 0, k);
        RightOperand w = packed ? PackedPanels.pack(view, k, n) : view;
        FloatView y = FloatView.of(operands.y(), 0, n);
        long ours = Long.MAX_VALUE;
        long peer = Long.MAX_VALUE;
        try (FloatPointer px = new FloatPointer(operands.x());
                FloatPointer pw = new FloatPointer(operands.w());
                FloatPointer py = new FloatPointer(operands.y())) {
            for (int i = 0; i < alternations; i++) {
                long t0 = System.nanoTime();
                gemm.multiply(m, n, k, 1, x, w, y, Epilogue.NONE);
                long t1 = System.nanoTime();
                cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1, px, k, pw, k, 0, py, n);
                long t2 = System.nanoTime();
                if (i == 0) {
                    requireEqual(operands, py);
                }
                ours = Math.min(ours, t1 - t0);
                peer = Math.min(peer, t2 - t1);
            }
        }
        double flops = 2.0 * m * n * k;
        System.out.printf("%-16s %9.1f %9.1f %6.2f%n", shape, flops / ours, flops / peer, (double) peer / ours);
    }

    /** Each side errs by at most k roundings of a sum of k products below 1/4. */
    private static void requireEqual(GemmOperands ours, FloatPointer theirs) {
        double bound = 2 * ours.k() * 0x1p-24 * ours.k() / 4;
        for (int i = 0; i < ours.y().length; i++) {
            if (!(Math.abs(ours.y()[i] - theirs.get(i)) <= bound)) {
                throw new IllegalStateException(
                        "element " + i + " is " + ours.y()[i] + ", by OpenBLAS " + theirs.get(i));
            }
        }
    }
}
