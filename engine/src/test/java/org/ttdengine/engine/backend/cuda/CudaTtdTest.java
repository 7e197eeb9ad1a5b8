package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
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
import org.ttdengine.engine.backend.Backend;
import org.ttdengine.engine.backend.MapPlan;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.engine.backend.TtdLossOptions;
import org.ttdengine.engine.testing.EmulatedGpu;
import org.ttdengine.kernels.TtdKernels;

/** Tag selection and the losses of TTD on the emulated GPU against the double-precision reference. */
class CudaTtdTest {
    @RegisterExtension
    static final RunsEvery KERNELS = RunsEvery.ofModules("ttd");

    private static final double TOLERANCE = 1e-5;

    private static Emulator emulator;
    private static Device gpu;
    private static Device oracle;
    private static CudaContext context;
    private static CudaTtd ttd;

    @BeforeAll
    static void open() {
        emulator = EmulatedGpu.install();
        gpu = EmulatedGpu.open(DType.F32);
        oracle = Device.reference(DType.F64);
        context = ((CudaBackend) gpu.backend()).context();
        ttd = new CudaTtd(context);
    }

    @AfterAll
    static void close() {
        if (gpu != null) {
            gpu.close();
            oracle.close();
        }
    }

    /**
     * Largest cosines of a sample's tags.
     *
     * @param cosines one per map, the caption's first
     * @param barred which may not be selected, or null
     */
    private record Scores(Phi phi, int[] offsets, float[] cosines, boolean[] barred) {
        MapPlan plan() {
            return new MapPlan(1, offsets, null);
        }
    }

    /** No tag, one, forty, two hundred; ties among scores and among gaps; signed zeros; bars on some and on all. */
    static Stream<Scores> scores() {
        SplittableRandom random = new SplittableRandom(3);
        Stream<Scores> drawn = Stream.generate(() -> drawn(random)).limit(12);
        float[] ties = {0.9f, 0.5f, 0.75f, 0.25f, 0.75f, 0.5f, 0.25f, 0.75f, 0.0f, -0.0f, 0.0f};
        float[] equal = {0.1f, 0.3f, 0.3f, 0.3f};
        float[] zeros = {0, -0.0f, 0.0f, -0.0f};
        int[] one = {0, 201};
        Stream<Scores> even = Stream.of(new Scores(Phi.COSINE, one, even(random), null));
        return Stream.concat(
                Stream.concat(drawn, even),
                Stream.of(Phi.COSINE, Phi.CLIP)
                        .flatMap(phi -> Stream.of(
                                new Scores(phi, new int[] {0, 11}, ties, null),
                                new Scores(phi, new int[] {0, 6, 11}, ties, bars(11, 2, 4, 7)),
                                new Scores(phi, new int[] {0, 4}, equal, null),
                                new Scores(phi, new int[] {0, 4}, equal, bars(4, 1, 2, 3)),
                                new Scores(phi, new int[] {0, 4}, zeros, bars(4, 2)),
                                new Scores(phi, new int[] {0, 1, 3, 4}, equal, null))));
    }

    /** All gaps between the tags alike, in no order. */
    private static float[] even(SplittableRandom random) {
        float[] cosines = new float[201];
        for (int i = 1; i < cosines.length; i++) {
            int other = 1 + random.nextInt(i);
            cosines[i] = cosines[other];
            cosines[other] = i / 256f;
        }
        return cosines;
    }

    private static Scores drawn(SplittableRandom random) {
        int[] sizes = {1, 2, 3, 41, 201, 1 + random.nextInt(70)};
        int[] offsets = new int[sizes.length + 1];
        for (int s = 0; s < sizes.length; s++) {
            offsets[s + 1] = offsets[s] + sizes[s];
        }
        int maps = offsets[sizes.length];
        boolean coarse = random.nextBoolean();
        float[] cosines = new float[maps];
        boolean[] barred = random.nextBoolean() ? new boolean[maps] : null;
        for (int i = 0; i < maps; i++) {
            double value = random.nextDouble(-1, 1);
            cosines[i] = (float) (coarse ? Math.rint(8 * value) / 8 : value);
            if (barred != null) {
                barred[i] = random.nextInt(3) > 0;
            }
        }
        return new Scores(random.nextBoolean() ? Phi.CLIP : Phi.COSINE, offsets, cosines, barred);
    }

