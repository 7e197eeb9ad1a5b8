package org.ttdengine.bench;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.blas_set_num_threads;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;

import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.ttdengine.engine.backend.cpu.Epilogue;
import org.ttdengine.engine.backend.cpu.FloatView;
import org.ttdengine.engine.backend.cpu.Gemm;
import org.ttdengine.engine.backend.cpu.PackedPanels;
import org.ttdengine.engine.backend.cpu.WorkerPool;

/**
 * Compares the matrix product with OpenBLAS on the shapes of ViT-B/16, call by call in alternation, so that whatever else
 * the machine does falls on both. The best of many calls counts. The weight is packed beforehand.
 *
 * <p>Arguments: threads (default 1), alternations per shape (default 40).
 */
public final class GemmPeer {
    private static final int[][] SHAPES = {
        {1576, 2304, 768}, {1576, 768, 768}, {1576, 3072, 768}, {1576, 768, 3072},
        {785, 2304, 768}, {785, 768, 768}, {785, 3072, 768}, {785, 768, 3072},
        {1576, 2304, 768}, {1576, 768, 768}, {1576, 3072, 768}, {1576, 768, 3072},
        {320, 1536, 512}, {320, 512, 512}, {320, 2048, 512}, {320, 512, 2048}
    };

    private GemmPeer() {}

    public static void main(String[] args) {
        int threads = args.length > 0 ? Integer.parseInt(args[0]) : 1;
        int alternations = args.length > 1 ? Integer.parseInt(args[1]) : 40;
        blas_set_num_threads(threads);
        System.out.printf("%d threads, Java %s%n", threads, Runtime.version());
        System.out.println("    m     n     k   GFLOP/s  OpenBLAS  ratio");
        try (WorkerPool pool = new WorkerPool(threads)) {
            for (int[] shape : SHAPES) {
                compare(new Gemm(pool), shape[0], shape[1], shape[2], alternations);
            }
        }
    }

    private static void compare(Gemm gemm, int m, int n, int k, int alternations) {
        float[] a = random(m * k, 1);
        float[] w = random(n * k, 2);
        float[] c = new float[m * n];
        PackedPanels packed = PackedPanels.pack(FloatView.transposed(w, 0, k), k, n);
        FloatView left = FloatView.of(a, 0, k);
        FloatView target = FloatView.of(c, 0, n);
        long ours = Long.MAX_VALUE;
        long peer = Long.MAX_VALUE;
        try (FloatPointer pa = new FloatPointer(a);
                FloatPointer pw = new FloatPointer(w);
                FloatPointer pc = new FloatPointer(c)) {
            for (int i = 0; i < alternations; i++) {
                long t0 = System.nanoTime();
                gemm.multiply(m, n, k, 1, left, packed, target, Epilogue.NONE);
                long t1 = System.nanoTime();
                cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1, pa, k, pw, k, 0, pc, n);
                long t2 = System.nanoTime();
                ours = Math.min(ours, t1 - t0);
                peer = Math.min(peer, t2 - t1);
            }
            requireEqual(c, pc, k);
        }
        double flops = 2.0 * m * n * k;
        System.out.printf(
                "%5d %5d %5d  %8.1f  %8.1f  %5.2f%n", m, n, k, flops / ours, flops / peer, (double) peer / ours);
    }

    private static void requireEqual(float[] ours, FloatPointer theirs, int k) {
        for (int i = 0; i < ours.length; i++) {
            if (!(Math.abs(ours[i] - theirs.get(i)) <= k * 0x1p-23)) {
                throw new IllegalStateException("element " + i + " is " + ours[i] + ", by OpenBLAS " + theirs.get(i));
            }
        }
    }

    private static float[] random(int size, long seed) {
        Random random = new Random(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }
}
