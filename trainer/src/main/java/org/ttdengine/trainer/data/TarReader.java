package org.ttdengine.trainer.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Lists the files in a tar without reading their contents. Commons Compress reads one header at a time: on its own it
 * would read all that lies between them.
 */
final class TarReader implements Closeable {
    private static final int RECORD = 512;

    private final HeaderStream stream;
    private long next;

    TarReader(Path file) throws IOException {
        stream = new HeaderStream(file);
    }

    /** Bytes of the tar. */
    long size() {
        return stream.size();
    }

    /**
     * The next regular file, or null after the last.
     *
     * @throws IOException if the header is broken or the contents are not all there
     */
    TarMember next() throws IOException {
        while (true) {
            TarArchiveEntry entry = nextEntry();
            if (entry == null) {
                return null;
            }
            long offset = stream.position();
            long size = entry.isDirectory() ? 0 : entry.getSize();
            if (size > stream.size() - offset) {
                throw new IOException("ends within " + entry.getName());
            }
            next = offset + (size + RECORD - 1) / RECORD * RECORD;
            if (entry.isSparse()) {
                throw new IOException("has a sparse member, which is not supported: " + entry.getName());
            }
            if (entry.isFile() && !entry.isLink() && !entry.isSymbolicLink()) {
                return new TarMember(entry.getName(), offset, size);
            }
        }
    }

    // Closing the archive stream would close the file.
    @SuppressWarnings("resource")
    private TarArchiveEntry nextEntry() throws IOException {
        if (next >= stream.size()) {
            return null;
        }
        stream.seek(next);
        return new TarArchiveInputStream(stream, RECORD, RECORD, StandardCharsets.UTF_8.name(), true).getNextEntry();
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
