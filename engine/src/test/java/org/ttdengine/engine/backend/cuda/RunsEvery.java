package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.ttdengine.emulator.Emulator;
import org.ttdengine.engine.testing.EmulatedGpu;
import org.ttdengine.kernels.KernelCatalogue;
import org.ttdengine.kernels.KernelSpec;

/** Fails a test class that leaves a kernel of its modules out. It says nothing where single methods were picked to run. */
final class RunsEvery implements BeforeAllCallback, AfterAllCallback {
    private final List<KernelSpec> family;
    private Emulator emulator;
    private Map<String, Long> before;

    private RunsEvery(List<KernelSpec> family) {
        this.family = family;
    }

    /** All kernels of PTX modules. */
    static RunsEvery ofModules(String... modules) {
        return new RunsEvery(KernelCatalogue.all().stream()
                .filter(spec -> Arrays.asList(modules).contains(spec.module()))
                .toList());
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        emulator = EmulatedGpu.install();
        before = emulator.runs();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (emulator != null && !System.getProperty("test", "").contains("#")) {
            assertRun(family, before, emulator.runs());
        }
    }

    /** Fails unless every kernel ran between the two counts. */
    static void assertRun(List<KernelSpec> family, Map<String, Long> before, Map<String, Long> after) {
        List<String> missing = family.stream()
                .map(KernelSpec::name)
                .filter(name -> after.getOrDefault(name, 0L).equals(before.getOrDefault(name, 0L)))
                .toList();
        assertThat(missing).as("kernels that no test of this class ran").isEmpty();
    }
}