    private static boolean[] bars(int maps, int... barred) {
        boolean[] bars = new boolean[maps];
        for (int map : barred) {
            bars[map] = true;
        }
        return bars;
    }

    @ParameterizedTest
    @MethodSource("scores")
    void theVerySameTagsAreSelected(Scores scores) {
        double[] expected = selected(
                oracle,
                (extremes, selected) ->
                        oracle.backend().selectTags(scores.plan(), scores.phi(), extremes, scores.barred(), selected),
                scores);
        Schedules.each(emulator, () -> assertThat(selected(
                        gpu,
                        (extremes, selected) ->
                                ttd.selectTags(scores.plan(), scores.phi(), extremes, scores.barred(), selected),
                        scores))
                .isEqualTo(expected));
        assertThat(selected(gpu, (extremes, selected) -> selectPlain(scores, extremes, selected), scores))
                .isEqualTo(expected);
    }

    private interface Selection {
        void run(Tensor extremes, Tensor selected);
    }

    private static double[] selected(Device device, Selection selection, Scores scores) {
        int maps = scores.cosines().length;
        try (Scope scope = device.scope("selection")) {
            double[] extremes = new double[3 * maps];
            for (int map = 0; map < maps; map++) {
                extremes[3 * map] = -1;
                extremes[3 * map + 1] = scores.cosines()[map];
            }
            Tensor selected = scope.empty("selected", Shape.of(maps));
            selection.run(scope.empty("extremes", Shape.of(maps, 3)).set(extremes), selected);
            return selected.toDoubles();
        }
    }

    private static void selectPlain(Scores scores, Tensor extremes, Tensor selected) {
        int[] bars = new int[scores.cosines().length];
        Arrays.setAll(bars, i -> scores.barred() != null && scores.barred()[i] ? 1 : 0);
        context.kernel(TtdKernels.SELECT_PLAIN)
                .launch(
                        LaunchShape.of(scores.plan().samples()),
                        context.upload(scores.offsets()),
                        extremes,
                        scores.barred() == null ? null : context.upload(bars),
                        selected,
                        scores.phi().sigmoid() ? 1 : 0,
                        scores.phi().w(),
                        scores.phi().b());
    }

    @Test
    void moreTagsThanFitAreRefused() {
        int tags = TtdKernels.MOST_TAGS + 1;
        MapPlan plan = new MapPlan(1, new int[] {0, tags + 1}, null);
        try (Scope scope = gpu.scope("many")) {
            Tensor extremes = scope.empty("extremes", Shape.of(tags + 1, 3));
            Tensor selected = scope.empty("selected", Shape.of(tags + 1));
            assertThatThrownBy(() -> ttd.selectTags(plan, Phi.CLIP, extremes, null, selected))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(tags + " tags");
        }
    }

    /**
     * A call of the loss.
     *
     * @param range width of the interval that cosines are drawn from
     * @param frozen whether targets come from other maps than those that learn
     */
    private record Loss(String what, MapPlan plan, TtdLossOptions options, double range, boolean frozen) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Loss> losses() {
        TtdLossOptions paper = TtdLossOptions.of(Phi.CLIP, 3);
        TtdLossOptions weighted = new TtdLossOptions(Phi.sigmoid(4, 0.5), 0.25, 2, false, false, 1e-5, 4);
        TtdLossOptions hard = new TtdLossOptions(Phi.CLIP, 1, 0.5, true, true, 1e-5, 2);
        return Stream.of(
                new Loss("one tag, one cell", plan(1, false, 2), paper, 1, false),
                new Loss("forty tags, padding", plan(49, true, 41, 3, 2), paper, 1, false),
                new Loss("785 cells", plan(785, true, 3, 2), paper, 1, false),
                new Loss("two hundred tags", plan(20, false, 201, 5), weighted, 1, false),
                new Loss("hard targets", plan(200, true, 4, 6), hard, 1, false),
                new Loss("frozen teacher", plan(130, true, 4, 6), weighted, 1, true),
                new Loss("cosine", plan(130, false, 4, 6), TtdLossOptions.of(Phi.COSINE, 2), 1, true),
                new Loss("flat maps", plan(40, false, 5), paper, 1e-3, false),
                new Loss("no tags", plan(7, false, 1, 1), paper, 1, false),
                new Loss("many samples", plan(3, true, many()), paper, 1, false));
    }

    private static int[] many() {
        int[] maps = new int[300];
        Arrays.setAll(maps, i -> 1 + i % 3);
        return maps;
    }

