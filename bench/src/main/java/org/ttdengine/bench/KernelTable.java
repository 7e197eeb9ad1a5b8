package org.ttdengine.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.ttdengine.emulator.Emulator;
import org.ttdengine.emulator.LaunchReport;
import org.ttdengine.emulator.memory.MemoryCounters;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.backend.counting.Work;
import org.ttdengine.engine.backend.cuda.MatMulProvider;
import org.ttdengine.engine.ops.Workload;
import org.ttdengine.kernels.Architecture;
import org.ttdengine.kernels.Assembly;
import org.ttdengine.kernels.KernelCatalogue;
import org.ttdengine.kernels.KernelLock;
import org.ttdengine.kernels.KernelSpec;
import org.ttdengine.kernels.Occupancy;

/**
 * Writes the table of {@code docs/kernels.md}: what each kernel does, as the emulated GPU counts it, beside the least it
 * could do, and what NVIDIA's assembler says about it.
 *
 * <pre>java -cp bench/target/benchmarks.jar org.ttdengine.bench.KernelTable</pre>
 */
public final class KernelTable {
    /** Operations of one mma.sync.m16n8k16, a multiply-add counting two. */
    private static final long MMA_FLOPS = 2L * 16 * 8 * 16;

    private final PrintStream out;
    private final Emulator emulator = Emulator.install();
    private final KernelLock lock = KernelLock.load();

    private KernelTable(PrintStream out) {
        this.out = out;
    }

    /** Prints the table. */
    public static void main(String[] args) {
        KernelTable table = new KernelTable(new PrintStream(System.out, true, StandardCharsets.UTF_8));
        table.head();
        for (DType dtype : List.of(DType.F32, DType.BF16)) {
            table.rows(dtype);
        }
    }

    private void head() {
        out.println(
                "| operation | shape | kernel | blocks x threads | traffic / least | sectors / least | bank conflicts"
                        + " | mma (least) | registers sm_80, sm_90 | spills | shared bytes | occupancy sm_80, sm_90 |");
        out.println("|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    }

    private void rows(DType dtype) {
        try (Device device = Device.cuda(0, dtype, MatMulProvider.OWN)) {
            for (Workload workload : Workload.all(Workload.Sizes.small())) {
                try (Scope scope = device.scope(workload.name())) {
                    Runnable call = workload.preparation().on(device, scope);
                    device.backend().synchronize();
                    emulator.resetCounters();
                    call.run();
                    device.backend().synchronize();
                    Work work = workload.work(dtype);
                    emulator.counters().forEach(launch -> row(workload, work, launch));
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
        int shared = launch.dynamicShared() + assembly(spec, Architecture.SM_80).sharedBytes();
        out.printf(
                Locale.ROOT,
                "| %s | %s | `%s` | %d x %d | %.2f | %.2f | %d | %s | %d, %d | %d | %d | %.0f%%, %.0f%% |%n",
                workload.name(),
                workload.shape(),
                launch.kernel(),
                launch.grid().count(),
                threads,
                ratio(sectors, distinct),
                ratio(sectors, fewest),
                memory.sharedLoadConflicts + memory.sharedStoreConflicts,
                products(work, launch),
                assembly(spec, Architecture.SM_80).registers(),
                assembly(spec, Architecture.SM_90).registers(),
                assembly(spec, Architecture.SM_80).spillStoreBytes(),
                shared,
                occupancy(spec, Architecture.SM_80, threads, launch.dynamicShared()),
                occupancy(spec, Architecture.SM_90, threads, launch.dynamicShared()));
    }

    private static double ratio(long sectors, long least) {
        return least == 0 ? 1 : (double) sectors / least;
    }

    private static String products(Work work, LaunchReport launch) {
        long count = launch.counters().mmaInstructions;
        return count == 0 ? "" : String.format(Locale.ROOT, "%d (%d)", count, work.flops() / MMA_FLOPS);
    }

    private Assembly assembly(KernelSpec spec, Architecture architecture) {
        return lock.kernels().get(spec.module() + "." + spec.name()).get(architecture);
    }

    private double occupancy(KernelSpec spec, Architecture architecture, int threads, int dynamicShared) {
        Assembly assembly = assembly(spec, architecture);
        return 100
                * Occupancy.of(architecture, threads, assembly.registers(), assembly.sharedBytes() + dynamicShared)
                        .share();
    }
}
