package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
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
import org.ttdengine.engine.backend.AdamWSlot;
import org.ttdengine.engine.backend.AdamWStep;
import org.ttdengine.engine.backend.GradientNorm;
import org.ttdengine.engine.testing.EmulatedGpu;
import org.ttdengine.kernels.OptimizerKernels;

/** AdamW, gradient norm and clearing on the emulated GPU against the double-precision reference. */
class CudaOptimizerTest {
    @RegisterExtension
    static final RunsEvery KERNELS = RunsEvery.ofModules("optimizer");

    /** Less than a vector, whole vectors, a chunk and its neighbours, several chunks. */
    private static final int[] SIZES = {1, 3, 4, 6, 1023, 4095, 4096, 4097, 9001};

    private static final AdamWStep STEP = new AdamWStep(7, 1e-2, 0.9, 0.999, 1e-8, 0.05, 10);

    private static Emulator emulator;
    private static Device gpu;
    private static Device oracle;
    private static CudaContext context;

    @BeforeAll
    static void open() {
        emulator = EmulatedGpu.install();
        gpu = EmulatedGpu.open(DType.F32);
        oracle = Device.reference(DType.F64);
        context = ((CudaBackend) gpu.backend()).context();
    }

    @AfterAll
    static void close() {
        if (gpu != null) {
            gpu.close();
            oracle.close();
        }
    }

    /** Parameters, gradients and moments, the same on every device. */
    private static List<AdamWSlot> slots(Scope scope, int... sizes) {
        SplittableRandom random = new SplittableRandom(9);
        List<AdamWSlot> slots = new ArrayList<>();
        for (int size : sizes) {
            slots.add(new AdamWSlot(
                    tensor(scope, random, size, false),
                    tensor(scope, random, size, false),
                    tensor(scope, random, size, false),
                    tensor(scope, random, size, true)));
        }
        return slots;
    }

    private static Tensor tensor(Scope scope, SplittableRandom random, int size, boolean positive) {
        double[] values = new double[size];
        Arrays.setAll(values, i -> (float) (positive ? 0.01 + random.nextDouble() : random.nextGaussian()));
        return scope.empty("tensor", Shape.of(size)).set(values);
    }

    private static List<Tensor> gradients(List<AdamWSlot> slots) {
        return slots.stream().map(AdamWSlot::gradient).toList();
    }

    private static double[] contents(List<AdamWSlot> slots) {
        return slots.stream()
                .flatMapToDouble(slot -> Arrays.stream(new double[][] {
                            slot.parameter().toDoubles(),
                            slot.firstMoment().toDoubles(),
                            slot.secondMoment().toDoubles()
                        })
                        .flatMapToDouble(Arrays::stream))
                .toArray();
    }

    /** Parameters and moments after two updates. */
    private static double[] updated(Device device, AdamWStep step) {
        try (Scope scope = device.scope("adamw")) {
            List<AdamWSlot> slots = slots(scope, SIZES);
            for (int i = 0; i < 2; i++) {
                GradientNorm norm = device.backend().gradientNorm(gradients(slots));
                device.backend().adamW(step, slots, norm);
            }
            return contents(slots);
        }
    }

    @Test
    void updatesAgreeWithAndWithoutClipping() {
        for (double clip : new double[] {10, 1e6, 0}) {
            AdamWStep step = new AdamWStep(7, 1e-2, 0.9, 0.999, 1e-8, 0.05, clip);
            double[] expected = updated(oracle, step);
            Schedules.each(emulator, () -> {
                double[] actual = updated(gpu, step);
                for (int i = 0; i < expected.length; i++) {
                    double error = Math.abs(actual[i] - expected[i]);
                    assertThat(error).isLessThanOrEqualTo(1e-6 * Math.max(0.1, Math.abs(expected[i])));
                }
            });
        }
    }

    @Test
    void thePlainKernelsUpdateTheSameBits() {
        try (Scope scope = gpu.scope("plain")) {
            List<AdamWSlot> fast = slots(scope, 4097);
            List<AdamWSlot> plain = slots(scope, 4097);
            GradientNorm norm = gpu.backend().gradientNorm(gradients(fast));
            Tensor plainNorm = scope.empty("norm", Shape.of());
            context.kernel(OptimizerKernels.NORM_PLAIN)
                    .launch(LaunchShape.of(1), plain.get(0).gradient(), 4097, plainNorm);
            assertThat(norm.value()).isEqualTo(plainNorm.item());
            gpu.backend().adamW(STEP, fast, norm);
            CudaOptimizer.Factors factors = CudaOptimizer.Factors.of(STEP);
            AdamWSlot slot = plain.get(0);
            context.kernel(OptimizerKernels.ADAMW_PLAIN)
                    .launch(
                            LaunchShape.covering(4097, OptimizerKernels.THREADS),
                            slot.parameter(),
                            slot.gradient(),
                            slot.firstMoment(),
                            slot.secondMoment(),
                            4097,
                            plainNorm,
                            (float) STEP.beta1(),
                            (float) (1 - STEP.beta1()),
                            (float) STEP.beta2(),
                            (float) (1 - STEP.beta2()),
                            factors.stepSize(),
                            factors.inverseCorrection(),
                            (float) STEP.epsilon(),
                            (float) (STEP.learningRate() * STEP.weightDecay()),
                            (float) STEP.clipNorm(),
                            (float) AdamWStep.CLIP_EPSILON);
            assertThat(contents(plain)).isEqualTo(contents(fast));
        }
    }

    @Test
    void theNormIsADoublePrecisionSumOverAllTensors() {
        Schedules.each(emulator, () -> {
            try (Scope scope = gpu.scope("norm");
                    Scope exact = oracle.scope("norm")) {
                double expected = oracle.backend()
                        .gradientNorm(gradients(slots(exact, SIZES)))
                        .value();
                GradientNorm norm = gpu.backend().gradientNorm(gradients(slots(scope, SIZES)));
                assertThat(norm.value()).isCloseTo(expected, Percentage.withPercentage(1e-5));
            }
        });
    }

    @Test
    void gradientsThatAreNoFiniteNumbersUpdateNothing() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            try (Scope scope = gpu.scope("bad")) {
                List<AdamWSlot> slots = slots(scope, 5, 4100);
                double[] before = contents(slots);
                float[] gradient = slots.get(1).gradient().toFloats();
                gradient[4099] = bad;
                slots.get(1).gradient().set(gradient);
                GradientNorm norm = gpu.backend().gradientNorm(gradients(slots));
                gpu.backend().adamW(STEP, slots, norm);
                assertThat(norm.value()).isNotFinite();
                assertThat(contents(slots)).isEqualTo(before);
            }
        }
    }

    @Test
    void allTensorsAreClearedInOneLaunch() {
        try (Scope scope = gpu.scope("clear")) {
            List<Tensor> tensors = gradients(slots(scope, SIZES));
            emulator.resetCounters();
            gpu.backend().clear(tensors);
            for (Tensor tensor : tensors) {
                assertThat(tensor.toDoubles()).containsOnly(0);
            }
            assertThat(emulator.counters()).extracting(LaunchReport::kernel).containsExactly("tensors_clear_f32");
        }
    }

    @Test
    void nothingToUpdateIsNoError() {
        gpu.backend().clear(List.of());
        GradientNorm norm = gpu.backend().gradientNorm(List.of());
        gpu.backend().adamW(STEP, List.of(), norm);
        assertThat(norm.value()).isZero();
    }

    @Test
    void aNormFromElsewhereIsRefused() {
        assertThatThrownBy(() -> gpu.backend().adamW(STEP, List.of(), () -> 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("norm");
    }
}
