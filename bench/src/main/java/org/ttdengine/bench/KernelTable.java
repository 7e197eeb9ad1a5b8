package org.ttdengine.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.ttdengine.emulator.Emulator;
import org.ttdengine.emulator.LaunchReport;
import org.ttdengine.emulator.memory.MemoryCounters;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.backend.counting.Chip;
import org.ttdengine.engine.backend.counting.Work;
import org.ttdengine.engine.backend.cuda.MatMulProvider;
import org.ttdengine.engine.ops.Workload;
import org.ttdengine.engine.ops.Workload.Sizes;
import org.ttdengine.kernels.Architecture;
import org.ttdengine.kernels.Assembly;
import org.ttdengine.kernels.KernelCatalogue;
import org.ttdengine.kernels.KernelLock;
import org.ttdengine.kernels.KernelSpec;
import org.ttdengine.kernels.Occupancy;

/**
 * Writes the tables of {@code docs/kernels.md}: what each kernel does, as the emulated GPU counts it, beside the least it
 * could do, what NVIDIA's assembler says about it, and an estimate of its least time on GPUs that are not at hand.
 *
 * <pre>java -cp bench/target/benchmarks.jar org.ttdengine.bench.KernelTable</pre>
 */
public final class KernelTable {
    private final PrintStream out;
    private final Emulator emulator = Emulator.install();
    private final KernelLock lock = KernelLock.load();
    /** Kernels of operations that have their row. */
    private final Set<String> shown = new HashSet<>();

    private KernelTable(PrintStream out) {
        this.out = out;
    }

    /** Prints the tables. */
    public static void main(String[] args) {
        KernelTable table = new KernelTable(new PrintStream(System.out, true, StandardCharsets.UTF_8));
        table.print("Memory-bound operations", Workload.memoryBound(Sizes.vitB16(4)));
        table.print("Matrix products", Workload.products(Sizes.tiles()));
        table.print("Attention", Workload.attention(Sizes.tiles()));
    }

    private void print(String title, List<Workload> workloads) {
        out.printf("### %s%n%n", title);
        out.println("| operation | shape | kernel | blocks x threads | traffic / least | sectors / least"
                + " | bank conflicts | mma (least) | registers sm_80, sm_90 | spills | shared bytes"
                + " | occupancy sm_80, sm_90 | estimate: us A100, H100 |");
        out.println("|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        for (DType dtype : List.of(DType.F32, DType.BF16)) {
            rows(dtype, workloads);
        }
        out.println();
    }

    private void rows(DType dtype, List<Workload> workloads) {
        try (Device device = Device.cuda(0, dtype, MatMulProvider.OWN)) {
            for (Workload workload : workloads) {
                try (Scope scope = device.scope(workload.name())) {
                    Runnable call = workload.preparation().on(device, scope);
                    device.backend().synchronize();
                    emulator.resetCounters();
                    call.run();
                    device.backend().synchronize();
                    Work work = workload.work(dtype);
                    for (LaunchReport launch : emulator.counters()) {
                        if (shown.add(workload.name() + launch.kernel())) {
                            row(workload, work, launch);
                        }
                    }
                }
            }
        }
    }

    private void row(Workload workload, Work work, LaunchReport launch) {
        MemoryCounters memory = launch.counters().memory;
        KernelSpec spec = KernelCatalogue.all().stream()
                .filter(kernel -> kernel.name().equals(launch.kernel()))
                .findFirst()
                .orElseThrow();
        long sectors = memory.globalLoadSectors + memory.globalStoreSectors;
        long fewest = memory.globalLoadSectorsMinimum + memory.globalStoreSectorsMinimum;
        long distinct = memory.distinctSectorsRead + memory.distinctSectorsWritten;
        int threads = (int) launch.block().count();
        Assembly older = assembly(spec, Architecture.SM_80);
        Assembly newer = assembly(spec, Architecture.SM_90);
        KernelEstimate estimate = KernelEstimate.of(launch.counters());
        out.printf(
                Locale.ROOT,
                "| %s | %s | `%s` | %d x %d | %.2f | %.2f | %d | %s | %d, %d | %d | %d | %.0f%%, %.0f%% | %s, %s |%n",
                workload.name(),
                workload.shape(),
                launch.kernel(),
                launch.grid().count(),
                threads,
                ratio(sectors, distinct),
                ratio(sectors, fewest),
                memory.sharedLoadConflicts + memory.sharedStoreConflicts,
                products(work, launch),
                older.registers(),
                newer.registers(),
                older.spillStoreBytes() + newer.spillStoreBytes(),
                launch.dynamicShared() + older.sharedBytes(),
                occupancy(older, Architecture.SM_80, threads, launch.dynamicShared()),
                occupancy(newer, Architecture.SM_90, threads, launch.dynamicShared()),
                microseconds(estimate, Chip.A100),
                microseconds(estimate, Chip.H100));
    }

    private static double ratio(long sectors, long least) {
        return least == 0 ? 1 : (double) sectors / least;
    }

    private static String microseconds(KernelEstimate estimate, Chip chip) {
        return String.format(
                Locale.ROOT, "%.2f %s", 1e6 * estimate.seconds(chip), estimate.isMemoryBound(chip) ? "m" : "a");
    }

    private static String products(Work work, LaunchReport launch) {
        long count = launch.counters().mmaInstructions;
        if (count == 0) {
            return "";
        }
        double least = work.flops() * shareOfWork(launch.kernel()) / KernelEstimate.MMA_FLOPS;
        return String.format(Locale.ROOT, "%d (%.0f)", count, least);
    }

    /**
     * How much of the least work of its operation a kernel does. Of the five products of attention's gradient, S and dP are
     * found twice so that neither kernel adds to what another block writes: dq makes S, dP and dQ, dkdv all but dQ.
     */
    private static double shareOfWork(String kernel) {
        if (kernel.startsWith("attention_dq")) {
            return 3 / 5.0;
        }
        return kernel.startsWith("attention_dkdv") ? 4 / 5.0 : 1;
    }

    private Assembly assembly(KernelSpec spec, Architecture architecture) {
        return lock.kernels().get(spec.module() + "." + spec.name()).get(architecture);
    }

    private static double occupancy(Assembly assembly, Architecture architecture, int threads, int dynamicShared) {
        return 100
                * Occupancy.of(architecture, threads, assembly.registers(), assembly.sharedBytes() + dynamicShared)
                        .share();
    }
}
