package org.ttdengine.vit.image;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/** What the tests of this package read and compare with. */
final class TestData {
    private TestData() {}

    /** A resource beside this class. */
    static byte[] resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(TestData.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }

    /** The cells of a tab-separated resource, without its header line. */
    static List<String[]> table(String name) throws IOException {
        return new String(resource(name), StandardCharsets.US_ASCII)
                .lines()
                .skip(1)
                .map(line -> line.split("\t", -1))
                .toList();
    }

    /** CRC-32 as the Python scripts print it. */
    static String crc32(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return String.format("%08x", crc.getValue());
    }

    /** The picture of {@code make_resize_hashes.py}. */
    static RgbImage pattern(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) ((int) (i * 2654435761L) >> 24);
        }
        return new RgbImage(width, height, rgb);
    }

    /** A file below the folder {@code shared}, looked for upwards from the module; without it the test is skipped. */
    static Path shared(String path) {
        Path folder = Path.of(System.getProperty("user.dir")).toAbsolutePath();
        for (; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("shared").resolve(path))) {
                return folder.resolve("shared").resolve(path);
            }
        }
        System.err.println("SKIPPED: no shared/" + path);
        return abort("no folder 'shared' with " + path);
    }

    /** The bytes, little-endian, of a tensor in the golden outputs. */
    static ByteBuffer golden(String tensor) throws IOException {
        byte[] file = Files.readAllBytes(shared("golden/tiny_outputs.safetensors"));
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int headerLength = Math.toIntExact(bytes.getLong());
        String header = new String(file, 8, headerLength, StandardCharsets.UTF_8);
        Matcher entry = Pattern.compile(
                        "\"" + Pattern.quote(tensor) + "\":\\s*\\{[^}]*\"data_offsets\":\\s*\\[(\\d+),\\s*(\\d+)]")
                .matcher(header);
        if (!entry.find()) {
            throw new IOException("no golden tensor " + tensor);
        }
        int from = Integer.parseInt(entry.group(1));
        int to = Integer.parseInt(entry.group(2));
        return bytes.slice(8 + headerLength + from, to - from).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A golden tensor of type F32. */
    static float[] goldenFloats(String tensor) throws IOException {
        ByteBuffer bytes = golden(tensor);
        float[] values = new float[bytes.remaining() / 4];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    /** A golden tensor of type U8. */
    static byte[] goldenBytes(String tensor) throws IOException {
        ByteBuffer bytes = golden(tensor);
        byte[] values = new byte[bytes.remaining()];
        bytes.get(values);
        return values;
    }
}
