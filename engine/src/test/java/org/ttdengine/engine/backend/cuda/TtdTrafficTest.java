package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
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
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.AdamWSlot;
import org.ttdengine.engine.backend.AdamWStep;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.engine.backend.TtdLossOptions;
import org.ttdengine.engine.testing.EmulatedGpu;

/**
 * Memory traffic of the kernels of TTD and of the optimiser at sizes that models have: 28x28 cells, 512 channels, a caption
 * and eight tags. Global traffic is that between L2 and the multiprocessors, in sectors of 32 bytes.
 */
class TtdTrafficTest {
    private static final int CELLS = 784;
    private static final int CHANNELS = 512;
    private static final int MAPS = 9;
    private static final int FORTY_TAGS = 41;
    private static final double LARGEST_SHARE = 1.1;

    private static Emulator emulator;
    private static MachineOptions before;
    private static Device gpu;

    @BeforeAll
    static void open() {
        emulator = EmulatedGpu.install();
        before = emulator.machine();
        emulator.machine(MachineOptions.checked());
        gpu = EmulatedGpu.open(DType.F32);
    }

    @AfterAll
    static void close() {
        if (gpu != null) {
            gpu.close();
            emulator.machine(before);
        }
    }

    @BeforeEach
    void reset() {
        emulator.resetCounters();
    }

    private static LaunchReport launch(String kernel) {
        List<LaunchReport> launches = emulator.counters().stream()
                .filter(report -> report.kernel().equals(kernel))
                .toList();
        assertThat(launches).as(kernel).hasSize(1);
        return launches.get(0);
    }

    /** Global traffic is close to what the launch cannot do without, and no access to shared memory meets a bank twice. */
    private static MemoryCounters checkTraffic(String kernel, double share) {
        MemoryCounters memory = launch(kernel).counters().memory;
        long moved = memory.globalLoadSectors + memory.globalStoreSectors;
        assertThat(moved / (double) (memory.distinctSectorsRead + memory.distinctSectorsWritten))
                .as("%s: sectors moved over sectors touched", kernel)
                .isLessThanOrEqualTo(share);
        assertThat(memory.sharedLoadConflicts + memory.sharedStoreConflicts)
                .as("%s: bank conflicts", kernel)
                .isZero();
        assertThat(memory.localAccesses).as("%s: local memory", kernel).isZero();
        return memory;
    }

