package org.ttdengine.kernels.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.ttdengine.kernels.KernelLock;
import org.ttdengine.kernels.ModuleRecord;
import org.ttdengine.kernels.PtxModule;
import org.ttdengine.kernels.PtxModules;

/** The committed PTX is what nvcc makes of the committed sources. */
class PtxLockTest {
    private static final String CURE = "; run kernels/build-ptx";

    private final Path project = Path.of(System.getProperty("basedir", "."));
    private final KernelSources sources = new KernelSources(project.resolve("src/main/cuda"));
    private final KernelLock lock = KernelLock.load();

    @Test
    void sourcesPtxAndLockNameTheSameModules() throws IOException {
        assertThat(lock.modules().keySet())
                .as("modules of the lock" + CURE)
                .containsExactlyElementsOf(sources.modules());
        Path resources = project.resolve("src/main/resources/org/ttdengine/kernels/ptx");
        try (Stream<Path> files = Files.list(resources)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".ptx")))
                    .as("PTX files" + CURE)
                    .containsExactlyInAnyOrderElementsOf(sources.modules().stream()
                            .map(name -> name + ".ptx")
                            .toList());
        }
    }

    @TestFactory
    Stream<DynamicTest> theLockHoldsTheHashesOfSourceAndPtx() {
        return lock.modules().entrySet().stream()
                .map(entry ->
                        DynamicTest.dynamicTest(entry.getKey(), () -> checkHashes(entry.getKey(), entry.getValue())));
    }

    private void checkHashes(String name, ModuleRecord module) {
        PtxModule ptx = PtxModules.load(name);
        assertThat(module.source())
                .as("source of " + name + " since its PTX was built" + CURE)
                .isEqualTo(sources.hash(name));
        assertThat(module.ptx()).as("PTX of " + name + CURE).isEqualTo(KernelSources.sha256(ptx.text()));
        assertThat(module.version()).isEqualTo(ptx.version()).isEqualTo(Nvcc.PTX_VERSION);
        assertThat(module.target()).isEqualTo(ptx.target());
        assertThat(module.options()).as("options of nvcc" + CURE).isEqualTo(Nvcc.options());
    }

    @Test
    void nvccMakesTheCommittedPtxOfTheSources() {
        Nvcc nvcc = Nvcc.find().orElseGet(() -> Toolkit.missing("nvcc", "the PTX is not compared with its source"));
        List<String> built = lock.modules().entrySet().stream()
                .filter(entry -> entry.getValue().compiler().equals(nvcc.release()))
                .map(entry -> entry.getKey())
                .toList();
        if (built.size() < lock.modules().size()) {
            System.err.println("nvcc " + nvcc.release() + " compares only modules built by the same release: " + built);
        }
        List<String> changed = built.parallelStream()
                .filter(name -> !nvcc.compile(sources, name)
                        .equals(PtxModules.load(name).text()))
                .toList();
        assertThat(changed)
                .as("modules whose PTX differs from what nvcc makes" + CURE)
                .isEmpty();
    }
}
