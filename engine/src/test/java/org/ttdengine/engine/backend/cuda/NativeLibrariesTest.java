package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ttdengine.engine.testing.EmulatedGpu;

class NativeLibrariesTest {
    /** The names that JCuda unpacks to. */
    private static final List<String> FIXED_NAMES =
            List.of("libJCudaDriver-12.6.0-linux-x86_64.so", "libJCublas2-12.6.0-linux-x86_64.so");

    @TempDir
    private Path shared;

    @BeforeAll
    static void install() {
        EmulatedGpu.install();
    }

    @Test
    void aFilePlantedInTheSharedFolderIsNotLoaded() throws IOException, InterruptedException {
        for (String name : FIXED_NAMES) {
            Files.writeString(shared.resolve(name), "not a library");
        }
        assertThat(OpenDevice.onEmulatedGpu("-Djava.io.tmpdir=" + shared)).contains("TTD PTX emulator");
        for (String name : FIXED_NAMES) {
            assertThat(shared.resolve(name)).hasContent("not a library");
        }
    }

    @Test
    void nothingIsLeftInTheSharedFolder() throws IOException, InterruptedException {
        assertThat(OpenDevice.onEmulatedGpu("-Djava.io.tmpdir=" + shared)).contains("TTD PTX emulator");
        assertThat(shared).isEmptyDirectory();
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamed() throws IOException, InterruptedException {
        Path missing = shared.resolve("missing");
        assertThat(OpenDevice.onRealMachine("-Djava.io.tmpdir=" + missing))
                .contains("cannot be unpacked")
                .contains(missing.toString())
                .contains("-Djava.io.tmpdir=DIR");
    }

    @Test
    void theTemporaryFolderOfTheProgramStaysAsItWas() {
        String before = System.getProperty("java.io.tmpdir");
        NativeLibraries.loadDriver();
        assertThat(System.getProperty("java.io.tmpdir")).isEqualTo(before);
    }
}
