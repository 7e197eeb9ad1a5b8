package org.ttdengine.trainer.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads a text file line by line and knows at which byte each line starts; ends of line are LF or CRLF. */
final class Utf8Lines implements Closeable {
    /** The longest line read, in bytes. */
    static final int MAX_LINE = 1 << 20;

    private final Path file;
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int used;
    private int at;
    private byte[] line = new byte[256];
    private long position;
    private long start;
    private long number;

    /** Opens a file, past its byte order mark if it has one. */
    Utf8Lines(Path file) throws IOException {
        this.file = file;
        this.in = Files.newInputStream(file);
        used = Math.max(0, in.readNBytes(buffer, 0, buffer.length));
        if (startsWith(0xEF, 0xBB, 0xBF)) {
            at = 3;
            position = 3;
        } else if (startsWith(0xFF, 0xFE) || startsWith(0xFE, 0xFF)) {
            in.close();
            throw new IOException(file + ": is UTF-16; save it as UTF-8");
        }
    }

    /** The next line without its end, or null after the last. */
    String next() throws IOException {
        start = position;
        int length = 0;
        while (true) {
            if (at == used && !fill()) {
                break;
            }
            byte b = buffer[at++];
            position++;
            if (b == '\n') {
                break;
            }
            if (length == MAX_LINE) {
                throw new IOException(file + ":" + (number + 1) + ": the line is longer than " + MAX_LINE + " bytes");
            }
            if (length == line.length) {
                line = Arrays.copyOf(line, 2 * length);
            }
            line[length++] = b;
        }
        if (position == start) {
            return null;
        }
        number++;
        return decode(line, length);
    }

    /** The line at the beginning of {@code bytes}, without its end. */
    static String firstLine(byte[] bytes) {
        int length = 0;
        while (length < bytes.length && bytes[length] != '\n') {
            length++;
        }
        return decode(bytes, length);
    }

    /** Byte at which the last line read starts. */
    long start() {
        return start;
    }

    /** Number of the last line read, counted from 1. */
    long number() {
        return number;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private static String decode(byte[] bytes, int length) {
        int end = length > 0 && bytes[length - 1] == '\r' ? length - 1 : length;
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    private boolean fill() throws IOException {
        at = 0;
        used = Math.max(0, in.read(buffer));
        return used > 0;
    }

    private boolean startsWith(int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (i >= used || (buffer[i] & 0xff) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
