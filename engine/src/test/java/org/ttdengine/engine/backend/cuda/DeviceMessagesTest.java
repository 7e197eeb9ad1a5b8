package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.testing.EmulatedGpu;

/** What is said where no GPU can be used, and what to do about it. */
class DeviceMessagesTest {
    @BeforeAll
    static void install() {
        EmulatedGpu.install();
    }

    @Test
    void aUsableDeviceIsNamed() throws IOException, InterruptedException {
        assertThat(OpenDevice.onEmulatedGpu()).contains("cuda:0").contains("TTD PTX emulator");
    }

    @Test
    void aDriverThatIsTooOldIsToBeUpdated() throws IOException, InterruptedException {
        assertThat(OpenDevice.onEmulatedGpu("-Dttd.emulator.driver=11.8"))
                .isEqualTo("the NVIDIA driver is for CUDA 11.8; at least 12.0 (driver 525) is needed: update it, or use"
                        + " --device cpu");
    }

    @Test
    void aGpuThatIsTooOldIsNamedWithWhatIsNeeded() throws IOException, InterruptedException {
        assertThat(OpenDevice.onEmulatedGpu("-Dttd.emulator.capability=7.5"))
                .contains("TTD PTX emulator, compute capability 7.5")
                .contains("at least compute capability 8.0 (Ampere) is needed")
                .contains("--device cpu");
    }

    @Test
    void aDriverWithoutGpuSaysWhereToLook() throws IOException, InterruptedException {
        assertThat(OpenDevice.onEmulatedGpu("-Dttd.emulator.absent=true"))
                .contains("no NVIDIA GPU is visible")
                .contains("nvidia-smi")
                .contains("CUDA_VISIBLE_DEVICES")
                .contains("--device cpu");
    }

    @Test
    void aMachineWithoutDriverSaysWhichLibraryIsMissing() throws IOException, InterruptedException {
        Assumptions.assumeFalse(Files.exists(Path.of("/dev/nvidiactl")), "there is a real driver here");
        assertThat(OpenDevice.onRealMachine())
                .isEqualTo(
                        "no NVIDIA driver was found (libcuda.so.1 cannot be loaded); install it, or use --device cpu");
    }

    @Test
    void kernelsThatTheDriverRefusesAskForANewerDriver() {
        assertThat(new CudaException("cuModuleLoadData of gemm_f32", 222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION", "ptx"))
                .hasMessageContaining("gemm_f32")
                .hasMessageContaining("update it to 525 or newer");
        assertThat(new CudaException("cuModuleLoadData of gemm_f32", 218, "CUDA_ERROR_INVALID_PTX", "ptx"))
                .hasMessageContaining("update the NVIDIA driver to 525 or newer");
    }
}
