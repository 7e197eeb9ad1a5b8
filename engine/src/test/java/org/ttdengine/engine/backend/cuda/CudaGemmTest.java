package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import org.ttdengine.engine.backend.MatMul;
import org.ttdengine.engine.backend.MatrixView;
import org.ttdengine.engine.backend.cuda.ProductCase.End;
import org.ttdengine.engine.testing.EmulatedGpu;
import org.ttdengine.kernels.GemmKernels.Block;

/** Matrix products on the emulated GPU against the double-precision reference. */
class CudaGemmTest {
    @RegisterExtension
    static final RunsEvery KERNELS =
            RunsEvery.ofModules("gemm_f32", "gemm_tf32", "gemm_bf16", "gemm_plain", "gemm_parts", "matrix");

    private static final double TF32_ROUNDING = 0x1p-11;
    private static final List<int[]> EDGES = List.of(
            new int[] {1, 1, 1},
            new int[] {1, 70, 5},
            new int[] {70, 1, 33},
            new int[] {65, 66, 1},
            new int[] {64, 64, 64},
            new int[] {33, 10, 100},
            new int[] {10, 100, 31});

    private static Emulator emulator;
    private static Device device;
    private static Device oracle;

    @BeforeAll
    static void open() {
        emulator = EmulatedGpu.install();
        device = EmulatedGpu.open(DType.F32);
        oracle = Device.reference(DType.F64);
    }

    @AfterAll
    static void close() {
        device.close();
        oracle.close();
    }

    private static void check(ProductCase sample) {
        sample.check(device, oracle, Backend::matmul, 3, 0);
    }

    /** Computes with blocks of one kind, whatever the size. */
    private static BiConsumer<Backend, MatMul> with(Block block, boolean tf32) {
        CudaGemm gemm = new CudaGemm(((CudaBackend) device.backend()).context(), tf32, Optional.empty());
        return (backend, p) -> gemm.matmul(p, GemmShape.whole(block, p.m(), p.n(), p.k()));
    }

    private static void checkEdges(DType operands, DType c) {
        for (int[] size : EDGES) {
            for (int layout = 0; layout < 4; layout++) {
                ProductCase sample =
                        ProductCase.of(size[0], size[1], size[2], (layout & 1) == 1, (layout & 2) == 2, operands, c);
                check(sample);
                check(sample.unaligned());
            }
        }
    }

    @Test
    void singlePrecisionOfEverySizeAndLayout() {
        checkEdges(DType.F32, DType.F32);
    }

    @Test
    void bfloat16OfEverySizeAndLayout() {
        checkEdges(DType.BF16, DType.BF16);
    }

    @Test
    void bfloat16WithSinglePrecisionResult() {
        checkEdges(DType.BF16, DType.F32);
    }

    @Test
    void everyEnd() {
        for (DType type : List.of(DType.F32, DType.BF16)) {
            ProductCase sample = ProductCase.of(37, 45, 20, false, true, type, type);
            for (Activation activation : Activation.values()) {
                check(sample.with(new End(0.5, false, true, activation, true, true)));
                check(sample.with(new End(1, false, true, activation, false, false))
                        .unaligned());
            }
            check(sample.with(new End(-1.5, true, false, Activation.NONE, false, false)));
            check(sample.with(new End(-1.5, true, false, Activation.NONE, false, false))
                    .unaligned());
        }
    }

    @Test
    void gradientsOfActivations() {
        for (DType type : List.of(DType.F32, DType.BF16)) {
            for (Activation activation : List.of(Activation.QUICK_GELU, Activation.GELU_ERF)) {
                ProductCase sample =
                        ProductCase.of(37, 45, 20, false, false, type, type).with(End.gated(0.5, activation));
                check(sample);
                check(sample.unaligned());
                sample.check(device, oracle, with(Block.LARGE, false), 5, 0);
                check(ProductCase.of(10, 70, 2600, false, false, type, type).with(End.gated(1, activation)));
            }
        }
    }

