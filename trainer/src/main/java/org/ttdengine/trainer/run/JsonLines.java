package org.ttdengine.trainer.run;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file of JSON objects, one per line, that is appended to. Every line goes to the file at once and whole. Numbers are
 * printed so that they read back exactly; NaN and the infinities are strings.
 */
public final class JsonLines implements AutoCloseable {
    /** A longer line was not written by this class; it is dropped by {@link #truncateAfter} without being held. */
    private static final int MAX_LINE = 1 << 20;

    private final Path file;
    private final Path run;
    private final FileChannel channel;

    private JsonLines(Path file, Path run, FileChannel channel) {
        this.file = file;
        this.run = run;
        this.channel = channel;
    }

    /**
     * Opens {@code file} for appending, creating it where absent.
     *
     * @param run the run folder, for the messages of errors
     */
    public static JsonLines append(Path file, Path run) throws IOException {
        try {
            return new JsonLines(
                    file,
                    run,
                    FileChannel.open(
                            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw Disk.writeFailed(file, run, e);
        }
    }

    /** Appends one object as a line. */
    public void write(ObjectNode object) throws IOException {
        ByteBuffer line =
                ByteBuffer.wrap((Json.MAPPER.writeValueAsString(object) + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (line.hasRemaining()) {
                channel.write(line);
            }
        } catch (IOException e) {
            throw Disk.writeFailed(file, run, e);
        }
    }

    /** Waits until all lines are on the device. */
    public void sync() throws IOException {
        try {
            channel.force(true);
        } catch (IOException e) {
            throw Disk.writeFailed(file, run, e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /**
     * Keeps the lines whose {@code step} is at most {@code step}, byte for byte, and drops all others: later steps, and
     * what an interrupted write left. The file is replaced in one rename. Nothing happens where it does not exist.
     *
     * @param run the run folder, for the messages of errors
     * @return lines kept
     */
    public static long truncateAfter(Path file, long step, Path run) throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        try {
            long kept = copyUpTo(file, temporary, step);
            Disk.syncFile(temporary);
            Disk.rename(temporary, file);
            return kept;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            IOException failure = Disk.writeFailed(file, run, e);
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
    }

    private static long copyUpTo(Path from, Path to, long step) throws IOException {
        long kept = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(from));
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(to))) {
            for (Optional<byte[]> line = readLine(in); line.isPresent(); line = readLine(in)) {
                if (isUpTo(line.get(), step)) {
                    out.write(line.get());
                    kept++;
                }
            }
        }
        return kept;
    }

    /** The next line with its line feed; without one at the end of the file or where it is too long to be a line. */
    private static Optional<byte[]> readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b = in.read();
        if (b < 0) {
            return Optional.empty();
        }
        while (b >= 0 && b != '\n') {
            if (line.size() < MAX_LINE) {
                line.write(b);
            }
            b = in.read();
        }
        if (b == '\n' && line.size() < MAX_LINE) {
            line.write(b);
        }
        return Optional.of(line.toByteArray());
    }

    private static boolean isUpTo(byte[] line, long step) throws IOException {
        if (line.length == 0 || line[line.length - 1] != '\n') {
            return false;
        }
        try {
            JsonNode value = Json.MAPPER.readTree(line).path("step");
            return value.canConvertToLong() && value.isIntegralNumber() && value.longValue() <= step;
        } catch (JacksonException e) {
            // What a crash of the machine may leave in place of a line, such as zero bytes, is no step.
            return false;
        }
    }
}