    private static MapPlan plan(int cells, boolean masked, int... maps) {
        return MapBatch.of(DType.F32, 1, cells, masked, maps).plan();
    }

    @ParameterizedTest
    @MethodSource("losses")
    void lossesTotalAndGradientAgree(Loss loss) {
        for (boolean gradient : new boolean[] {true, false}) {
            double[][] expected = run(oracle, loss, gradient, oracle.backend()::ttdLoss);
            Schedules.each(emulator, () -> {
                double[][] actual = run(gpu, loss, gradient, ttd::ttdLoss);
                for (int i = 0; i < expected.length; i++) {
                    close(expected[i], actual[i]);
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void thePlainKernelAgreesToo(Loss loss) {
        double[][] expected = run(oracle, loss, true, oracle.backend()::ttdLoss);
        double[][] actual = run(gpu, loss, true, CudaTtdTest::lossPlain);
        close(expected[0], actual[0], loss.range() < 1 ? 1e-3 : TOLERANCE);
        close(expected[2], actual[2], loss.range() < 1 ? 1e-3 : TOLERANCE);
    }

    private interface LossCall {
        void run(
                MapPlan plan,
                TtdLossOptions options,
                Tensor maps,
                Tensor teacherMaps,
                Tensor teacherExtremes,
                Tensor selected,
                Tensor losses,
                Tensor total,
                Tensor dmaps);
    }

    /** Losses of the samples, total, gradient. */
    private static double[][] run(Device device, Loss loss, boolean gradient, LossCall call) {
        MapPlan plan = loss.plan();
        Shape shape = Shape.of(plan.maps(), plan.cells());
        try (Scope scope = device.scope("loss")) {
            Tensor maps = scope.empty("maps", shape).set(cosines(1, shape.size(), loss.range()));
            Tensor teacher =
                    loss.frozen() ? scope.empty("teacher", shape).set(cosines(2, shape.size(), loss.range())) : maps;
            Tensor extremes = scope.empty("extremes", Shape.of(plan.maps(), 3));
            extremes.set(CudaMapsTest.extremes(plan, teacher.toDoubles()));
            Tensor selected = scope.empty("selected", Shape.of(plan.maps()));
            Backend backend = device.backend();
            backend.selectTags(plan, loss.options().phi(), extremes, null, selected);
            Tensor losses = scope.empty("losses", Shape.of(plan.samples(), 2));
            Tensor total = scope.empty("total", Shape.of());
            Tensor dmaps = gradient ? scope.empty("dmaps", shape) : null;
            call.run(plan, loss.options(), maps, teacher, extremes, selected, losses, total, dmaps);
            return new double[][] {losses.toDoubles(), total.toDoubles(), gradient ? dmaps.toDoubles() : new double[0]};
        }
    }

    private static double[] cosines(long seed, int count, double range) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[count];
        Arrays.setAll(values, i -> (float) (0.2 + random.nextDouble(-range, range) / 2));
        return values;
    }

    private static void lossPlain(
            MapPlan plan,
            TtdLossOptions options,
            Tensor maps,
            Tensor teacher,
            Tensor extremes,
            Tensor selected,
            Tensor losses,
            Tensor total,
            Tensor dmaps) {
        MapTables tables = MapTables.upload(context, plan);
        total.set(new float[1]);
        context.kernel(TtdKernels.LOSS_PLAIN)
                .launch(
                        LaunchShape.of(plan.samples()),
                        tables.offsets(),
                        tables.valid(),
                        context.upload(CudaTtd.reductions(plan, options)),
                        maps,
                        teacher,
                        extremes,
                        selected,
                        losses,
                        dmaps,
                        plan.cells(),
                        options.phi().sigmoid() ? 1 : 0,
                        (float) options.phi().w(),
                        (float) options.phi().b(),
                        options.hardTargets() ? 1 : 0,
                        (float) options.minimumRange(),
                        (float) (options.distillWeight() / options.batch()),
                        (float) (options.tagWeight() / options.batch()));
    }

    private static void close(double[] expected, double[] actual) {
        close(expected, actual, TOLERANCE);
    }

    /** Agreement to a share of the largest element. */
    private static void close(double[] expected, double[] actual, double tolerance) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i]))
                    .as("element %d: %s, not %s", i, actual[i], expected[i])
                    .isLessThanOrEqualTo(tolerance * largest);
        }
    }
}
