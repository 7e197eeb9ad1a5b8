package org.ttdengine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.kernels.Occupancy.Limit;

/** Cases computed by hand from the allocation rules; the last column says how. */
class OccupancyTest {
    @ParameterizedTest(name = "{0}, {1} threads, {2} registers, {3} bytes: {6}")
    @CsvSource({
        "SM_80,  256,  32,      0,  8, WARPS,         64 warps / 8",
        "SM_86,  256,  32,      0,  6, WARPS,         48 warps / 8",
        "SM_80,  256,  40,      0,  6, REGISTERS,     1280 per warp: 4 x 12 = 48 warps / 8",
        "SM_80,  256,  41,      0,  5, REGISTERS,     41 x 32 rounds up to 1536: 4 x 10 = 40 warps / 8",
        "SM_80,  128, 128,      0,  4, REGISTERS,     4096 per warp: 4 x 4 = 16 warps / 4",
        "SM_90,  256, 255,      0,  1, REGISTERS,     8192 per warp: 4 x 2 = 8 warps / 8",
        "SM_80,  288, 168,      0,  1, REGISTERS,     5376 per warp: 4 x 3 = 12 warps / 9",
        "SM_80, 1024,  80,      0,  0, REGISTERS,     2560 per warp: 4 x 6 = 24 warps / 32",
        "SM_80,   32,  32,      0, 32, BLOCKS,        32 blocks of one warp",
        "SM_86,   32,  32,      0, 16, BLOCKS,        16 blocks of one warp",
        "SM_89,   32,  32,      0, 24, BLOCKS,        24 blocks of one warp",
        "SM_80,  128,  32,  49152,  3, SHARED_MEMORY, 164 KiB / (48 + 1)",
        "SM_86,  128,  32,  49152,  2, SHARED_MEMORY, 100 KiB / (48 + 1)",
        "SM_90,  128,  32,  49152,  4, SHARED_MEMORY, 228 KiB / (48 + 1)",
        "SM_86,  128,  32, 101376,  1, SHARED_MEMORY, 99 KiB and the system's one",
        "SM_86,  128,  32, 101377,  0, SHARED_MEMORY, one byte too many",
        "SM_80,   33,  32,      0, 32, WARPS,         33 threads are two warps"
    })
    void blocksFollowFromWhatABlockTakes(
            Architecture architecture, int threads, int registers, int shared, int blocks, Limit limit, String why) {
        Occupancy occupancy = Occupancy.of(architecture, threads, registers, shared);
        assertThat(occupancy.blocks()).as(why).isEqualTo(blocks);
        assertThat(occupancy.limit()).as(why).isEqualTo(limit);
        assertThat(occupancy.warps()).isEqualTo(blocks * ((threads + 31) / 32));
    }

    @Test
    void theShareIsThatOfTheMultiprocessorsWarps() {
        assertThat(Occupancy.of(Architecture.SM_80, 128, 128, 0).share()).isEqualTo(0.25);
        assertThat(Occupancy.of(Architecture.SM_86, 256, 32, 0).share()).isEqualTo(1.0);
    }

    @Test
    void launchesThatNoDeviceAcceptsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Occupancy.of(Architecture.SM_80, 0, 32, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Occupancy.of(Architecture.SM_80, 1025, 32, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Occupancy.of(Architecture.SM_80, 256, 256, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Occupancy.of(Architecture.SM_80, 256, 32, -1));
    }
}
