package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ttdengine.emulator.Emulator;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.MapPlan;
import org.ttdengine.engine.testing.EmulatedGpu;

/** Similarity maps and their gradients on the emulated GPU against the double-precision reference. */
class CudaMapsTest {
    @RegisterExtension
    static final RunsEvery KERNELS = RunsEvery.ofModules("cosine_maps", "cosine_maps_backward");

    private static Emulator emulator;
    private static Device gpu;
    private static Device oracle;
    private static CudaMaps fast;
    private static CudaMaps plain;

    @BeforeAll
    static void open() {
        emulator = EmulatedGpu.install();
        gpu = EmulatedGpu.open(DType.F32);
        oracle = Device.reference(DType.F64);
        CudaContext context = ((CudaBackend) gpu.backend()).context();
        fast = new CudaMaps(context);
        plain = CudaMaps.plain(context);
    }

    @AfterAll
    static void close() {
        if (gpu != null) {
            gpu.close();
            oracle.close();
        }
    }

    static Stream<MapBatch> batches() {
        return Stream.of(DType.F32, DType.BF16)
                .flatMap(type -> Stream.of(
                        MapBatch.of(type, 8, 1, false, 2),
                        MapBatch.of(type, 72, 6, false, 2, 1),
                        MapBatch.of(type, 64, 49, true, 41, 3, 17),
                        MapBatch.of(type, 40, 130, true, 5, 100),
                        MapBatch.of(type, 136, 33, false, 24, 25, 49),
                        MapBatch.of(type, 16, 785, true, 2, 7),
                        MapBatch.of(type, 5, 33, true, 4, 2)));
    }

    @ParameterizedTest
    @MethodSource("batches")
    void mapsAndTheirExtremesAgree(MapBatch batch) {
        double[] expected = maps(oracle, batch, (scope, maps, extremes) -> oracle.backend()
                .cosineMaps(batch.plan(), batch.pixels(scope), batch.texts(scope), maps, extremes));
        for (CudaMaps kernels : new CudaMaps[] {fast, plain}) {
            Schedules.each(
                    emulator,
                    () -> close(2e-6, expected, maps(gpu, batch, (scope, maps, extremes) -> {
                        kernels.cosineMaps(batch.plan(), batch.pixels(scope), batch.texts(scope), maps, extremes);
                        assertThat(extremes.toDoubles()).isEqualTo(extremes(batch.plan(), maps.toDoubles()));
                    })));
        }
    }

    @ParameterizedTest
    @MethodSource("batches")
    void gradientsAgree(MapBatch batch) {
        for (boolean accumulate : new boolean[] {false, true}) {
            double[][] expected = gradients(oracle, batch, accumulate, oracle.backend()::cosineMapsBackward);
            double tolerance = batch.type() == DType.F32 ? 2e-6 : 0x1p-8;
            for (CudaMaps kernels : new CudaMaps[] {fast, plain}) {
                Schedules.each(emulator, () -> {
                    double[][] actual = gradients(gpu, batch, accumulate, kernels::cosineMapsBackward);
                    close(tolerance, expected[0], actual[0]);
                    close(tolerance, expected[1], actual[1]);
                });
            }
        }
    }

    @Test
    void eitherGradientMayBeAbsent() {
        MapBatch batch = MapBatch.of(DType.F32, 8, 5, false, 3, 2);
        double[][] expected = gradients(gpu, batch, false, fast::cosineMapsBackward);
        double[][] pixels = gradients(gpu, batch, false, (plan, d, p, t, dp, addPixels, dt, addTexts) -> {
            fast.cosineMapsBackward(plan, d, p, t, dp, addPixels, null, addTexts);
            dt.set(new float[dt.size()]);
        });
        double[][] texts = gradients(gpu, batch, false, (plan, d, p, t, dp, addPixels, dt, addTexts) -> {
            fast.cosineMapsBackward(plan, d, p, t, null, addPixels, dt, addTexts);
            dp.set(new float[dp.size()]);
        });
        assertThat(pixels[0]).isEqualTo(expected[0]);
        assertThat(pixels[1]).containsOnly(0);
        assertThat(texts[0]).containsOnly(0);
        assertThat(texts[1]).isEqualTo(expected[1]);
    }

