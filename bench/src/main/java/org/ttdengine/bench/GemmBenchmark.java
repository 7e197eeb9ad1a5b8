package org.ttdengine.bench;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.blas_set_num_threads;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;

import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.FloatPointer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.ttdengine.engine.backend.cpu.Epilogue;
import org.ttdengine.engine.backend.cpu.FloatView;
import org.ttdengine.engine.backend.cpu.Gemm;
import org.ttdengine.engine.backend.cpu.PackedPanels;
import org.ttdengine.engine.backend.cpu.WorkerPool;

/** Y = X W^T on the shapes of ViT-B/16 and of the text tower, W packed beforehand, beside OpenBLAS. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class GemmBenchmark {
    /** m x n x k. */
    @Param({
        "1576x2304x768", "1576x768x768", "1576x3072x768", "1576x768x3072", "785x2304x768", "785x768x768",
        "785x3072x768", "785x768x3072", "320x1536x512", "320x512x512", "320x2048x512", "320x512x2048"
    })
    String shape;

    @Param({"1", "2"})
    int threads;

    private GemmOperands operands;
    private WorkerPool pool;
    private Gemm gemm;
    private FloatView x;
    private PackedPanels w;
    private FloatView y;
    private FloatPointer peerX;
    private FloatPointer peerW;
    private FloatPointer peerY;

    /** Allocates operands on both sides. */
    @Setup(Level.Trial)
    public void setUp() {
        operands = GemmOperands.of(shape);
        pool = new WorkerPool(threads);
        gemm = new Gemm(pool);
        x = FloatView.of(operands.x(), 0, operands.k());
        w = PackedPanels.pack(FloatView.transposed(operands.w(), 0, operands.k()), operands.k(), operands.n());
        y = FloatView.of(operands.y(), 0, operands.n());
        peerX = new FloatPointer(operands.x());
        peerW = new FloatPointer(operands.w());
        peerY = new FloatPointer(operands.y());
        blas_set_num_threads(threads);
    }

    /** Frees the peer's memory and ends the threads. */
    @TearDown(Level.Trial)
    public void tearDown() {
        pool.close();
        peerX.close();
        peerW.close();
        peerY.close();
    }

    @Benchmark
    public float[] engine() {
        gemm.multiply(operands.m(), operands.n(), operands.k(), 1, x, w, y, Epilogue.NONE);
        return operands.y();
    }

    @Benchmark
    public FloatPointer openBlas() {
        int m = operands.m();
        int n = operands.n();
        int k = operands.k();
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1, peerX, k, peerW, k, 0, peerY, n);
        return peerY;
    }
}