    @Test
    void randomProductsOfMixedTypes() {
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 40; i++) {
            check(ProductCase.random(random, 90));
        }
    }

    @Test
    void largeBlocks() {
        for (DType type : List.of(DType.F32, DType.BF16)) {
            for (int layout = 0; layout < 3; layout++) {
                ProductCase sample = ProductCase.of(150, 141, 70, layout == 1, layout == 2, type, type)
                        .with(new End(1, false, true, Activation.QUICK_GELU, true, true));
                sample.check(device, oracle, with(Block.LARGE, false), 5, 0);
                sample.unaligned().check(device, oracle, with(Block.LARGE, false), 5, 0);
            }
        }
    }

    @Test
    void largeBlocksOfBfloat16WithSinglePrecisionResult() {
        for (int layout = 0; layout < 3; layout++) {
            ProductCase.of(129, 66, 40, layout == 1, layout == 2, DType.BF16, DType.F32)
                    .check(device, oracle, with(Block.LARGE, false), 5, 0);
        }
    }

    @Test
    void plainKernels() {
        for (int layout = 0; layout < 4; layout++) {
            boolean transposeA = (layout & 1) == 1;
            boolean transposeB = (layout & 2) == 2;
            for (DType[] types :
                    new DType[][] {{DType.F32, DType.F32}, {DType.BF16, DType.F32}, {DType.BF16, DType.BF16}}) {
                ProductCase.of(9, 140, 30, transposeA, transposeB, types[0], types[1])
                        .check(device, oracle, with(Block.PLAIN, false), 5, 0);
            }
        }
    }

    @Test
    void matricesAreCopiedBetweenTypesAndStrides() {
        CudaMatrices matrices = new CudaMatrices(((CudaBackend) device.backend()).context());
        for (DType from : List.of(DType.F32, DType.BF16)) {
            for (DType to : List.of(DType.F32, DType.BF16)) {
                try (Scope scope = device.scope("copies")) {
                    double[] values =
                            new SplittableRandom(6).doubles(9 * 21, -1, 1).toArray();
                    Tensor x = scope.empty("x", Shape.of(9, 21), from).set(values);
                    Tensor rounded = scope.empty("rounded", Shape.of(9, 21), to).set(x.toDoubles());
                    Tensor y = scope.empty("y", Shape.of(9, 24), to).set(new double[9 * 24]);
                    matrices.copy(
                            DeviceMatrix.of(new MatrixView(x, 1, 9, 19, 21)),
                            DeviceMatrix.of(new MatrixView(y, 2, 9, 19, 24)));
                    double[] expected = new double[9 * 24];
                    for (int i = 0; i < 9; i++) {
                        System.arraycopy(rounded.toDoubles(), i * 21 + 1, expected, i * 24 + 2, 19);
                    }
                    assertThat(y.toDoubles()).as("%s to %s", from, to).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void productsOfCublasAgreeToo() {
        SplittableRandom random = new SplittableRandom(12);
        try (Device library = Device.cuda(0, DType.BF16, MatMulProvider.CUBLAS)) {
            for (int i = 0; i < 15; i++) {
                ProductCase.random(random, 40).check(library, oracle, Backend::matmul, 3, 0);
            }
        }
    }

    @Test
    void tf32OnTensorCores() {
        for (Block block : List.of(Block.LARGE, Block.SMALL)) {
            for (int layout = 0; layout < (block == Block.LARGE ? 3 : 4); layout++) {
                boolean transposeA = (layout & 1) == 1;
                boolean transposeB = (layout & 2) == 2;
                ProductCase sample = ProductCase.of(100, 72, 45, transposeA, transposeB, DType.F32, DType.F32);
                sample.check(device, oracle, with(block, true), 5, TF32_ROUNDING);
                sample.unaligned().check(device, oracle, with(block, true), 5, TF32_ROUNDING);
            }
        }
    }

    @Test
    void longSumsInPartsAreTheSameEveryTime() {
        for (DType type : List.of(DType.F32, DType.BF16)) {
            ProductCase sample = ProductCase.of(10, 70, 2600, true, false, type, type)
                    .with(new End(0.5, true, false, Activation.NONE, false, false));
            emulator.resetCounters();
            check(sample);
            assertThat(emulator.counters())
                    .anySatisfy(launch -> assertThat(launch.kernel()).startsWith("gemm_parts_"));
            check(sample.unaligned());
            assertThat(sample.result(device, Backend::matmul, 8)).isEqualTo(sample.result(device, Backend::matmul, 8));
        }
    }

    @Test
    void singlePrecisionBitsDoNotDependOnTheBlocks() {
        ProductCase sample = ProductCase.of(130, 70, 50, false, true, DType.F32, DType.F32);
        double[] small = sample.result(device, with(Block.SMALL, false), 8);
        assertThat(sample.result(device, with(Block.LARGE, false), 8)).isEqualTo(small);
        assertThat(sample.unaligned().result(device, with(Block.LARGE, false), 8))
                .isEqualTo(sample.unaligned().result(device, with(Block.PLAIN, false), 8));
    }

    @Test
    void emptyProducts() {
        End bias = new End(1, false, true, Activation.NONE, false, false);
        for (DType type : List.of(DType.F32, DType.BF16)) {
            check(ProductCase.of(0, 5, 3, false, false, type, type).with(bias));
            check(ProductCase.of(5, 0, 3, false, true, type, type).with(bias));
            check(ProductCase.of(5, 7, 0, true, false, type, type).with(bias));
        }
    }

    @Test
    void resultOfAnotherTypeThanItsResidualIsRefused() {
        try (Scope scope = device.scope("types")) {
            MatrixView x = MatrixView.of(scope.empty("x", Shape.of(2, 2), DType.F32));
            MatrixView residual = MatrixView.of(scope.empty("residual", Shape.of(2, 2), DType.BF16));
            MatMul product = MatMul.of(x, false, x, false, x).then(null, 0, Activation.NONE, null, residual);
            assertThatThrownBy(() -> device.backend().matmul(product))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("residual");
        }
    }

    @Test
    void tensorCoresDoNoMoreThanTheyMustAndBanksNeverConflict() {
        int m = 256;
        int n = 128;
        int k = 96;
        for (int layout = 0; layout < 3; layout++) {
            ProductCase sample = ProductCase.of(m, n, k, layout == 1, layout == 2, DType.BF16, DType.BF16);
            LaunchReport launch = launchOf(sample, with(Block.LARGE, false));
            assertThat(launch.counters().mmaInstructions).isEqualTo((long) m * n * k / (16 * 8 * 16));
            assertNoConflicts(launch);
            assertNoConflicts(launchOf(
                    ProductCase.of(m, n, k, layout == 1, layout == 2, DType.F32, DType.F32), with(Block.LARGE, false)));
            assertNoConflicts(launchOf(
                    ProductCase.of(m, n, k, layout == 1, layout == 2, DType.F32, DType.F32), with(Block.LARGE, true)));
        }
    }

    private static LaunchReport launchOf(ProductCase sample, BiConsumer<Backend, MatMul> product) {
        emulator.resetCounters();
        sample.result(device, product, 8);
        return emulator.counters().stream()
                .filter(launch -> launch.kernel().startsWith("gemm_"))
                .findFirst()
                .orElseThrow();
    }

    private static void assertNoConflicts(LaunchReport launch) {
        assertThat(launch.counters().memory.sharedLoadConflicts)
                .as(launch.kernel())
                .isZero();
        assertThat(launch.counters().memory.sharedStoreConflicts)
                .as(launch.kernel())
                .isZero();
        assertThat(launch.counters().memory.localAccesses).as(launch.kernel()).isZero();
    }

    @Test
    void sumsOfColumns() {
        SplittableRandom random = new SplittableRandom(4);
        for (DType type : List.of(DType.F32, DType.BF16)) {
            for (int[] size : List.of(new int[] {1, 1}, new int[] {300, 40}, new int[] {520, 300}, new int[] {7, 13})) {
                checkColumnSums(type, size[0], size[1], random.nextLong());
            }
        }
    }

    private static void checkColumnSums(DType type, int rows, int columns, long seed) {
        try (Scope scope = device.scope("sums")) {
            Tensor x = scope.empty("x", Shape.of(rows, columns + 3), type)
                    .set(new SplittableRandom(seed)
                            .doubles((long) rows * (columns + 3), -1, 1)
                            .toArray());
            Tensor sums = scope.empty("sums", Shape.of(columns + 2), DType.F32).set(new float[columns + 2]);
            MatrixView view = new MatrixView(x, 1, rows, columns, columns + 3);
            device.backend().columnSums(view, sums, 2);
            device.backend().columnSums(view, sums, 2);
            double[] values = x.toDoubles();
            float[] actual = sums.toFloats();
            for (int j = 0; j < columns; j++) {
                double expected = 0;
                for (int i = 0; i < rows; i++) {
                    expected += 2 * values[i * (columns + 3) + 1 + j];
                }
                assertThat((double) actual[2 + j]).isCloseTo(expected, within(rows * 2e-6));
            }
            assertThat(actual[0]).isZero();
        }
    }
}
