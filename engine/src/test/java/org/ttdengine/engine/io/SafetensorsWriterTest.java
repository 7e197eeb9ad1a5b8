package org.ttdengine.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Shape;

class SafetensorsWriterTest {
    @TempDir
    Path folder;

    @Test
    void tensorsOfRandomShapesComeBack() throws IOException {
        Random random = new Random(1);
        for (int round = 0; round < 30; round++) {
            int[] sizes = random.ints(random.nextInt(5), 0, 7).toArray();
            Shape shape = Shape.of(sizes);
            int size = shape.size();
            float[] floats = new float[size];
            long[] longs = new long[size];
            boolean[] bools = new boolean[size];
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            for (int i = 0; i < size; i++) {
                floats[i] = (float) random.nextGaussian();
                longs[i] = random.nextLong();
                bools[i] = random.nextBoolean();
            }
            Path path = folder.resolve("round.safetensors");
            new SafetensorsWriter()
                    .floats("f", shape, floats)
                    .halves("h", shape, floats)
                    .longs("l", shape, longs)
                    .bytes("u", shape, bytes)
                    .bools("b", shape, bools)
                    .raw("r", DType.I8, shape, bytes)
                    .write(path);
            try (TensorFile file = TensorFiles.open(path)) {
                assertThat(file.info("h")).isEqualTo(new TensorInfo("h", DType.F16, shape));
                assertThat(file.readFloats("f")).containsExactly(floats);
                assertThat(ByteBuffer.wrap(file.readBytes("l"))
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .asLongBuffer())
                        .isEqualTo(LongBuffer.wrap(longs));
                assertThat(file.readBytes("u")).isEqualTo(bytes);
                assertThat(file.readBytes("r")).isEqualTo(bytes);
                float[] halves = file.readFloats("h");
                float[] ones = file.readFloats("b");
                for (int i = 0; i < size; i++) {
                    assertThat(halves[i]).isEqualTo(HalfPrecision.halfToFloat(HalfPrecision.floatToHalf(floats[i])));
                    assertThat(ones[i]).isEqualTo(bools[i] ? 1 : 0);
                }
            }
        }
    }

    @Test
    void aTensorLongerThanTheWritersAndReadersChunksComesBack() throws IOException {
        int size = (1 << 18) + 3;
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = i;
        }
        Path path = folder.resolve("long.safetensors");
        new SafetensorsWriter()
                .floats("f", Shape.of(size), values)
                .halves("h", Shape.of(size), values)
                .write(path);
        try (TensorFile file = TensorFiles.open(path)) {
            assertThat(file.readFloats("f")).isEqualTo(values);
            assertThat(file.readFloats("h")[2047]).isEqualTo(2047);
            assertThat(file.readFloats("h")[size - 1]).isInfinite();
        }
    }

    @Test
    void tensorsAreOrderedByElementSizeThenNameBehindAPaddedHeader() throws IOException {
        Path path = folder.resolve("order.safetensors");
        new SafetensorsWriter()
                .bytes("a", Shape.of(1), new byte[1])
                .floats("z", Shape.of(1), new float[1])
                .floats("b", Shape.of(), new float[1])
                .longs("y", Shape.of(1), new long[1])
                .metadata("format", "pt")
                .write(path);
        try (TensorFile file = TensorFiles.open(path)) {
            assertThat(file.names()).containsExactly("y", "b", "z", "a");
            assertThat(file.metadata()).isEqualTo(Map.of("format", "pt"));
        }
        byte[] bytes = Files.readAllBytes(path);
        long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertThat(header % 8).isZero();
        assertThat(new String(bytes, 8, (int) header, StandardCharsets.UTF_8))
                .startsWith("{\"__metadata__\":{\"format\":\"pt\"},\"y\":{\"dtype\":\"I64\",\"shape\":[1],"
                        + "\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}");
        assertThat(bytes).hasSize((int) (8 + header + 8 + 4 + 4 + 1));
    }

    @Test
    void theSameContentGivesTheSameBytesWhateverTheOrder() throws IOException {
        Path first = folder.resolve("1.safetensors");
        Path second = folder.resolve("2.safetensors");
        float[] values = {1, 2};
        new SafetensorsWriter()
                .floats("a", Shape.of(2), values)
                .halves("b", Shape.of(2), values)
                .write(first);
        new SafetensorsWriter()
                .halves("b", Shape.of(2), values)
                .floats("a", Shape.of(2), values)
                .write(second);
        assertThat(second).hasSameBinaryContentAs(first);
    }

    @Test
    void anEmptyFileIsLegal() throws IOException {
        Path path = folder.resolve("empty.safetensors");
        new SafetensorsWriter().write(path);
        try (TensorFile file = TensorFiles.open(path)) {
            assertThat(file.names()).isEmpty();
        }
    }

    @Test
    void mistakesOfTheCallerAreRefused() {
        SafetensorsWriter writer = new SafetensorsWriter().floats("a", Shape.of(1), new float[1]);
        assertThatThrownBy(() -> writer.floats("a", Shape.of(1), new float[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a tensor named 'a' was added before");
        assertThatThrownBy(() -> writer.floats("b", Shape.of(2, 3), new float[5]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tensor 'b' has 5 values for the shape [2, 3]");
        assertThatThrownBy(() -> writer.floats("__metadata__", Shape.of(1), new float[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a tensor cannot be named '__metadata__'");
        assertThatThrownBy(() -> writer.raw("c", DType.F32, Shape.of(1), new byte[5]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tensor 'c': 5 bytes are no whole number of F32");
    }

    @Test
    void aFailedWriteLeavesTheOldFileAndNoTemporaryFile() throws IOException {
        Path path = Files.writeString(folder.resolve("model.safetensors"), "the old file");
        assertThatThrownBy(() -> AtomicFile.write(path, channel -> {
                    channel.write(ByteBuffer.allocate(1000));
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(TensorFileException.class)
                .hasMessage(path + ": cannot be written: No space left on device");
        assertThat(path).hasContent("the old file");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void aSuccessfulWriteReplacesTheOldFileAndLeavesNoTemporaryFile() throws IOException {
        Path path = Files.writeString(folder.resolve("model.safetensors"), "the old file");
        new SafetensorsWriter().floats("a", Shape.of(1), new float[] {3}).write(path);
        try (TensorFile file = TensorFiles.open(path)) {
            assertThat(file.readFloats("a")).containsExactly(3);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void anOpenFileKeepsItsContentWhileItIsReplaced() throws IOException {
        Path path = folder.resolve("model.safetensors");
        new SafetensorsWriter().floats("a", Shape.of(1), new float[] {3}).write(path);
        try (TensorFile old = TensorFiles.open(path)) {
            new SafetensorsWriter().floats("a", Shape.of(1), new float[] {4}).write(path);
            assertThat(old.readFloats("a")).containsExactly(3);
        }
    }

    @Test
    void aMissingFolderIsRefused() {
        Path path = folder.resolve("missing/model.safetensors");
        assertThatThrownBy(() -> new SafetensorsWriter().write(path))
                .isInstanceOf(TensorFileException.class)
                .hasMessage(path + ": cannot be written: the folder " + path.getParent() + " does not exist");
    }
}
