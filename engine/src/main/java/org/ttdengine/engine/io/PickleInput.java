package org.ttdengine.engine.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The bytes of one or more pickles, read forwards. A length is believed only if that many bytes really follow. */
final class PickleInput {
    /** A pickle this long is no checkpoint's table of contents. */
    private static final long LARGEST_PICKLE = 256L << 20;

    private static final int BUFFER_BYTES = 1 << 16;

    private final FileWindow file;
    private final long end;
    private final ByteBuffer buffer;
    private long bufferEnd;

    PickleInput(FileWindow file) {
        this.file = file;
        this.end = Math.min(file.length(), LARGEST_PICKLE);
        this.buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, end))
                .order(ByteOrder.LITTLE_ENDIAN)
                .limit(0);
    }

    /** Bytes read so far. */
    long position() {
        return bufferEnd - buffer.remaining();
    }

    int u8() throws IOException {
        return need(1).get() & 0xff;
    }

    int u16() throws IOException {
        return need(2).getShort() & 0xffff;
    }

    int i32() throws IOException {
        return need(4).getInt();
    }

    long u32() throws IOException {
        return i32() & 0xffffffffL;
    }

    long i64() throws IOException {
        return need(8).getLong();
    }

    /** The one big-endian number of the format. */
    double bigEndianDouble() throws IOException {
        return Double.longBitsToDouble(Long.reverseBytes(i64()));
    }

    byte[] bytes(long count) throws IOException {
        if (count < 0 || count > end - position()) {
            throw refuse("a value of " + Long.toUnsignedString(count) + " bytes does not fit the rest of the pickle");
        }
        byte[] bytes = new byte[(int) count];
        int buffered = Math.min(bytes.length, buffer.remaining());
        buffer.get(bytes, 0, buffered);
        int rest = bytes.length - buffered;
        if (rest > 0) {
            file.readFully(bufferEnd, ByteBuffer.wrap(bytes, buffered, rest));
            bufferEnd += rest;
        }
        return bytes;
    }

    /** The bytes up to the next line feed, which is consumed, as Latin-1 text. */
    String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = u8(); b != '\n'; b = u8()) {
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    TensorFileException refuse(String problem) {
        return file.refuse("the pickle is damaged at byte " + position() + ": " + problem);
    }

    FileWindow file() {
        return file;
    }

    /** The buffer with at least {@code count} bytes left in it. */
    private ByteBuffer need(int count) throws IOException {
        if (buffer.remaining() < count) {
            buffer.compact();
            int wanted = (int) Math.min(buffer.remaining(), end - bufferEnd);
            buffer.limit(buffer.position() + wanted);
            file.readFully(bufferEnd, buffer);
            bufferEnd += wanted;
            buffer.flip();
            if (buffer.remaining() < count) {
                throw refuse("it ends early");
            }
        }
        return buffer;
    }
}