    private static long sectors(long bytes) {
        return bytes / 32;
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "BF16"})
    void pixelsAreReadOnceAndMapsAndGradientsWrittenOnce(DType type) {
        MapBatch batch = MapBatch.of(type, CHANNELS, CELLS, false, MAPS);
        String suffix = type == DType.F32 ? "_f32" : "_bf16";
        try (Scope scope = gpu.scope("maps")) {
            Tensor pixels = batch.pixels(scope);
            Tensor texts = batch.texts(scope);
            Tensor maps = scope.empty("maps", Shape.of(MAPS, CELLS));
            gpu.backend().cosineMaps(batch.plan(), pixels, texts, maps, scope.empty("extremes", Shape.of(MAPS, 3)));
            Tensor dpixels = scope.empty("dpixels", pixels.shape(), type);
            Tensor dtexts = scope.empty("dtexts", texts.shape(), type);
            gpu.backend()
                    .cosineMapsBackward(batch.plan(), batch.dmaps(scope), pixels, texts, dpixels, false, dtexts, false);
            dtexts.toFloats();
            MemoryCounters forward = checkTraffic("cosine_maps_forward" + suffix, LARGEST_SHARE);
            assertThat(forward.distinctSectorsRead)
                    .isBetween(sectors(pixels.bytes() + texts.bytes()), sectors(pixels.bytes() + texts.bytes()) + 2);
            MemoryCounters backward = checkTraffic("cosine_maps_backward_pixels" + suffix, LARGEST_SHARE);
            assertThat(backward.globalStoreSectors).isEqualTo(sectors(dpixels.bytes()));
            // Each of four blocks of channels reads the gradients of the maps: a tenth of pixels in bf16.
            checkTraffic("cosine_maps_backward_texts" + suffix, 1.11);
        }
    }

    @Test
    void tensorCoresDoNoMoreThanTheTilesOfTheMaps() {
        MapBatch batch = MapBatch.of(DType.BF16, CHANNELS, CELLS, false, MAPS);
        try (Scope scope = gpu.scope("maps")) {
            Tensor maps = scope.empty("maps", Shape.of(MAPS, CELLS));
            Tensor extremes = scope.empty("extremes", Shape.of(MAPS, 3));
            gpu.backend().cosineMaps(batch.plan(), batch.pixels(scope), batch.texts(scope), maps, extremes);
            maps.toFloats();
            long blocks = (CELLS + 127) / 128;
            assertThat(launch("cosine_maps_forward_bf16").counters().mmaInstructions)
                    .isEqualTo(blocks * (128 / 8) * (CHANNELS / 16));
        }
    }

    /** Each of seven blocks reads the texts, from L2; pixels still come from memory once. */
    @Test
    void fortyTagsCostTheirTextsOnceForEachBlock() {
        MapBatch batch = MapBatch.of(DType.F32, CHANNELS, CELLS, false, FORTY_TAGS);
        try (Scope scope = gpu.scope("maps")) {
            Tensor maps = scope.empty("maps", Shape.of(FORTY_TAGS, CELLS));
            Tensor extremes = scope.empty("extremes", Shape.of(FORTY_TAGS, 3));
            gpu.backend().cosineMaps(batch.plan(), batch.pixels(scope), batch.texts(scope), maps, extremes);
            maps.toFloats();
            checkTraffic("cosine_maps_forward_f32", 1.3);
        }
    }

    @Test
    void everyCosineIsReadOnceAndItsGradientWrittenOnce() {
        MapBatch batch = MapBatch.of(DType.F32, 8, CELLS, true, FORTY_TAGS);
        try (Scope scope = gpu.scope("loss")) {
            Tensor maps = batch.dmaps(scope);
            Tensor extremes = scope.empty("extremes", Shape.of(FORTY_TAGS, 3));
            extremes.set(CudaMapsTest.extremes(batch.plan(), maps.toDoubles()));
            Tensor selected = scope.empty("selected", Shape.of(FORTY_TAGS));
            gpu.backend().selectTags(batch.plan(), Phi.CLIP, extremes, null, selected);
            Tensor losses = scope.empty("losses", Shape.of(1, 2));
            Tensor total = scope.empty("total", Shape.of());
            Tensor dmaps = scope.empty("dmaps", maps.shape());
            gpu.backend()
                    .ttdLoss(
                            batch.plan(),
                            TtdLossOptions.of(Phi.CLIP, 1),
                            maps,
                            maps,
                            extremes,
                            selected,
                            losses,
                            total,
                            dmaps);
            total.item();
            MemoryCounters memory = checkTraffic("ttd_loss", LARGEST_SHARE);
            assertThat(memory.distinctSectorsWritten).isEqualTo(sectors(dmaps.bytes()) + 2);
        }
    }

    @Test
    void theOptimiserMovesEveryNumberOnce() {
        int size = 1 << 16;
        try (Scope scope = gpu.scope("optimizer")) {
            List<AdamWSlot> slots = Stream.of(size, size / 2)
                    .map(n -> new AdamWSlot(zeros(scope, n), zeros(scope, n), zeros(scope, n), zeros(scope, n)))
                    .toList();
            List<Tensor> gradients = slots.stream().map(AdamWSlot::gradient).toList();
            gpu.backend().clear(gradients);
            var norm = gpu.backend().gradientNorm(gradients);
            gpu.backend().adamW(new AdamWStep(1, 1e-3, 0.9, 0.999, 1e-8, 0.01, 1), slots, norm);
            assertThat(norm.value()).isZero();
            slots.get(0).parameter().toFloats();
            for (String kernel : List.of("tensors_clear_f32", "gradient_norm_chunks_f32", "adamw_update_f32")) {
                checkTraffic(kernel, LARGEST_SHARE);
            }
        }
    }

    private static Tensor zeros(Scope scope, int size) {
        return scope.empty("tensor", Shape.of(size)).set(new float[size]);
    }
}
