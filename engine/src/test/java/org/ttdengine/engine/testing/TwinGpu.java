package org.ttdengine.engine.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * The kernels compiled by g++ and put where the CUDA driver would be: a device that shares neither nvcc nor PTX nor any
 * line of the emulator with {@link EmulatedGpu}. A JVM has one driver, so programs that use it run in a JVM of their own.
 */
public final class TwinGpu {
    private static final Path FOLDER = Path.of("target", "twin");

    private final Path folder;

    private TwinGpu(Path folder) {
        this.folder = folder;
    }

    /**
     * What a program left.
     *
     * @param status its exit status
     * @param output standard output and error together
     */
    public record Outcome(int status, String output) {}

    /** Builds the library, if the kernels have changed since; without g++ the test is skipped and says so. */
    public static TwinGpu build() {
        Path script = Path.of("..", "kernels", "src", "twin", "build-twin").toAbsolutePath();
        Path folder = FOLDER.toAbsolutePath();
        if (!isThere("g++") || !isThere("bash")) {
            System.err.println("SKIPPED: no g++ to compile the kernels with");
            return Assumptions.abort("no g++");
        }
        Outcome outcome = run(List.of("bash", script.toString(), folder.toString()), Map.of());
        if (outcome.status != 0) {
            throw new IllegalStateException("g++ refuses the kernels:\n" + outcome.output);
        }
        return new TwinGpu(folder);
    }

    /**
     * Runs a class of the test class path with the twin as its GPU.
     *
     * @param schedule order in which a block's threads run: {@code forward}, {@code reverse} or a number to shuffle by
     * @param main class to run
     * @param arguments its arguments
     */
    public Outcome run(String schedule, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return run(command, Map.of("LD_LIBRARY_PATH", folder.toString(), "TWIN_SCHEDULE", schedule));
    }

    private static boolean isThere(String program) {
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(System.getProperty("path.separator"))) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private static Outcome run(List<String> command, Map<String, String> environment) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + String.join(" ", command), e);
        }
    }
}