    @Test
    void tensorsThatDoNotFitAreRefusedByName() {
        MapBatch batch = MapBatch.of(DType.F32, 8, 5, false, 3);
        try (Scope scope = gpu.scope("wrong")) {
            Tensor pixels = batch.pixels(scope);
            Tensor texts = batch.texts(scope);
            Tensor maps = scope.empty("maps", Shape.of(3, 5));
            Tensor extremes = scope.empty("extremes", Shape.of(3, 3));
            Tensor short_ = scope.empty("short", Shape.of(3, 4));
            assertThatThrownBy(() -> fast.cosineMaps(batch.plan(), pixels, texts, short_, extremes))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("short[3, 4]");
            Tensor half = scope.empty("half", Shape.of(3, 8), DType.BF16);
            assertThatThrownBy(() -> fast.cosineMaps(batch.plan(), pixels, half, maps, extremes))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("half[3, 8]");
        }
    }

    private interface Forward {
        void run(Scope scope, Tensor maps, Tensor extremes);
    }

    private static double[] maps(Device device, MapBatch batch, Forward forward) {
        try (Scope scope = device.scope("maps")) {
            Tensor maps = scope.empty(
                    "maps", Shape.of(batch.plan().maps(), batch.plan().cells()));
            forward.run(
                    scope, maps, scope.empty("extremes", Shape.of(batch.plan().maps(), 3)));
            return maps.toDoubles();
        }
    }

    /** Least value, largest value and its first cell. */
    static double[] extremes(MapPlan plan, double[] maps) {
        double[] extremes = new double[3 * plan.maps()];
        for (int s = 0; s < plan.samples(); s++) {
            for (int map = plan.offsets()[s]; map < plan.offsets()[s + 1]; map++) {
                extremes[3 * map] = Double.POSITIVE_INFINITY;
                extremes[3 * map + 1] = Double.NEGATIVE_INFINITY;
                for (int cell = 0; cell < plan.cells(); cell++) {
                    double value = maps[map * plan.cells() + cell];
                    if (plan.isValid(s, cell)) {
                        extremes[3 * map] = Math.min(extremes[3 * map], value);
                        if (value > extremes[3 * map + 1]) {
                            extremes[3 * map + 1] = value;
                            extremes[3 * map + 2] = cell;
                        }
                    }
                }
            }
        }
        return extremes;
    }

    private interface Backward {
        void run(
                MapPlan plan,
                Tensor dmaps,
                Tensor pixels,
                Tensor texts,
                Tensor dpixels,
                boolean accumulatePixels,
                Tensor dtexts,
                boolean accumulateTexts);
    }

    private static double[][] gradients(Device device, MapBatch batch, boolean accumulate, Backward backward) {
        try (Scope scope = device.scope("gradients")) {
            MapPlan plan = batch.plan();
            Function<String, Tensor> gradient = name ->
                    batch.before(scope, name, name.equals("dtexts") ? plan.maps() : plan.samples() * plan.cells());
            Tensor dpixels = gradient.apply("dpixels");
            Tensor dtexts = gradient.apply("dtexts");
            backward.run(
                    plan,
                    batch.dmaps(scope),
                    batch.pixels(scope),
                    batch.texts(scope),
                    dpixels,
                    accumulate,
                    dtexts,
                    accumulate);
            return new double[][] {dpixels.toDoubles(), dtexts.toDoubles()};
        }
    }

    /** Agreement to a share of the largest element. */
    private static void close(double tolerance, double[] expected, double[] actual) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i]))
                    .as("element %d: %s, not %s", i, actual[i], expected[i])
                    .isLessThanOrEqualTo(tolerance * largest);
        }
    }
}
