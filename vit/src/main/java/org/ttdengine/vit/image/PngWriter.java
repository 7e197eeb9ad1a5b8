package org.ttdengine.vit.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes PNG files (ISO/IEC 15948). A file appears whole or not at all: it is written beside its place under another
 * name, then moved.
 */
public final class PngWriter {
    private static final byte[] SIGNATURE = "\u0089PNG\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte TRUECOLOR = 2;
    private static final byte INDEXED = 3;
    private static final byte FILTER_NONE = 0;
    private static final byte FILTER_PAETH = 4;

    private PngWriter() {}

    /** Writes an RGB file, replacing an older one. */
    public static void write(Path file, RgbImage image) throws IOException {
        writeWhole(file, encode(image));
    }

    /**
     * Writes a palette file, replacing an older one.
     *
     * @param indices {@code [height, width]} palette positions
     * @param palette 1 to 256 colours, {@code 0xRRGGBB}
     */
    public static void writeIndexed(Path file, int width, int height, byte[] indices, int[] palette)
            throws IOException {
        writeWhole(file, encodeIndexed(width, height, indices, palette));
    }

    /** The bytes of an RGB file. */
    public static byte[] encode(RgbImage image) {
        int rowBytes = 3 * image.width();
        byte[] filtered = new byte[Math.multiplyExact(image.height(), rowBytes + 1)];
        for (int y = 0; y < image.height(); y++) {
            filtered[y * (rowBytes + 1)] = FILTER_PAETH;
            paeth(image.rgb(), y, rowBytes, filtered, y * (rowBytes + 1) + 1);
        }
        return assemble(image.width(), image.height(), TRUECOLOR, null, filtered);
    }

    /** The bytes of a palette file; arguments as for {@link #writeIndexed}. */
    public static byte[] encodeIndexed(int width, int height, byte[] indices, int[] palette) {
        if (width < 1 || height < 1 || indices.length != (long) width * height) {
            throw new IllegalArgumentException(indices.length + " indices do not fill " + width + "x" + height);
        }
        if (palette.length < 1 || palette.length > 256) {
            throw new IllegalArgumentException("a palette has 1 to 256 colours, not " + palette.length);
        }
        for (byte index : indices) {
            if ((index & 0xff) >= palette.length) {
                throw new IllegalArgumentException(
                        "index " + (index & 0xff) + " lies outside the palette of " + palette.length + " colours");
            }
        }
        byte[] colors = new byte[3 * palette.length];
        for (int i = 0; i < palette.length; i++) {
            colors[3 * i] = (byte) (palette[i] >> 16);
            colors[3 * i + 1] = (byte) (palette[i] >> 8);
            colors[3 * i + 2] = (byte) palette[i];
        }
        byte[] filtered = new byte[Math.multiplyExact(height, width + 1)];
        for (int y = 0; y < height; y++) {
            filtered[y * (width + 1)] = FILTER_NONE;
            System.arraycopy(indices, y * width, filtered, y * (width + 1) + 1, width);
        }
        return assemble(width, height, INDEXED, colors, filtered);
    }

    /** Paeth's predictor (section 9.4): each byte less the neighbour nearest to left + above - upper left. */
    private static void paeth(byte[] rgb, int y, int rowBytes, byte[] filtered, int out) {
        int row = y * rowBytes;
        for (int i = 0; i < rowBytes; i++) {
            int left = i < 3 ? 0 : rgb[row + i - 3] & 0xff;
            int above = y == 0 ? 0 : rgb[row + i - rowBytes] & 0xff;
            int upperLeft = i < 3 || y == 0 ? 0 : rgb[row + i - rowBytes - 3] & 0xff;
            int toLeft = Math.abs(above - upperLeft);
            int toAbove = Math.abs(left - upperLeft);
            int toUpperLeft = Math.abs(left + above - 2 * upperLeft);
            int prediction =
                    toLeft <= toAbove && toLeft <= toUpperLeft ? left : toAbove <= toUpperLeft ? above : upperLeft;
            filtered[out + i] = (byte) (rgb[row + i] - prediction);
        }
    }

    private static byte[] assemble(int width, int height, byte colorType, byte[] palette, byte[] filtered) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(SIGNATURE);
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        header.put((byte) 8).put(colorType);
        chunk(png, "IHDR", header.array());
        if (palette != null) {
            chunk(png, "PLTE", palette);
        }
        chunk(png, "IDAT", deflate(filtered));
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] data) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length);
        chunk.put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, 4 + data.length);
        chunk.putInt((int) crc.getValue());
        png.writeBytes(chunk.array());
    }

    private static byte[] deflate(byte[] data) {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(data);
            deflater.finish();
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            byte[] buffer = new byte[1 << 16];
            while (!deflater.finished()) {
                packed.write(buffer, 0, deflater.deflate(buffer));
            }
            return packed.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static void writeWhole(Path file, byte[] content) throws IOException {
        Path target = file.toAbsolutePath();
        Path draft = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            Files.write(draft, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try {
                Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new IOException(
                    file + ": cannot be written (" + e.getClass().getSimpleName() + ": " + e.getMessage() + ")", e);
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
