package org.ttdengine.trainer.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file whose contents have been indexed by offset. It is opened for each read: shards may number thousands, and an
 * interrupted thread closes no one else's channel.
 *
 * @param path the file
 * @param size its bytes when it was indexed
 */
record IndexedFile(Path path, long size) {
    /** Reads a stretch of the file. */
    byte[] read(long offset, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (channel.size() != size) {
                throw new IOException(path + ": has changed since it was opened; start again");
            }
            ByteBuffer buffer = ByteBuffer.allocate(length);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, offset + buffer.position()) < 0) {
                    throw new IOException(path + ": ends at " + size + " bytes, within a pair");
                }
            }
            return buffer.array();
        }
    }
}
