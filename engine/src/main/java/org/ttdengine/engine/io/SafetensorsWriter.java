package org.ttdengine.engine.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Shape;

/**
 * Collects tensors and writes them as one safetensors file. Tensors are ordered by element size, largest first, then by
 * name, so the same content gives the same bytes and every tensor is aligned to its element. Arrays are kept, not copied,
 * until {@link #write}.
 */
public final class SafetensorsWriter {
    private static final int CHUNK_ELEMENTS = 1 << 17;
    private static final int HEADER_ALIGNMENT = 8;

    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<Source> sources = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    /** Appends elements {@code from .. from + count} to a little-endian buffer. */
    @FunctionalInterface
    private interface Encoder {
        void encode(int from, int count, ByteBuffer target);
    }

    private record Source(TensorInfo info, Encoder encoder) {}

    /** Adds a line of free-form text; a key given again replaces the earlier value. */
    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    /** Adds an F32 tensor. */
    public SafetensorsWriter floats(String name, Shape shape, float[] values) {
        return add(name, DType.F32, shape, values.length, (from, count, target) -> {
            target.asFloatBuffer().put(values, from, count);
            target.position(target.position() + count * Float.BYTES);
        });
    }

    /** Adds an F16 tensor, rounding the values to nearest even. */
    public SafetensorsWriter halves(String name, Shape shape, float[] values) {
        return add(name, DType.F16, shape, values.length, (from, count, target) -> {
            for (int i = from; i < from + count; i++) {
                target.putShort(HalfPrecision.floatToHalf(values[i]));
            }
        });
    }

    /** Adds an I64 tensor. */
    public SafetensorsWriter longs(String name, Shape shape, long[] values) {
        return add(name, DType.I64, shape, values.length, (from, count, target) -> {
            for (int i = from; i < from + count; i++) {
                target.putLong(values[i]);
            }
        });
    }

    /** Adds a U8 tensor. */
    public SafetensorsWriter bytes(String name, Shape shape, byte[] values) {
        return raw(name, DType.U8, shape, values);
    }

    /** Adds a BOOL tensor. */
    public SafetensorsWriter bools(String name, Shape shape, boolean[] values) {
        return add(name, DType.BOOL, shape, values.length, (from, count, target) -> {
            for (int i = from; i < from + count; i++) {
                target.put((byte) (values[i] ? 1 : 0));
            }
        });
    }

    /** Adds a tensor of any type from its little-endian bytes, as {@link TensorFile#readBytes} gives them. */
    public SafetensorsWriter raw(String name, DType dtype, Shape shape, byte[] littleEndian) {
        int width = dtype.bytes();
        if (littleEndian.length % width != 0) {
            throw new IllegalArgumentException(
                    "tensor '" + name + "': " + littleEndian.length + " bytes are no whole number of " + dtype);
        }
        return add(
                name,
                dtype,
                shape,
                littleEndian.length / width,
                (from, count, target) -> target.put(littleEndian, from * width, count * width));
    }

    private SafetensorsWriter add(String name, DType dtype, Shape shape, int length, Encoder encoder) {
        if (shape.size() != length) {
            throw new IllegalArgumentException(
                    "tensor '" + name + "' has " + length + " values for the shape " + shape);
        }
        if (name.equals(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("a tensor cannot be named '" + name + "'");
        }
        if (!names.add(name)) {
            throw new IllegalArgumentException("a tensor named '" + name + "' was added before");
        }
        sources.add(new Source(new TensorInfo(name, dtype, shape), encoder));
        return this;
    }

    /**
     * Writes the file; an existing one is replaced only once the new one is complete on the disk.
     *
     * @throws TensorFileException if it cannot be written; the old file is then untouched
     */
    public void write(Path file) throws IOException {
        List<Source> sorted = sources.stream()
                .sorted(Comparator.<Source>comparingInt(s -> -s.info().dtype().bytes())
                        .thenComparing(s -> s.info().name()))
                .toList();
        byte[] header = header(sorted);
        if (header.length > SafetensorsReader.LARGEST_HEADER) {
            throw new TensorFileException(file, "would need a header of " + header.length + " bytes, above the limit");
        }
        AtomicFile.write(file, channel -> {
            ByteBuffer buffer = ByteBuffer.allocate(CHUNK_ELEMENTS * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            writeFully(channel, buffer.putLong(header.length));
            writeFully(channel, ByteBuffer.wrap(header).position(header.length));
            for (Source source : sorted) {
                int size = source.info().shape().size();
                for (int at = 0; at < size; ) {
                    int count = Math.min(CHUNK_ELEMENTS, size - at);
                    source.encoder().encode(at, count, buffer.clear());
                    writeFully(channel, buffer);
                    at += count;
                }
            }
        });
    }

    private byte[] header(List<Source> sorted) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart(SafetensorsHeader.METADATA);
                for (Map.Entry<String, String> entry : metadata.entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            }
            long offset = 0;
            for (Source source : sorted) {
                TensorInfo info = source.info();
                json.writeObjectFieldStart(info.name());
                json.writeStringField("dtype", info.dtype().name());
                json.writeFieldName("shape");
                json.writeArray(info.shape().toArray(), 0, info.shape().rank());
                json.writeFieldName("data_offsets");
                json.writeArray(new long[] {offset, offset + info.bytes()}, 0, 2);
                json.writeEndObject();
                offset += info.bytes();
            }
            json.writeEndObject();
        }
        byte[] unpadded = bytes.toByteArray();
        int length = (unpadded.length + HEADER_ALIGNMENT - 1) / HEADER_ALIGNMENT * HEADER_ALIGNMENT;
        byte[] padded = Arrays.copyOf(unpadded, length);
        Arrays.fill(padded, unpadded.length, length, (byte) ' ');
        return padded;
    }

    /** Writes the bytes put into a buffer so far. */
    private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        for (buffer.flip(); buffer.hasRemaining(); ) {
            channel.write(buffer);
        }
    }
}
