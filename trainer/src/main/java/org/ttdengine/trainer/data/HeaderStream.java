package org.ttdengine.trainer.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** A file read header by header: it jumps over the contents, and no forged length makes a header fill the memory. */
final class HeaderStream extends InputStream {
    /** The largest header in bytes, extended ones before it included; nested ones are read recursively. */
    private static final int MAX_HEADER = 256 << 10;

    private final FileChannel channel;
    private final long size;
    private long position;
    private int budget = MAX_HEADER;

    HeaderStream(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
        size = channel.size();
    }

    /** Bytes of the file. */
    long size() {
        return size;
    }

    /** Byte that is read next. */
    long position() {
        return position;
    }

    /** Goes to the next header. */
    void seek(long newPosition) {
        position = newPosition;
        budget = MAX_HEADER;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 1 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (budget == 0) {
            throw new IOException("a header is larger than " + (MAX_HEADER >> 10) + " KiB");
        }
        int count = channel.read(ByteBuffer.wrap(target, offset, Math.min(length, budget)), position);
        if (count > 0) {
            position += count;
            budget -= count;
        }
        return count;
    }

    @Override
    public int available() {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, size - position));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
