package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.AttentionPlan;
import org.ttdengine.engine.testing.EmulatedGpu;

/** Attention kernels on the emulated device against the double-precision reference. */
class CudaAttentionTest {
    @RegisterExtension
    static final RunsEvery KERNELS = RunsEvery.ofModules("attention_f32", "attention_bf16", "attention_plain");

    /** Largest error in single precision, as a share of the largest element of the tensor. */
    private static final double SINGLE_BOUND = 5e-6;
    /**
     * The same in bf16: the result, and P or dS on the way to it, are each rounded by up to 2^-9 of themselves; the roundings
     * of the terms of a sum partly cancel, those of its few largest terms need not.
     */
    private static final double BF16_BOUND = 0x1p-7;
    /** Sums of exponentials stay in fp32 from exact products; ex2.approx adds its 2 units in the last place. */
    private static final double NORM_BOUND = 2e-6;

    private static Device reference;
    private static Device single;
    private static Device half;

    @BeforeAll
    static void open() {
        reference = Device.reference(DType.F64);
        single = EmulatedGpu.open(DType.F32);
        half = EmulatedGpu.open(DType.BF16);
    }

    @AfterAll
    static void close() {
        half.close();
        single.close();
        reference.close();
    }

    /** A call: its plan, channels of a head, and the seed of its numbers. */
    private record Call(AttentionPlan plan, int headSize, long seed) {
        static Call of(int heads, int headSize, boolean causal, int... lengths) {
            int[] offsets = new int[lengths.length + 1];
            for (int i = 0; i < lengths.length; i++) {
                offsets[i + 1] = offsets[i] + lengths[i];
            }
            return new Call(new AttentionPlan(offsets, heads, causal), headSize, Arrays.hashCode(lengths) + headSize);
        }

        int width() {
            return plan.heads() * headSize;
        }

        @Override
        public String toString() {
            return Arrays.toString(plan.offsets()) + (plan.causal() ? " causal, " : ", ") + plan.heads() + " heads of "
                    + headSize;
        }
    }

