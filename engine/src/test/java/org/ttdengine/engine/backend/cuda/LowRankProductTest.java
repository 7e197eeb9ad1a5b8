package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

/**
 * Products with low-rank terms in one kernel, on the emulated GPU, against the double-precision reference: the layer {@code
 * C = x (W + terms)'} and its gradient {@code C = dy (W + terms)}, in fp32 and bf16.
 */
class LowRankProductTest {
    @RegisterExtension
    static final RunsEvery KERNELS = RunsEvery.ofModules("gemm_low_rank_f32", "gemm_low_rank_bf16");

    private static final double SCALE = 0.75;

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

    /** Which product, in which type. */
    private enum Kind {
        LAYER_F32(DType.F32, false),
        LAYER_BF16(DType.BF16, false),
        GRADIENT_F32(DType.F32, true),
        GRADIENT_BF16(DType.BF16, true);

        private final DType type;
        private final boolean gradient;

        Kind(DType type, boolean gradient) {
            this.type = type;
            this.gradient = gradient;
        }

        /** The largest blocks there are. */
        private Block large() {
            return this == LAYER_F32 ? Block.SMALL : Block.LARGE;
        }
    }

    /**
     * A product of m rows with W {@code [n, k]} and terms on {@code rows} rows of W each, from {@code firsts} on.
     *
     * @param spare elements by which rows are longer than they need to be
     */
    private record Case(Kind kind, int m, int n, int k, int rank, int rows, List<Integer> firsts, int spare) {
        private int length() {
            return kind.gradient ? n : k;
        }

        private int columns() {
            return kind.gradient ? k : n;
        }

        /** C, then the projections. A gradient is added to C, a layer has a bias and a residual. */
        List<double[]> run(Device on, BiConsumer<Backend, MatMul> product) {
            SplittableRandom random = new SplittableRandom(17);
            try (Scope scope = on.scope("low rank")) {
                MatrixView left = matrix(scope, random, m, length());
                MatrixView c = matrix(scope, random, m, columns());
                MatMul plain = MatMul.of(left, false, matrix(scope, random, n, k), !kind.gradient, c);
                plain = kind.gradient
                        ? plain.accumulating(true)
                        : plain.then(bias(scope, random), 0, Activation.NONE, null, matrix(scope, random, m, n));
                return run(on, scope, random, plain, product, c);
            }
        }

        private List<double[]> run(
                Device on,
                Scope scope,
                SplittableRandom random,
                MatMul plain,
                BiConsumer<Backend, MatMul> product,
                MatrixView c) {
            List<LowRankAddend> addends = new ArrayList<>();
            for (int first : firsts) {
                MatrixView a = matrix(scope, random, rank, k);
                MatrixView b = matrix(scope, random, rows, rank);
                addends.add(new LowRankAddend(a, b, SCALE, first, matrix(scope, random, m, rank)));
            }
            product.accept(on.backend(), plain.plus(addends));
            List<double[]> results = new ArrayList<>(List.of(c.tensor().toDoubles()));
            addends.forEach(addend -> results.add(addend.projection().tensor().toDoubles()));
            return results;
        }

        private MatrixView matrix(Scope scope, SplittableRandom random, int rowCount, int columnCount) {
            int stride = columnCount + spare;
            double[] values = random.doubles((long) rowCount * stride, -1, 1)
                    .map(v -> HalfPrecision.bfloat16ToFloat(HalfPrecision.floatToBfloat16((float) v)))
                    .toArray();
            DType type = scope.device().dtype() == DType.F64 ? DType.F64 : kind.type;
            Tensor tensor =
                    scope.empty("matrix", Shape.of(rowCount, stride), type).set(values);
            return new MatrixView(tensor, 0, rowCount, columnCount, stride);
        }

        private Tensor bias(Scope scope, SplittableRandom random) {
            DType type = scope.device().dtype() == DType.F64 ? DType.F64 : DType.F32;
            return scope.empty("bias", Shape.of(n), type)
                    .set(random.doubles(n, -1, 1).map(v -> (float) v).toArray());
        }

        /** Compares every element, also the spare ones, which must not change. */
        void check(Block block) {
            compare(run(device, with(block)));
        }

        /** Sums of at most 1 an element lose 2^-24 of sqrt(length) at every step; P and C are rounded to their type. */
        void compare(List<double[]> actual) {
            List<double[]> expected = run(oracle, Backend::matmul);
            double sum = length() * Math.sqrt(length()) * 0x1p-23;
            double unit = kind.type == DType.F32 ? 0x1p-24 : 0x1p-9;
            double projected = SCALE * rank * firsts.size() * (sum + 2 * Math.sqrt(length()) * unit);
            for (int t = 0; t < expected.size(); t++) {
                for (int i = 0; i < expected.get(t).length; i++) {
                    double e = expected.get(t)[i];
                    double bound = Math.abs(e) * 2 * unit + sum + (t == 0 ? projected : 0);
                    assertThat(actual.get(t)[i]).as("%s, element %d", this, i).isCloseTo(e, within(bound));
                }
            }
        }
    }

    private static CudaGemm gemm() {
        return new CudaGemm(((CudaBackend) device.backend()).context(), false, Optional.empty());
    }

