package org.ttdengine.trainer.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes tars for tests. */
final class TarFiles {
    private TarFiles() {}

    /** A tar of members given as name, contents, name, contents; a name that ends in / is a folder. */
    static Path write(Path file, int longFileMode, String... namesAndContents) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
            tar.setLongFileMode(longFileMode);
            tar.setAddPaxHeadersForNonAsciiNames(longFileMode == TarArchiveOutputStream.LONGFILE_POSIX);
            for (int i = 0; i < namesAndContents.length; i += 2) {
                put(tar, namesAndContents[i], namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8));
            }
        }
        return file;
    }

    static Path write(Path file, String... namesAndContents) throws IOException {
        return write(file, TarArchiveOutputStream.LONGFILE_POSIX, namesAndContents);
    }

    /** A tar with a symbolic link between the members of a sample. */
    static Path writeWithLink(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
            put(tar, "a.jpg", "A".getBytes(StandardCharsets.UTF_8));
            TarArchiveEntry link = new TarArchiveEntry("a.txt", TarConstants.LF_SYMLINK);
            link.setLinkName("/etc/passwd");
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
            put(tar, "b.jpg", "B".getBytes(StandardCharsets.UTF_8));
            put(tar, "b.txt", "two".getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    /** Adds a file. */
    static void put(TarArchiveOutputStream tar, String name, byte[] bytes) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }
}
