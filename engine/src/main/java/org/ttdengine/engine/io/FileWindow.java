package org.ttdengine.engine.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A range of bytes of an open file, read at given positions and so from any thread.
 *
 * @param file for messages
 * @param channel open for reading; not owned
 * @param offset first byte of the range in the file
 * @param length bytes of the range, which may exceed 2 GiB
 */
record FileWindow(Path file, FileChannel channel, long offset, long length) {
    /** All of a file. */
    static FileWindow of(Path file, FileChannel channel) throws IOException {
        return new FileWindow(file, channel, 0, channel.size());
    }

    /** The {@code size} bytes from {@code from} on, which must lie inside this window. */
    FileWindow slice(long from, long size) {
        Objects.checkFromIndexSize(from, size, length);
        return new FileWindow(file, channel, offset + from, size);
    }

    /** Fills {@code target} with the bytes from {@code position} on. */
    void readFully(long position, ByteBuffer target) throws IOException {
        Objects.checkFromIndexSize(position, target.remaining(), length);
        long at = offset + position;
        while (target.hasRemaining()) {
            int count = channel.read(target, at);
            if (count < 0) {
                throw refuse("ended at byte " + at + " while it was being read; something else changed it");
            }
            at += count;
        }
    }

    /** The {@code size} bytes from {@code position} on, ready to be read as little-endian numbers. */
    ByteBuffer read(long position, int size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        readFully(position, bytes);
        return bytes.flip();
    }

    TensorFileException refuse(String problem) {
        return new TensorFileException(file, problem);
    }
}
