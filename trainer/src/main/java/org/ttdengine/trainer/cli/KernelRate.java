package org.ttdengine.trainer.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalDouble;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.backend.counting.Work;
import org.ttdengine.engine.backend.cuda.CudaBackend;
import org.ttdengine.engine.backend.cuda.GpuPeak;
import org.ttdengine.engine.ops.Workload;

/**
 * How fast a primitive operation ran.
 *
 * @param operation the primitive
 * @param shape its sizes, for people
 * @param seconds of a call, the median of some rounds
 * @param work the least the call must do
 * @param shareOfPeak least time by the GPU's peak rates over {@code seconds}; absent on a processor
 */
record KernelRate(String operation, String shape, double seconds, Work work, OptionalDouble shareOfPeak) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROUNDS = 5;

    /** Whether a device is an emulated GPU: it has no speed that would mean anything. */
    static boolean isEmulated(Device device) {
        return device.backend() instanceof CudaBackend cuda && cuda.gpu().isEmulated();
    }

    /**
     * Times a call.
     *
     * @param precision in which the device stores weights and activations
     * @param repeats calls that are timed together
     */
    static KernelRate measure(Device device, DType precision, Workload workload, int repeats) {
        double[] seconds = new double[ROUNDS];
        try (Scope scope = device.scope(workload.name())) {
            Runnable call = workload.preparation().on(device, scope);
            call.run();
            device.backend().synchronize();
            for (int round = 0; round < ROUNDS; round++) {
                long start = System.nanoTime();
                for (int i = 0; i < repeats; i++) {
                    call.run();
                }
                device.backend().synchronize();
                seconds[round] = (System.nanoTime() - start) / 1e9 / repeats;
            }
        }
        Arrays.sort(seconds);
        double median = seconds[ROUNDS / 2];
        Work work = workload.work(precision);
        OptionalDouble share = device.backend() instanceof CudaBackend cuda
                ? OptionalDouble.of(share(GpuPeak.of(cuda.gpu()), precision, work, median))
                : OptionalDouble.empty();
        return new KernelRate(workload.name(), workload.shape(), median, work, share);
    }

    /** Of the rate that limits the work, arithmetic or memory, how much is reached. */
    static double share(GpuPeak peak, DType precision, Work work, double seconds) {
        boolean tensor = work.tensorCores() && precision == DType.BF16;
        double flops = tensor ? peak.tensorFlopsPerSecond() : peak.flopsPerSecond();
        return Math.max(work.flops() / flops, work.bytes() / peak.bytesPerSecond()) / seconds;
    }

    private double teraflops() {
        return work.flops() / seconds / 1e12;
    }

    private double gigabytes() {
        return work.bytes() / seconds / 1e9;
    }

    /** The figures as JSON. */
    ObjectNode json() {
        ObjectNode figures = JSON.createObjectNode()
                .put("operation", operation)
                .put("shape", shape)
                .put("us", BenchFigures.rounded(seconds * 1e6, 2))
                .put("tflops_per_s", BenchFigures.rounded(teraflops(), 4))
                .put("gb_per_s", BenchFigures.rounded(gigabytes(), 2));
        shareOfPeak.ifPresent(share -> figures.put("share_of_peak", BenchFigures.rounded(share, 4)));
        return figures;
    }

    /** The figures for people. */
    String line() {
        String rates = String.format(
                Locale.ROOT, " %10.1f us %9.3f TFLOP/s %8.1f GB/s", seconds * 1e6, teraflops(), gigabytes());
        return head(operation, shape)
                + rates
                + (shareOfPeak.isEmpty()
                        ? ""
                        : String.format(Locale.ROOT, " %5.1f%% of peak", 100 * shareOfPeak.getAsDouble()));
    }

    /** The beginning of an operation's line. */
    static String head(String operation, String shape) {
        return String.format(Locale.ROOT, "%-36s %-40s", operation, shape);
    }
}
