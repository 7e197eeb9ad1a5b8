package org.ttdengine.trainer.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** Image files: their extensions, and reading them with a bound on the memory. */
final class ImageFiles {
    /** The largest image file read, in bytes. */
    static final int MAX_BYTES = 256 << 20;

    private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "webp");

    private ImageFiles() {}

    /** Whether an extension, without its dot, is that of an image. */
    static boolean isImage(String extension) {
        return EXTENSIONS.contains(extension.toLowerCase(Locale.ROOT));
    }

    /** Checks a size before memory is given to it. */
    static int checkSize(long bytes) throws IOException {
        if (bytes > MAX_BYTES) {
            throw new IOException("is larger than " + (MAX_BYTES >> 20) + " MiB");
        }
        return (int) bytes;
    }

    /** All bytes of an image file. */
    static byte[] read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException("no such file: " + file);
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException("not a file: " + file);
        }
        int size = checkSize(Files.size(file));
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(size);
        }
    }
}
