package org.ttdengine.emulator.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ttdengine.emulator.Emulator;

/** The emulated device under a program that does not know it, in a JVM of its own. */
final class EmulatorAgentTest {
    @TempDir
    private Path directory;

    private Path agent;

    @BeforeEach
    void packageTheAgent() throws Exception {
        Cuda.emulatorOrSkip();
        agent = directory.resolve("emulator.jar");
        Path classes = Path.of(Emulator.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", EmulatorAgent.class.getName());
        try (OutputStream file = Files.newOutputStream(agent);
                JarOutputStream jar = new JarOutputStream(file, manifest);
                Stream<Path> all = Files.walk(classes)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry(classes.relativize(path).toString()));
                Files.copy(path, jar);
                jar.closeEntry();
            }
        }
    }

    private List<String> probe(Map<String, String> environment, String... options)
            throws IOException, InterruptedException {
        ChildJvm child = ChildJvm.run(Probe.class, withoutTheEmulator(), environment, options);
        assertThat(child.exit()).isZero();
        return child.lines();
    }

    /** This class path but for the emulator's own classes, which come from the agent. */
    private static String withoutTheEmulator() {
        String own = Path.of("target", "classes").toAbsolutePath().toString();
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.equals(own))
                .collect(Collectors.joining(File.pathSeparator));
    }

    @Test
    void anAgentPutsTheDeviceUnderAnUnchangedProgram() throws Exception {
        assertThat(probe(
                        Map.of(), "-javaagent:" + agent, "-Dttd.emulator.capability=9.0", "-Dttd.emulator.driver=12.6"))
                .containsExactly(
                        "init CUDA_SUCCESS",
                        "version 12060",
                        "devices 1",
                        "name TTD PTX emulator",
                        "shared 232448",
                        "allocation CUDA_SUCCESS",
                        "allocation CUDA_SUCCESS",
                        "allocation CUDA_SUCCESS");
    }

    @Test
    void theEnvironmentReachesJvmsThatAProgramStarts() throws Exception {
        Map<String, String> environment = Map.of(
                "JAVA_TOOL_OPTIONS", "-javaagent:" + agent,
                "TTD_EMULATOR_DEVICES", "2",
                "TTD_EMULATOR_MEMORY", "2m",
                "TTD_EMULATOR_FAIL", "allocation:1");
        assertThat(probe(environment))
                .contains("devices 2")
                .endsWith("allocation CUDA_ERROR_OUT_OF_MEMORY", "allocation CUDA_SUCCESS", "allocation CUDA_SUCCESS");
    }

    @Test
    void aMachineMayHaveADriverButNoDevice() throws Exception {
        assertThat(probe(Map.of(), "-javaagent:" + agent, "-Dttd.emulator.absent=true"))
                .containsExactly("init CUDA_ERROR_NO_DEVICE", "version 12000", "devices 0");
    }
}
