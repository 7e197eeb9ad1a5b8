package org.ttdengine.engine.ops;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;

/** Whether a device computes what the double-precision reference does, forward and backward. */
public final class Conformance {
    /** Random calls per operation, besides the chosen ones. */
    private static final int FUZZED = 25;

    private static final long SEED = 7;

    /**
     * Tolerated where weights and activations are bfloat16, as a share of the largest element: a result is rounded by up to
     * 2^-9, and so is what was stored on the way to it.
     */
    private static final double MIXED_TOLERANCE = 0x1p-6;

    /** Error that is tolerated where zeros are expected. */
    private static final double LEAST = 1e-30;

    private Conformance() {}

    /**
     * The largest error of a call.
     *
     * @param what the result that has it: the output or the gradient of an input
     * @param share the error over the operation's tolerance; above 1 is wrong, infinite if a result is missing or not a
     *     number where it should be one
     */
    public record Deviation(String what, double share) {
        /** Whether the error is tolerated. */
        public boolean isTolerated() {
            return share <= 1;
        }

        private Deviation max(Deviation other) {
            return other.share > share ? other : this;
        }
    }

    /**
     * What an operation's calls came to.
     *
     * @param operation its name
     * @param cases calls that were compared
     * @param worst the largest error of all calls
     * @param worstCase the call that has it
     */
    public record Report(String operation, int cases, Deviation worst, String worstCase) {
        /** Whether every call was right. */
        public boolean isOk() {
            return worst.isTolerated();
        }
    }

    /** The chosen calls of an operation and some random ones, the same every time. */
    public static List<OpCase> cases(OpSpec spec) {
        SplittableRandom random = new SplittableRandom(SEED);
        Stream<OpCase> fuzzed =
                Stream.generate(() -> spec.random().apply(random)).limit(FUZZED);
        return Stream.concat(spec.cases().stream(), fuzzed).toList();
    }

    /** Compares all calls of an operation on a device; one that fails with an exception counts as infinitely wrong. */
    public static Report check(Device device, OpSpec spec) {
        Deviation worst = new Deviation("output", 0);
        String worstCase = "";
        List<OpCase> cases = cases(spec);
        try (Device oracle = Device.reference(DType.F64)) {
            for (OpCase sample : cases) {
                Deviation deviation = deviationOrFailure(oracle, device, spec, sample);
                if (worstCase.isEmpty() || deviation.share > worst.share) {
                    worst = deviation;
                    worstCase = sample.label();
                }
            }
        }
        return new Report(spec.name(), cases.size(), worst, worstCase);
    }

    private static Deviation deviationOrFailure(Device oracle, Device device, OpSpec spec, OpCase sample) {
        try {
            return deviation(oracle, device, spec, sample);
        } catch (RuntimeException | LinkageError e) {
            return new Deviation(String.valueOf(e), Double.POSITIVE_INFINITY);
        }
    }

    /** Compares one call on a device with the same call on an oracle. */
    static Deviation deviation(Device oracle, Device device, OpSpec spec, OpCase sample) {
        OpRun.Outcome expected = OpRun.run(oracle, sample, SEED, device.activationType());
        OpRun.Outcome actual = OpRun.run(device, sample, SEED);
        double tolerance = tolerance(device, spec);
        Deviation worst = compare("output", expected.output(), actual.output(), tolerance);
        for (int i = 0; i < sample.inputs().size(); i++) {
            String what = "gradient of " + sample.inputs().get(i).name();
            worst = worst.max(compare(
                    what, expected.gradients().get(i), actual.gradients().get(i), tolerance));
        }
        return worst;
    }

    private static double tolerance(Device device, OpSpec spec) {
        return device.activationType() == DType.BF16 ? MIXED_TOLERANCE : spec.tolerance();
    }

    /** Errors are measured against the largest element that is expected. */
    private static Deviation compare(String what, double[] expected, double[] actual, double tolerance) {
        if (expected == null && actual == null) {
            return new Deviation(what, 0);
        }
        if (expected == null || actual == null || expected.length != actual.length) {
            return new Deviation(what, Double.POSITIVE_INFINITY);
        }
        double largest = 0;
        for (double e : expected) {
            largest = Math.max(largest, Math.abs(e));
        }
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            double share = Math.abs(actual[i] - expected[i]) / (tolerance * largest + LEAST);
            worst = Double.isNaN(share) ? Double.POSITIVE_INFINITY : Math.max(worst, share);
        }
        return new Deviation(what, worst);
    }
}
