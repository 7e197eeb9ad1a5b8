package org.ttdengine.kernels.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The CUDA compiler, from CUDA C++ to the PTX we ship. nvcc stamps its own newest PTX version on everything; a driver of
 * the CUDA 12 era refuses that, so the version is lowered to {@link #PTX_VERSION}. Whether the text keeps to that version
 * is what the assembler of CUDA 12.0 then proves.
 *
 * @param program path of nvcc
 * @param release its release, for example {@code 13.0.88}
 */
public record Nvcc(Path program, String release) {
    /** PTX language version of all modules: that of CUDA 12.0. */
    public static final String PTX_VERSION = "8.0";

    private static final List<String> OPTIONS =
            List.of("-ptx", "-arch=compute_80", "-O3", "-std=c++17", "--fmad=true", "-Werror=all-warnings");
    private static final Pattern RELEASE = Pattern.compile("release \\S+, V(\\S+)");
    private static final Pattern VERSION = Pattern.compile("(?m)^\\.version\\s+\\S+$");

    /** The nvcc on the PATH, if there is one. */
    public static Optional<Nvcc> find() {
        return Command.find("nvcc").map(program -> {
            Command.Result result = Command.run(Path.of("."), List.of(program.toString(), "--version"));
            Matcher release = RELEASE.matcher(result.output());
            if (!release.find()) {
                throw new IllegalStateException(program + " does not name its release:\n" + result.output());
            }
            return new Nvcc(program, release.group(1));
        });
    }

    /** Options of every compilation. */
    public static String options() {
        return String.join(" ", OPTIONS);
    }

    /**
     * Compiles a module.
     *
     * @return PTX without nvcc's comments and empty lines, under a head line of ours
     * @throws IllegalStateException with the compiler's messages if it refuses the source
     */
    public String compile(KernelSources sources, String module) {
        try {
            Path output = Files.createTempFile(module, ".ptx");
            try {
                List<String> command = new ArrayList<>();
                command.add(program.toString());
                command.addAll(OPTIONS);
                // A relative name, for nvcc derives names of internal symbols from it.
                command.addAll(List.of(sources.file(module), "-o", output.toString()));
                Command.Result result = Command.run(sources.directory(), command);
                if (result.status() != 0) {
                    throw new IllegalStateException("nvcc refuses " + sources.file(module) + ":\n" + result.output());
                }
                return normalise(sources.file(module), Files.readString(output));
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("PTX of " + module, e);
        }
    }

    private String normalise(String file, String ptx) {
        String body = ptx.lines()
                .map(String::stripTrailing)
                .filter(line -> !line.isEmpty() && !line.stripLeading().startsWith("//"))
                .collect(Collectors.joining("\n", "", "\n"));
        String relabelled = VERSION.matcher(body).replaceFirst(".version " + PTX_VERSION);
        return "// " + file + ", compiled by nvcc " + release + "; see kernels.lock.json\n" + relabelled;
    }
}