    private static BiConsumer<Backend, MatMul> with(Block block) {
        CudaGemm gemm = gemm();
        return (backend, p) -> {
            GemmShape shape = GemmShape.whole(block, p.m(), p.n(), p.k());
            if (p.addends().isEmpty()) {
                gemm.matmul(p, shape);
            } else {
                gemm.matmulLowRank(p, shape);
            }
        };
    }

    private static List<String> kernelsOf(Case product) {
        emulator.resetCounters();
        product.compare(product.run(device, Backend::matmul));
        return emulator.counters().stream().map(LaunchReport::kernel).toList();
    }

    private static LaunchReport report(Case product) {
        emulator.resetCounters();
        product.run(device, with(product.kind.large()));
        return emulator.counters().stream()
                .filter(launch -> launch.kernel().startsWith("gemm_"))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void oneTermOfEveryRankAndSize(Kind kind) {
        for (Block block : EnumSet.of(Block.SMALL, kind.large())) {
            for (int rank : List.of(1, 4, 7, 16)) {
                new Case(kind, 70, 60, 50, rank, 12, List.of(32), 0).check(block);
                new Case(kind, 1, 130, 33, rank, 130, List.of(0), 3).check(block);
                new Case(kind, 64, 64, 64, rank, 64, List.of(0), 8).check(block);
            }
        }
    }

    @Test
    void aLayersTermMayBeginAtAnyColumn() {
        for (Kind kind : List.of(Kind.LAYER_F32, Kind.LAYER_BF16)) {
            new Case(kind, 70, 190, 50, 5, 133, List.of(9), 0).check(Block.SMALL);
            new Case(kind, 70, 190, 50, 5, 133, List.of(9), 1).check(kind.large());
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoTermsOnRowsOfTheirOwn(Kind kind) {
        new Case(kind, 70, 192, 96, 4, 64, List.of(0, 128), 0).check(Block.SMALL);
        new Case(kind, 130, 384, 140, 16, 128, List.of(256, 0), 0).check(kind.large());
    }

    @Test
    void aGradientsTermsMayFollowOneAnotherWithoutAGapAndEndAnywhere() {
        new Case(Kind.GRADIENT_F32, 70, 48, 96, 4, 16, List.of(0, 16), 0).check(Block.SMALL);
        new Case(Kind.GRADIENT_BF16, 70, 75, 96, 4, 32, List.of(0, 32), 0).check(Block.SMALL);
        new Case(Kind.GRADIENT_F32, 70, 90, 96, 16, 21, List.of(64, 16), 1).check(Block.LARGE);
        new Case(Kind.GRADIENT_BF16, 70, 150, 96, 16, 21, List.of(32, 64), 1).check(Block.LARGE);
    }

    @ParameterizedTest
    @EnumSource
    void theBackendTakesOneKernelWhereItMayAndSeveralWhereTermsMeetOrAreTooLarge(Kind kind) {
        assertThat(kernelsOf(new Case(kind, 70, 192, 64, 4, 64, List.of(0, 128), 0)))
                .singleElement()
                .asString()
                .startsWith("gemm_small_" + (kind.gradient ? "nn" : "nt") + "_low_rank");
        assertThat(kernelsOf(new Case(kind, 70, 96, 64, 4, 40, List.of(0, 40), 0)))
                .hasSize(5)
                .noneMatch(kernel -> kernel.contains("low_rank"));
        assertThat(kernelsOf(new Case(kind, 70, 96, 64, 17, 96, List.of(0), 0)))
                .hasSize(3)
                .noneMatch(kernel -> kernel.contains("low_rank"));
    }

    @Test
    void termsThatMeetAreRefusedByTheKernelsLauncher() {
        for (Kind kind : Kind.values()) {
            Case product = new Case(kind, 70, 96, 64, 4, 40, List.of(0, 40), 0);
            assertThatThrownBy(() -> product.run(device, with(Block.SMALL)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("in one go");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theLeftOperandIsReadOnceAndTensorCoresDoNoMoreThanTheyMust(Kind kind) {
        int m = 256;
        int n = 384;
        int k = 128;
        LaunchReport plain = report(new Case(kind, m, n, k, 16, 128, List.of(), 0));
        LaunchReport fused = report(new Case(kind, m, n, k, 16, 128, List.of(0, 256), 0));
        // blocks that have a term, each reading all of the reducing factor and its part of the expanding one
        int size = kind.large().rows();
        long blocks = 2L * (m / size) * (128 / size);
        long reducing = 16L * 128;
        long factors = blocks * (reducing + 16L * size) * kind.type.bytes() / 32;
        assertThat(fused.counters().memory.globalLoadSectors - plain.counters().memory.globalLoadSectors)
                .isEqualTo(factors);
        long products = (long) m * n * k + blocks * 128 * (reducing + 16 * 128);
        assertThat(fused.counters().mmaInstructions).isEqualTo(kind.type == DType.F32 ? 0 : products / (16 * 8 * 16));
        assertThat(fused.counters().memory.sharedLoadConflicts).isZero();
        assertThat(fused.counters().memory.sharedStoreConflicts).isZero();
        assertThat(fused.counters().memory.localAccesses).isZero();
    }
}
