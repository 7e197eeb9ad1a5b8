package org.ttdengine.kernels.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The CUDA sources: one {@code .cu} file per module and the headers they share.
 *
 * @param directory {@code kernels/src/main/cuda}
 */
public record KernelSources(Path directory) {
    private static final String EXTENSION = ".cu";
    private static final Pattern INCLUDE = Pattern.compile("(?m)^\\s*#\\s*include\\s+\"([^\"]+)\"");

    /** Names of the modules in alphabetical order. */
    public List<String> modules() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(EXTENSION))
                    .map(name -> name.substring(0, name.length() - EXTENSION.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be listed", e);
        }
    }

    /** Name of a module's source file, relative to the directory. */
    public String file(String module) {
        return module + EXTENSION;
    }

    /** SHA-256 over the names and texts of a module's source and of all headers of ours it includes, directly or not. */
    public String hash(String module) {
        SortedSet<String> files = new TreeSet<>();
        collect(file(module), files);
        StringBuilder all = new StringBuilder();
        for (String file : files) {
            String text = read(file);
            all.append(file).append('\n').append(text.length()).append('\n').append(text);
        }
        return sha256(all.toString());
    }

    private void collect(String file, SortedSet<String> files) {
        if (!files.add(file)) {
            return;
        }
        Matcher include = INCLUDE.matcher(read(file));
        while (include.find()) {
            collect(include.group(1), files);
        }
    }

    private String read(String file) {
        try {
            return Files.readString(directory.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(directory.resolve(file) + " cannot be read", e);
        }
    }

    /** SHA-256 of a text, in hexadecimal. */
    public static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
