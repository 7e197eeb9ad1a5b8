package org.ttdengine.trainer.run;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardWriterTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000L, 250_000_000));

    @TempDir
    private Path folder;

    /** The check value of CRC-32C in the catalogue of parametrised CRC algorithms, and TFRecord's mask of it. */
    @Test
    void theChecksumIsTheCastagnoliOne() {
        byte[] digits = "123456789".getBytes(US_ASCII);
        assertThat(crc(digits)).isEqualTo(0xe3069283);
        assertThat(TensorBoardWriter.maskedCrc(digits, 0, digits.length)).isEqualTo(0xc78ab0e5);
    }

    @Test
    void theFileIsTheGoldenOne() throws Exception {
        Path file = write(1, Map.of("loss", 0.5f), 3);
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(file)))
                .isEqualTo("1800000000000000a37f4b220900001040fc54d9411a0d627261696e2e4576656e743a32338d2fe9"
                        + "0f000000000000006d532b090900001040fc54d94110013a020801d161c2b91a0000000000000012"
                        + "9bd82d0900001040fc54d94110032a0d0a0b0a046c6f7373150000003f017aa16c");
    }

    @Test
    void anIndependentReaderFindsEveryScalar() throws Exception {
        Map<String, Float> values = new LinkedHashMap<>();
        values.put("loss", -1.25f);
        values.put("größe", Float.NaN);
        List<Event> events = read(Files.readAllBytes(write(301, values, 300_000_000_000L)));
        assertThat(events).hasSize(3);
        assertThat(events).allSatisfy(event -> assertThat(event.wallTime).isEqualTo(1_700_000_000.25));
        assertThat(events.get(0).version).isEqualTo("brain.Event:2");
        assertThat(events.get(1).step).isEqualTo(301);
        assertThat(events.get(1).sessionStatus).isEqualTo(1);
        assertThat(events.get(2).step).isEqualTo(300_000_000_000L);
        assertThat(events.get(2).scalars).isEqualTo(values);
    }

    @Test
    void aRunTakenUpWritesANewFileThatSortsLastAndPurges() throws Exception {
        Path first = write(1, Map.of("loss", 1f), 9);
        Path second = write(5, Map.of("loss", 2f), 5);
        assertThat(first.getFileName().toString()).isEqualTo("events.out.tfevents.1700000000.ttd-engine");
        assertThat(second.getFileName().toString())
                .isGreaterThan(first.getFileName().toString());
        Event start = read(Files.readAllBytes(second)).get(1);
        assertThat(start.sessionStatus).isEqualTo(1);
        assertThat(start.step).isEqualTo(5);
    }

    @Test
    void theListenerWritesEveryFieldButTheStep() throws Exception {
        try (RunFolder run = RunFolder.open(folder);
                TensorBoardLog log = TensorBoardLog.continueAfter(run, 6)) {
            log.step(Reports.ttd(7, 1, 0.75, 0.5, 0.25, 1.5, 1e-4, 12, 5, 3.5, 2285.5, 0.25));
            Path file = run.tensorBoard().resolve(run.tensorBoard().toFile().list()[0]);
            List<Event> events = read(Files.readAllBytes(file));
            assertThat(events.get(1).step).isEqualTo(7);
            assertThat(events.get(2).step).isEqualTo(7);
            assertThat(events.get(2).scalars.keySet())
                    .containsExactly(
                            "epoch",
                            "loss",
                            "loss_distill",
                            "loss_tag",
                            "grad_norm",
                            "lr",
                            "tags",
                            "tags_selected",
                            "images_per_s",
                            "step_ms",
                            "data_wait_ms");
            assertThat(events.get(2).scalars).containsEntry("lr", 1e-4f).containsEntry("tags", 12f);
        }
    }

    private Path write(long firstStep, Map<String, Float> values, long step) throws Exception {
        try (TensorBoardWriter writer = TensorBoardWriter.open(folder, firstStep, folder, CLOCK)) {
            writer.scalars(step, values);
            return writer.file();
        }
    }

    // The independent reader: TFRecord and protocol buffers from their specifications, bit by bit.

    private static final class Event {
        private double wallTime;
        private long step;
        private String version = "";
        private long sessionStatus;
        private final Map<String, Float> scalars = new LinkedHashMap<>();
    }

    private static List<Event> read(byte[] file) {
        List<Event> events = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            byte[] header = take(in, 8);
            assertThat(in.getInt()).isEqualTo(mask(crc(header)));
            byte[] data = take(in, (int) little(header).getLong());
            assertThat(in.getInt()).isEqualTo(mask(crc(data)));
            events.add(event(little(data)));
        }
        return events;
    }

    private static Event event(ByteBuffer in) {
        Event event = new Event();
        while (in.hasRemaining()) {
            int key = (int) varint(in);
            switch (key) {
                case 1 << 3 | 1 -> event.wallTime = in.getDouble();
                case 2 << 3 -> event.step = varint(in);
                case 3 << 3 | 2 -> event.version = text(in);
                case 5 << 3 | 2 -> summary(message(in), event);
                case 7 << 3 | 2 -> {
                    ByteBuffer session = message(in);
                    assertThat(varint(session)).isEqualTo(1 << 3);
                    event.sessionStatus = varint(session);
                }
                default -> throw new AssertionError("key " + key);
            }
        }
        return event;
    }

    private static void summary(ByteBuffer in, Event event) {
        while (in.hasRemaining()) {
            assertThat(varint(in)).isEqualTo(1 << 3 | 2);
            ByteBuffer value = message(in);
            assertThat(varint(value)).isEqualTo(1 << 3 | 2);
            String tag = text(value);
            assertThat(varint(value)).isEqualTo(2 << 3 | 5);
            event.scalars.put(tag, value.getFloat());
            assertThat(value.hasRemaining()).isFalse();
        }
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = in.get();
            value |= (b & 127L) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }

    private static ByteBuffer message(ByteBuffer in) {
        return little(take(in, (int) varint(in)));
    }

    private static String text(ByteBuffer in) {
        return UTF_8.decode(message(in)).toString();
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int mask(int crc) {
        return (crc >>> 15 | crc << 17) + 0xa282ead8;
    }

    /** Castagnoli's polynomial, reflected, one bit at a time. */
    private static int crc(byte[] bytes) {
        int crc = -1;
        for (byte b : bytes) {
            crc ^= b & 255;
            for (int i = 0; i < 8; i++) {
                crc = crc >>> 1 ^ (crc & 1) * 0x82f63b78;
            }
        }
        return ~crc;
    }
}
