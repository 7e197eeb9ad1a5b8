package org.ttdengine.trainer.cli;

import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ttdengine.engine.Device;

/**
 * The timing of a repeated piece of work.
 *
 * @param medianMs milliseconds of one run
 * @param flops useful floating-point operations of one run
 * @param peakHeapBytes the most heap that was in use from the first warm-up on, garbage included
 */
record Timing(double medianMs, double flops, long peakHeapBytes) {
    /** Runs {@code work} some times untimed, then some times timed, and says so line by line. */
    static Timing of(Device device, Runnable work, int warmup, int times, PrintWriter progress) {
        List<MemoryPoolMXBean> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
        heap.forEach(MemoryPoolMXBean::resetPeakUsage);
        for (int i = 1; i <= warmup; i++) {
            say(progress, "warm-up", i, warmup, run(work));
        }
        long before = device.flops();
        double[] millis = new double[times];
        for (int i = 0; i < times; i++) {
            millis[i] = run(work);
            say(progress, "step", i + 1, times, millis[i]);
        }
        double flops = (double) (device.flops() - before) / times;
        long peak =
                heap.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
        return new Timing(median(millis), flops, peak);
    }

    private static double run(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e6;
    }

    private static void say(PrintWriter progress, String what, int number, int of, double millis) {
        progress.println(String.format(Locale.ROOT, "%s %d/%d: %.1f ms", what, number, of, millis));
        progress.flush();
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double gflopsPerSecond() {
        return flops / medianMs / 1e6;
    }
}
