package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.ttdengine.emulator.Emulator;
import org.ttdengine.emulator.LaunchReport;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.Backend;
import org.ttdengine.engine.backend.LowRankAddend;
import org.ttdengine.engine.backend.MatMul;
import org.ttdengine.engine.backend.MatrixView;
import org.ttdengine.engine.io.HalfPrecision;
import org.ttdengine.engine.testing.EmulatedGpu;
import org.ttdengine.kernels.GemmKernels.Block;

/** Products with low-rank terms in one kernel, on the emulated GPU, against the double-precision reference. */
class LowRankProductTest {
    @RegisterExtension
    static final RunsEvery KERNELS = RunsEvery.ofModules("gemm_low_rank");

    private static Emulator emulator;
    private static Device device;
    private static Device oracle;

    @BeforeAll
    static void open() {
        emulator = EmulatedGpu.install();
        device = EmulatedGpu.open(DType.BF16);
        oracle = Device.reference(DType.F64);
    }

    @AfterAll
    static void close() {
        device.close();
        oracle.close();
    }

    /**
     * A layer with terms of {@code columns} columns each, at {@code firsts}.
     *
     * @param spare elements by which rows are longer than they need to be
     */
    private record Layer(int m, int n, int k, int rank, int columns, List<Integer> firsts, int spare) {
        /** C, then the projections. */
        List<double[]> run(Device on, BiConsumer<Backend, MatMul> product) {
            SplittableRandom random = new SplittableRandom(17);
            try (Scope scope = on.scope("layer")) {
                MatrixView x = matrix(scope, random, m, k);
                MatrixView c = matrix(scope, random, m, n);
                MatMul layer = MatMul.of(x, false, matrix(scope, random, n, k), true, c)
                        .then(bias(scope, random), 0, Activation.NONE, null, matrix(scope, random, m, n));
                List<LowRankAddend> addends = new ArrayList<>();
                for (int first : firsts) {
                    MatrixView a = matrix(scope, random, rank, k);
                    MatrixView b = matrix(scope, random, columns, rank);
                    addends.add(new LowRankAddend(a, b, 0.75, first, matrix(scope, random, m, rank)));
                }
                product.accept(on.backend(), layer.plus(addends));
                List<double[]> results = new ArrayList<>(List.of(c.tensor().toDoubles()));
                addends.forEach(
                        addend -> results.add(addend.projection().tensor().toDoubles()));
                return results;
            }
        }

        private MatrixView matrix(Scope scope, SplittableRandom random, int rows, int columnCount) {
            int stride = columnCount + spare;
            double[] values = random.doubles((long) rows * stride, -1, 1)
                    .map(v -> HalfPrecision.bfloat16ToFloat(HalfPrecision.floatToBfloat16((float) v)))
                    .toArray();
            DType type = scope.device().dtype() == DType.F64 ? DType.F64 : DType.BF16;
            Tensor tensor = scope.empty("matrix", Shape.of(rows, stride), type).set(values);
            return new MatrixView(tensor, 0, rows, columnCount, stride);
        }

        private Tensor bias(Scope scope, SplittableRandom random) {
            DType type = scope.device().dtype() == DType.F64 ? DType.F64 : DType.F32;
            return scope.empty("bias", Shape.of(n), type)
                    .set(random.doubles(n, -1, 1).map(v -> (float) v).toArray());
        }

        /** Compares every element, also the spare ones, which must not change; P and C are rounded to bf16. */
        void check(Block block) {
            List<double[]> actual = run(device, with(block));
            List<double[]> expected = run(oracle, Backend::matmul);
            double projected = 0.75 * rank * Math.sqrt(k) * 0x1p-9;
            for (int t = 0; t < expected.size(); t++) {
                for (int i = 0; i < expected.get(t).length; i++) {
                    double e = expected.get(t)[i];
                    double bound = Math.abs(e) * 0x1p-8 + k * 0x1p-20 + (t == 0 ? projected : 0);
                    assertThat(actual.get(t)[i]).as("%s, element %d", this, i).isCloseTo(e, within(bound));
                }
            }
        }
    }

