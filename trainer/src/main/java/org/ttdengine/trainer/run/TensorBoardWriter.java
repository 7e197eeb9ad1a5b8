package org.ttdengine.trainer.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Writes scalars for TensorBoard: a file of TFRecords (length, masked CRC32C of the length, data, masked CRC32C of the
 * data; little-endian) that hold Event messages. A run that is taken up opens a new file, which tells TensorBoard to
 * forget what the earlier ones say about the steps to come.
 */
public final class TensorBoardWriter implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("events\\.out\\.tfevents\\.(\\d{10})\\.ttd-engine");

    private final Path file;
    private final Path run;
    private final FileChannel channel;
    private final InstantSource clock;

    private TensorBoardWriter(Path file, Path run, FileChannel channel, InstantSource clock) {
        this.file = file;
        this.run = run;
        this.channel = channel;
        this.clock = clock;
    }

    /**
     * Opens a new events file.
     *
     * @param folder created where absent
     * @param firstStep the first step that will be written; TensorBoard drops it and later ones of earlier files
     * @param run the run folder, for the messages of errors
     * @param clock wall time of the events
     */
    public static TensorBoardWriter open(Path folder, long firstStep, Path run, InstantSource clock)
            throws IOException {
        FileChannel channel;
        Path file;
        try {
            Files.createDirectories(folder);
            file = folder.resolve(name(folder, clock.instant().getEpochSecond()));
            channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw Disk.writeFailed(folder, run, e);
        }
        TensorBoardWriter writer = new TensorBoardWriter(file, run, channel, clock);
        try {
            writer.write(EventProto.fileVersion(writer.wallTime()));
            writer.write(EventProto.sessionStart(writer.wallTime(), firstStep));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return writer;
    }

    /** Writes the values of one step as one event. */
    public void scalars(long step, Map<String, Float> values) throws IOException {
        ByteArrayOutputStream summary = new ByteArrayOutputStream();
        values.forEach((tag, value) -> summary.writeBytes(EventProto.scalar(tag, value)));
        write(EventProto.summary(wallTime(), step, summary.toByteArray()));
    }

    /** The events file. */
    public Path file() {
        return file;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private double wallTime() {
        Instant now = clock.instant();
        return now.getEpochSecond() + now.getNano() * 1e-9;
    }

    private void write(byte[] data) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(data.length + Long.BYTES + 2 * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(data.length);
        record.putInt(maskedCrc(record.array(), 0, Long.BYTES));
        record.put(data).putInt(maskedCrc(data, 0, data.length));
        record.flip();
        try {
            while (record.hasRemaining()) {
                channel.write(record);
            }
        } catch (IOException e) {
            throw Disk.writeFailed(file, run, e);
        }
    }

    /** TFRecord's checksum: CRC32C, rotated and offset, so that checksums of data with checksums stay sound. */
    static int maskedCrc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    /** TensorBoard reads the files of a folder in the order of their names, so a new name must sort after the others. */
    private static String name(Path folder, long now) throws IOException {
        long last;
        try (Stream<Path> list = Files.list(folder)) {
            last = list.map(path -> NAME.matcher(path.getFileName().toString()))
                    .filter(Matcher::matches)
                    .mapToLong(matcher -> Long.parseLong(matcher.group(1)))
                    .max()
                    .orElse(0);
        }
        return String.format(Locale.ROOT, "events.out.tfevents.%010d.ttd-engine", Math.max(now, last + 1));
    }
}
