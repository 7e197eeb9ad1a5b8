package org.ttdengine.kernels.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs a program of the toolkit and collects what it prints. */
final class Command {
    /**
     * What a program left.
     *
     * @param status its exit status
     * @param output standard output and error together
     */
    record Result(int status, String output) {}

    private Command() {}

    /** The program of that name on the PATH. */
    static Optional<Path> find(String program) {
        String path = System.getenv("PATH");
        return Stream.of(path == null ? new String[0] : path.split(System.getProperty("path.separator")))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Runs a program to its end.
     *
     * @param directory its working directory
     * @param command program and arguments
     */
    static Result run(Path directory, List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + String.join(" ", command), e);
        }
    }
}