    private static BiConsumer<Backend, MatMul> with(Block block) {
        CudaGemm gemm = new CudaGemm(((CudaBackend) device.backend()).context(), false, Optional.empty());
        return (backend, p) -> gemm.matmulLowRank(p, GemmShape.whole(block, p.m(), p.n(), p.k()));
    }

    private static LaunchReport report(Layer layer) {
        emulator.resetCounters();
        BiConsumer<Backend, MatMul> fused = with(Block.LARGE);
        CudaGemm gemm = new CudaGemm(((CudaBackend) device.backend()).context(), false, Optional.empty());
        layer.run(device, (backend, p) -> {
            if (p.addends().isEmpty()) {
                gemm.matmul(p, GemmShape.whole(Block.LARGE, p.m(), p.n(), p.k()));
            } else {
                fused.accept(backend, p);
            }
        });
        return emulator.counters().stream()
                .filter(launch -> launch.kernel().startsWith("gemm_large"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void oneTermOfEveryRankAndSize() {
        for (Block block : List.of(Block.SMALL, Block.LARGE)) {
            for (int rank : List.of(1, 4, 7, 16)) {
                new Layer(70, 60, 50, rank, 33, List.of(9), 0).check(block);
                new Layer(1, 130, 33, rank, 130, List.of(0), 3).check(block);
                new Layer(64, 64, 64, rank, 64, List.of(0), 8).check(block);
            }
        }
    }

    @Test
    void twoTermsOnColumnsOfTheirOwn() {
        new Layer(70, 192, 96, 4, 64, List.of(0, 128), 0).check(Block.SMALL);
        new Layer(130, 384, 64, 16, 128, List.of(256, 0), 0).check(Block.LARGE);
    }

    @Test
    void theBackendTakesOneKernelForALayerAndSeveralWhereTermsMeet() {
        emulator.resetCounters();
        new Layer(70, 192, 64, 4, 64, List.of(0, 128), 0).run(device, Backend::matmul);
        assertThat(emulator.counters()).extracting(LaunchReport::kernel).containsExactly("gemm_small_nt_low_rank_bf16");
        emulator.resetCounters();
        new Layer(70, 96, 64, 4, 32, List.of(0, 32), 0).run(device, Backend::matmul);
        new Layer(70, 96, 64, 17, 96, List.of(0), 0).run(device, Backend::matmul);
        assertThat(emulator.counters())
                .extracting(LaunchReport::kernel)
                .hasSize(5 + 3)
                .noneMatch(kernel -> kernel.contains("low_rank"));
    }

    @Test
    void termsThatMeetInABlockAreRefusedByTheKernelsLauncher() {
        Layer layer = new Layer(70, 96, 64, 4, 32, List.of(0, 32), 0);
        assertThatThrownBy(() -> layer.run(device, with(Block.SMALL))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theInputIsReadOnceAndTensorCoresDoNoMoreThanTheyMust() {
        int m = 256;
        int n = 384;
        int k = 128;
        LaunchReport plain = report(new Layer(m, n, k, 16, 128, List.of(), 0));
        LaunchReport fused = report(new Layer(m, n, k, 16, 128, List.of(0, 256), 0));
        long products = (long) m * n * k + 2L * m * 16 * k + 2L * m * 128 * 16;
        assertThat(fused.counters().mmaInstructions).isEqualTo(products / (16 * 8 * 16));
        long rowBlocks = m / 128;
        // A' once a block; B' by two rows of warps, half a row of it at a time, each a sector
        long factors = 2 * rowBlocks * (16 * k + 4 * 128 * 16) * 2 / 32;
        assertThat(fused.counters().memory.globalLoadSectors - plain.counters().memory.globalLoadSectors)
                .isEqualTo(factors);
        assertThat(fused.counters().memory.sharedLoadConflicts).isZero();
        assertThat(fused.counters().memory.sharedStoreConflicts).isZero();
        assertThat(fused.counters().memory.localAccesses).isZero();
    }
}
