package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ttdengine.emulator.Emulator;
import org.ttdengine.emulator.LaunchReport;
import org.ttdengine.emulator.machine.MachineOptions;
import org.ttdengine.emulator.memory.MemoryCounters;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.ops.Workload;
import org.ttdengine.engine.ops.Workload.Sizes;
import org.ttdengine.engine.testing.EmulatedGpu;

/**
 * What the kernels of a training step cost, as the emulated GPU counts it: the bounds of {@code docs/kernels.md}. Traffic is
 * that between the multiprocessors and L2 in sectors of 32 bytes, beside the different sectors of the launch.
 */
class KernelTrafficTest {
    private static final double LARGEST_SHARE = 1.1;
    /** Each of four pictures reads the positions again, from L2: four times a quarter of two parts out of three. */
    private static final String SHARED_TABLE = "positions added";

    private static final double SHARE_WITH_TABLE = 1.4;
    /** Launches of less traffic take as long as a launch takes: 64 KiB are 32 ns of an A100's memory. */
    private static final long FEW_SECTORS = 2048;
    /** As many multiply-adds as one mma.sync.m16n8k16. */
    private static final long MMA_FLOPS = 2L * 16 * 8 * 16;

    private static Emulator emulator;
    private static MachineOptions before;

    @BeforeAll
    static void install() {
        emulator = EmulatedGpu.install();
        before = emulator.machine();
        emulator.machine(counting());
    }

    private static MachineOptions counting() {
        int workers = Runtime.getRuntime().availableProcessors();
        return new MachineOptions(
                MachineOptions.Schedule.FORWARD, 0, workers, true, true, false, false, true, 1_000_000_000L);
    }

    @AfterAll
    static void restore() {
        if (emulator != null) {
            emulator.machine(before);
        }
    }

    private static List<LaunchReport> launches(Device device, Workload workload) {
        try (Scope scope = device.scope(workload.name())) {
            Runnable call = workload.preparation().on(device, scope);
            device.backend().synchronize();
            emulator.resetCounters();
            call.run();
            device.backend().synchronize();
            return List.copyOf(emulator.counters());
        }
    }

    private static long distinctSectors(LaunchReport launch) {
        MemoryCounters memory = launch.counters().memory;
        return memory.distinctSectorsRead + memory.distinctSectorsWritten;
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "BF16"})
    void memoryBoundKernelsMoveLittleMoreThanTheyMust(DType dtype) {
        List<String> measured = new ArrayList<>();
        try (Device device = EmulatedGpu.open(dtype)) {
            for (Workload workload : Workload.memoryBound(new Sizes(4, 784, 768, 12, 256, 6, 10))) {
                for (LaunchReport launch : launches(device, workload)) {
                    MemoryCounters memory = launch.counters().memory;
                    String what = workload.name() + ", " + launch.kernel();
                    assertThat(memory.sharedLoadConflicts + memory.sharedStoreConflicts)
                            .as("%s: bank conflicts", what)
                            .isZero();
                    assertThat(memory.localAccesses)
                            .as("%s: local memory", what)
                            .isZero();
                    if (distinctSectors(launch) >= FEW_SECTORS) {
                        long moved = memory.globalLoadSectors + memory.globalStoreSectors;
                        assertThat(moved / (double) distinctSectors(launch))
                                .as("%s: sectors moved over sectors touched", what)
                                .isLessThanOrEqualTo(
                                        workload.name().equals(SHARED_TABLE) ? SHARE_WITH_TABLE : LARGEST_SHARE);
                        measured.add(workload.name());
                    }
                }
            }
        }
        assertThat(measured)
                .contains("layer norm", "patches", "cosine maps", "AdamW")
                .hasSizeGreaterThan(20);
    }

    @Test
    void productsOfWholeTilesTakeTheFewestMatrixInstructions() {
        try (Device device = Device.cuda(0, DType.BF16, MatMulProvider.OWN)) {
            for (Workload workload : Workload.products(Sizes.small())) {
                if (workload.name().contains("adapter")) {
                    continue; // of rank 16, less than a tile, or reduced anew in every block: see LowRankProductTest
                }
                List<LaunchReport> launches = launches(device, workload);
                assertThat(launches.stream()
                                .mapToLong(l -> l.counters().mmaInstructions)
                                .sum())
                        .as(workload.name())
                        .isEqualTo(workload.work(DType.BF16).flops() / MMA_FLOPS);
                for (LaunchReport launch : launches) {
                    MemoryCounters memory = launch.counters().memory;
                    assertThat(memory.sharedLoadConflicts + memory.sharedStoreConflicts)
                            .as("%s: bank conflicts", launch.kernel())
                            .isZero();
                }
            }
        }
    }
}
