package org.ttdengine.emulator.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.Dim3;
import org.ttdengine.emulator.machine.Launch;
import org.ttdengine.emulator.machine.LaunchCounters;
import org.ttdengine.emulator.machine.Machine;
import org.ttdengine.emulator.machine.MachineOptions;
import org.ttdengine.emulator.machine.MachineOptions.Schedule;
import org.ttdengine.emulator.ptx.PtxModule;
import org.ttdengine.emulator.ptx.PtxParser;

/** Real kernels, compiled by nvcc from {@code src/test/cuda/planted.cu}, each with one defect and with a sound twin. */
class PlantedDefectTest {
    private static final int THREADS = 128;
    private static final PtxModule PLANTED = PtxParser.parse(text());

    private final GlobalMemory memory = new GlobalMemory(1 << 24, true);

    private static String text() {
        try (InputStream text = PlantedDefectTest.class.getResourceAsStream("planted.ptx")) {
            return new String(text.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private LaunchCounters run(String kernel, int threads, int words, int n, MachineOptions options) {
        ByteBuffer values = ByteBuffer.allocate(4 * words).order(ByteOrder.LITTLE_ENDIAN);
        IntStream.range(0, words).forEach(i -> values.putFloat(i));
        long x = memory.allocate(4L * words, "x");
        memory.write(x, values.flip());
        long y = memory.allocate(4L * words, "y");
        byte[] parameters = ByteBuffer.allocate(20)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(x)
                .putLong(y)
                .putInt(n)
                .array();
        Machine machine = new Machine(memory, options);
        LaunchCounters counters =
                machine.run(new Launch(machine.load(PLANTED), kernel, Dim3.of(1), Dim3.of(threads), 0, parameters));
        memory.free(x);
        memory.free(y);
        return counters;
    }

    @ParameterizedTest
    @CsvSource({
        "block_sum, 128, 128, 0, SHARED_RACE",
        "shifted_rows, 128, 512, 4, SHARED_RACE",
        "twice, 128, 100, 100, ILLEGAL_ADDRESS",
        "accumulate, 32, 10, 10, UNINITIALISED_READ",
        "reverse_warp, 32, 32, 0, SHARED_RACE",
        "staged_copy, 128, 512, 0, SHARED_RACE",
        "copy_from, 128, 1024, 2, MISALIGNED_ADDRESS",
        "early_exit, 128, 128, 100, BARRIER_DIVERGENCE",
    })
    void theDefectIsFoundInEveryScheduleAndTheSoundTwinIsNot(
            String kernel, int threads, int words, int n, DeviceFault.Kind kind) {
        for (Schedule schedule : Schedule.values()) {
            MachineOptions options = MachineOptions.checked().withSchedule(schedule, 3);
            run(kernel + "_sound", threads, words, n, options);
            DeviceFault fault =
                    catchThrowableOfType(DeviceFault.class, () -> run(kernel + "_defect", threads, words, n, options));
            assertThat(fault).as("%s in schedule %s", kernel, schedule).isNotNull();
            // a warp that runs before the one it should wait for finds bytes nobody wrote yet
            if (fault.kind() != DeviceFault.Kind.UNINITIALISED_READ) {
                assertThat(fault.kind()).as(fault.getMessage()).isEqualTo(kind);
            }
            assertThat(fault).hasMessageContaining(kernel + "_defect").hasMessageContaining("block (0,0,0)");
        }
    }

    @Test
    void aTransposeWithoutPaddingIsSlowButSound() {
        MachineOptions options = MachineOptions.checked();
        MemoryCounters padded = run("transpose_sound", THREADS, 1024, 0, options).memory;
        MemoryCounters plain = run("transpose_defect", THREADS, 1024, 0, options).memory;
        assertThat(padded.sharedLoadConflicts).isZero();
        assertThat(plain.sharedLoadConflicts)
                .as("32 columns, 31 wavefronts too many each")
                .isEqualTo(32 * 31);
        assertThat(plain.globalLoadSectors).isEqualTo(plain.globalLoadSectorsMinimum);
        assertThat(plain.distinctSectorsRead).isEqualTo(128);
        assertThat(plain.distinctSectorsWritten).isEqualTo(128);
    }

    @Test
    void aForgottenBufferIsListedByLabel() {
        assertThatThrownBy(() -> run("twice_defect", THREADS, 100, 100, MachineOptions.checked()))
                .isInstanceOf(DeviceFault.class);
        assertThat(memory.liveAllocations()).extracting(LiveAllocation::label).containsExactly("x", "y");
        assertThat(memory.liveAllocations()).extracting(LiveAllocation::bytes).containsExactly(400L, 400L);
    }
}
