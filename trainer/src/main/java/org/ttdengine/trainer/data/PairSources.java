package org.ttdengine.trainer.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Locale;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** Opens what {@code --data} names. */
public final class PairSources {
    private static final List<String> COMPRESSED = List.of(".tar.gz", ".tgz", ".tar.zst", ".tar.bz2", ".tar.xz");

    private PairSources() {}

    /**
     * Opens a list ({@link TsvPairs}), a tar, a folder with tars or a pattern such as {@code shards/*.tar}
     * ({@link TarPairs}), or a folder of images with captions beside them ({@link FolderPairs}).
     *
     * @throws IOException if there is nothing of that name, or no pair in it
     */
    public static PairSource open(String spec) throws IOException {
        Path path = path(spec);
        if (path != null && Files.isDirectory(path)) {
            List<Path> tars = tarsIn(path);
            return tars.isEmpty() ? FolderPairs.open(path) : TarPairs.open(tars, spec);
        }
        if (path == null || !Files.exists(path)) {
            if (isPattern(spec)) {
                return TarPairs.open(matching(spec), spec);
            }
            throw new IOException(spec + ": no such file or folder");
        }
        String lower = spec.toLowerCase(Locale.ROOT);
        for (String compressed : COMPRESSED) {
            if (lower.endsWith(compressed)) {
                throw new IOException(spec + ": is compressed; decompress it to a plain .tar first");
            }
        }
        return lower.endsWith(".tar") ? TarPairs.open(List.of(path), spec) : TsvPairs.open(path);
    }

    private static Path path(String spec) throws IOException {
        try {
            return Path.of(spec);
        } catch (InvalidPathException e) {
            if (isPattern(spec)) {
                return null;
            }
            throw new IOException(spec + ": is no file name: " + e.getReason(), e);
        }
    }

    private static boolean isPattern(String spec) {
        return spec.indexOf('*') >= 0 || spec.indexOf('?') >= 0 || spec.indexOf('[') >= 0 || spec.indexOf('{') >= 0;
    }

    private static List<Path> tarsIn(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(child -> child.getFileName().toString().endsWith(".tar"))
                    .filter(child -> !child.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    /** The files a pattern matches, in alphabetical order: the folders before the first wildcard are searched. */
    private static List<Path> matching(String pattern) throws IOException {
        String[] parts = pattern.split("/", -1);
        int literal = 0;
        while (literal < parts.length - 1 && !isPattern(parts[literal])) {
            literal++;
        }
        String prefix = String.join("/", List.of(parts).subList(0, literal));
        Path base = Path.of(literal == 0 ? "." : prefix.isEmpty() ? "/" : prefix);
        if (!Files.isDirectory(base)) {
            throw new IOException(pattern + ": no such folder: " + base);
        }
        List<Path> files;
        PathMatcher matcher = matcher(pattern, String.join("/", List.of(parts).subList(literal, parts.length)));
        try (Stream<Path> found = Files.walk(base, parts.length - literal)) {
            files = found.filter(file -> matcher.matches(base.relativize(file)) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (files.isEmpty()) {
            throw new IOException(pattern + ": matches no file");
        }
        for (Path file : files) {
            if (!file.toString().endsWith(".tar")) {
                throw new IOException(pattern + ": matches " + file + ", which is no .tar");
            }
        }
        return files;
    }

    private static PathMatcher matcher(String pattern, String glob) throws IOException {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException e) {
            throw new IOException(pattern + ": is no file and no pattern: " + e.getDescription(), e);
        }
    }
}