    static Stream<Arguments> calls() {
        List<Call> calls = new ArrayList<>();
        for (int headSize : new int[] {32, 64}) {
            for (boolean causal : new boolean[] {false, true}) {
                calls.add(Call.of(1, headSize, causal, 1));
                calls.add(Call.of(2, headSize, causal, 17, 0, 1));
                calls.add(Call.of(1, headSize, causal, 0, 65, 0, 64, 0));
            }
            calls.add(Call.of(2, headSize, true, 77));
            calls.add(Call.of(1, headSize, false, 197, 3));
        }
        for (int headSize : new int[] {1, 7, 31, 33, 70, 128}) {
            calls.add(Call.of(2, headSize, headSize % 2 == 0, 5, 0, 34));
        }
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 6; i++) {
            int[] lengths = random.ints(1 + random.nextInt(4), 0, 100).toArray();
            calls.add(Call.of(1 + random.nextInt(2), 32 + 32 * random.nextInt(2), random.nextBoolean(), lengths));
        }
        return calls.stream().flatMap(call -> Stream.of(Arguments.of(DType.F32, call), Arguments.of(DType.BF16, call)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("calls")
    void outputAndGradientsAgreeWithTheReference(DType dtype, Call call) {
        compare(dtype, call);
    }

    @Test
    void theLongestSequenceOfTheModelsAgreesWithTheReference() {
        compare(DType.BF16, Call.of(1, 64, false, 785));
    }

    @Test
    void scoresFarFromZeroNeitherOverflowNorVanish() {
        for (DType dtype : List.of(DType.F32, DType.BF16)) {
            Call call = Call.of(1, 64, true, 80);
            Result expected = run(reference, dtype, call, 20);
            Result actual = run(device(dtype), dtype, call, 20);
            assertThat(error(expected.out, actual.out)).isLessThan(bound(dtype));
            assertThat(actual.dqkv).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
        }
    }

    @Test
    void runningTwiceGivesTheSameBits() {
        for (DType dtype : List.of(DType.F32, DType.BF16)) {
            Call call = Call.of(2, 32, false, 70, 9);
            Result first = run(device(dtype), dtype, call, 1);
            Result second = run(device(dtype), dtype, call, 1);
            assertThat(second.out).isEqualTo(first.out);
            assertThat(second.logSumExp).isEqualTo(first.logSumExp);
            assertThat(second.dqkv).isEqualTo(first.dqkv);
        }
    }

    @Test
    void anEmptyBatchLaunchesNothing() {
        Result result = run(single, DType.F32, new Call(new AttentionPlan(new int[] {0, 0}, 2, true), 32, 1), 1);
        assertThat(result.dqkv).isEmpty();
    }

    @Test
    void tensorsThatDoNotFitThePlanAreNamed() {
        AttentionPlan plan = AttentionPlan.regular(1, 3, 2, false);
        CudaAttention attention = new CudaAttention(((CudaBackend) single.backend()).context());
        try (Scope scope = single.scope("misfits")) {
            Tensor qkv = scope.empty("qkv", Shape.of(3, 192));
            Tensor out = scope.empty("out", Shape.of(3, 64));
            Tensor norms = scope.empty("norms", Shape.of(2, 3));
            Tensor narrow = scope.empty("narrow", Shape.of(3, 63));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> attention.attention(plan, qkv, narrow, norms))
                    .withMessageContaining("narrow");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> attention.attention(plan, narrow, out, norms))
                    .withMessageContaining("narrow");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> attention.attention(plan, qkv, out, narrow))
                    .withMessageContaining("narrow");
            Tensor rounded = scope.empty("rounded", Shape.of(3, 64), DType.BF16);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> attention.attentionBackward(plan, qkv, out, norms, rounded, qkv))
                    .withMessageContaining("rounded");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> attention.attentionBackward(plan, qkv, out, norms, out, qkv))
                    .withMessageContaining("also read");
            Tensor wide = scope.empty("wide", Shape.of(3, 3 * 2 * 129));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> attention.attention(plan, wide, out, norms))
                    .withMessageContaining("1 to 128 channels");
        }
    }

    private record Result(double[] out, double[] logSumExp, double[] dqkv) {}

    private static void compare(DType dtype, Call call) {
        Result expected = run(reference, dtype, call, 1);
        Result actual = run(device(dtype), dtype, call, 1);
        assertThat(error(expected.out, actual.out)).as("out").isLessThan(bound(dtype));
        assertThat(error(expected.logSumExp, actual.logSumExp)).as("lse").isLessThan(NORM_BOUND);
        assertThat(error(expected.dqkv, actual.dqkv)).as("dqkv").isLessThan(bound(dtype));
    }

    private static Device device(DType dtype) {
        return dtype == DType.F32 ? single : half;
    }

    private static double bound(DType dtype) {
        return dtype == DType.F32 ? SINGLE_BOUND : BF16_BOUND;
    }

    /** Forward and backward on numbers that {@code dtype} holds exactly; the queries are multiplied by {@code sharpness}. */
    private static Result run(Device device, DType dtype, Call call, double sharpness) {
        AttentionPlan plan = call.plan();
        SplittableRandom random = new SplittableRandom(call.seed());
        DType stored = device == reference ? DType.F64 : dtype;
        DType norms = device == reference ? DType.F64 : DType.F32;
        Shape wide = Shape.of(plan.tokens(), 3 * call.width());
        Shape narrow = Shape.of(plan.tokens(), call.width());
        try (Scope scope = device.scope("attention")) {
            Tensor qkv = scope.empty("qkv", wide, stored).set(numbers(random, wide, call.width(), sharpness));
            Tensor dout = scope.empty("dout", narrow, stored).set(numbers(random, narrow, 0, 1));
            Tensor out = scope.empty("out", narrow, stored);
            Tensor logSumExp = scope.empty("lse", Shape.of(plan.heads(), plan.tokens()), norms);
            Tensor dqkv = scope.empty("dqkv", wide, stored);
            if (device == reference) {
                device.backend().attention(plan, qkv, out, logSumExp);
                device.backend().attentionBackward(plan, qkv, out, logSumExp, dout, dqkv);
            } else {
                CudaAttention attention = new CudaAttention(((CudaBackend) device.backend()).context());
                attention.attention(plan, qkv, out, logSumExp);
                attention.attentionBackward(plan, qkv, out, logSumExp, dout, dqkv);
            }
            return new Result(out.toDoubles(), logSumExp.toDoubles(), dqkv.toDoubles());
        }
    }

    /** Gaussian numbers, which bf16 holds exactly, the first {@code sharp} columns multiplied by {@code sharpness}. */
    private static double[] numbers(SplittableRandom random, Shape shape, int sharp, double sharpness) {
        double[] values = new double[shape.size()];
        int columns = shape.size(-1);
        for (int i = 0; i < values.length; i++) {
            double value = random.nextGaussian() * (i % columns < sharp ? sharpness : 1);
            values[i] = Float.intBitsToFloat(Float.floatToIntBits((float) value) & 0xffff0000);
        }
        return values;
    }

    /** Largest error as a share of the largest expected element. */
    private static double error(double[] expected, double[] actual) {
        assertThat(actual).hasSameSizeAs(expected);
        double largest = Double.MIN_NORMAL;
        double error = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            double difference = Math.abs(actual[i] - expected[i]);
            error = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(error, difference);
        }
        return error / largest;
    }
}
