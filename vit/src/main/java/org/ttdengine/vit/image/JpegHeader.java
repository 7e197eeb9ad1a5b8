package org.ttdengine.vit.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a JPEG file says ahead of its first scan (ITU-T T.81, annex B). */
final class JpegHeader {
    private static final int TEM = 0x01;
    private static final int RST0 = 0xd0;
    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int APP0 = 0xe0;
    private static final int APP14 = 0xee;
    private static final int APP15 = 0xef;
    private static final int COM = 0xfe;

    private final int width;
    private final int height;
    private final JpegColor color;
    private final byte[] coding;

    private JpegHeader(int width, int height, JpegColor color, byte[] coding) {
        this.width = width;
        this.height = height;
        this.color = color;
        this.coding = coding;
    }

    /** Columns. */
    int width() {
        return width;
    }

    /** Rows. */
    int height() {
        return height;
    }

    /** How the components stand for a colour. */
    JpegColor color() {
        return color;
    }

    /** The file without application data and comments: tables, frame, scans. Not a copy. */
    byte[] coding() {
        return coding;
    }

    /** Reads the segments up to the first scan and checks that the scans come to an end. */
    static JpegHeader parse(byte[] file) throws IOException {
        ByteArrayOutputStream coding = new ByteArrayOutputStream(file.length);
        coding.write(file, 0, 2);
        boolean jfif = false;
        int adobeTransform = JpegColor.NO_ADOBE_MARKER;
        byte[] frame = null;
        int at = nextMarker(file, 2);
        while (marker(file, at) != SOS) {
            int marker = marker(file, at);
            if (marker == TEM || (marker >= RST0 && marker <= SOI)) {
                at = nextMarker(file, at + 2);
                continue;
            }
            byte[] body = body(file, at);
            if (marker == APP0) {
                jfif |= body.length >= 14 && startsWith(body, "JFIF\0");
            } else if (marker == APP14 && body.length >= 12 && startsWith(body, "Adobe")) {
                adobeTransform = body[11] & 0xff;
            }
            if (isFrame(marker)) {
                frame = body;
            }
            if (!isCommentary(marker)) {
                coding.write(file, at, 4 + body.length);
            }
            at = nextMarker(file, at + 4 + body.length);
        }
        requireEnd(file, at);
        coding.write(file, at, file.length - at);
        return of(frame, jfif, adobeTransform, coding.toByteArray());
    }

    private static JpegHeader of(byte[] frame, boolean jfif, int adobeTransform, byte[] coding) throws IOException {
        if (frame == null || frame.length < 6 || frame.length < 6 + 3 * frame[5]) {
            throw new IOException("it has no complete frame header");
        }
        if (frame[0] != 8) {
            throw new IOException(frame[0] + " bits a sample instead of 8");
        }
        int[] ids = new int[Math.max(frame[5], 0)];
        for (int c = 0; c < ids.length; c++) {
            ids[c] = frame[6 + 3 * c] & 0xff;
        }
        return new JpegHeader(u16(frame, 3), u16(frame, 1), JpegColor.of(ids, jfif, adobeTransform), coding);
    }

    /** The position of the next marker's 0xff, with fill bytes and stray data passed over. */
    private static int nextMarker(byte[] file, int from) throws IOException {
        for (int at = from; at + 1 < file.length; at++) {
            int next = file[at + 1] & 0xff;
            if ((file[at] & 0xff) == 0xff && next != 0xff && next != 0) {
                if (next == EOI) {
                    break;
                }
                return at;
            }
        }
        throw new IOException("it ends before the first scan");
    }

    private static int marker(byte[] file, int at) {
        return file[at + 1] & 0xff;
    }

    private static byte[] body(byte[] file, int marker) throws IOException {
        int start = marker + 4;
        int length = start <= file.length ? u16(file, marker + 2) : 0;
        if (length < 2 || length > file.length - marker - 2) {
            throw new IOException("it is truncated or a segment's length is wrong");
        }
        return Arrays.copyOfRange(file, start, marker + 2 + length);
    }

    /** Coded data cannot hold the end-of-image marker, so a file without one was cut off. */
    private static void requireEnd(byte[] file, int scan) throws IOException {
        for (int at = scan; at + 1 < file.length; at++) {
            if ((file[at] & 0xff) == 0xff && (file[at + 1] & 0xff) == EOI) {
                return;
            }
        }
        throw new IOException("it is truncated (no end-of-image marker)");
    }

    private static boolean isFrame(int marker) {
        boolean table = marker == 0xc4 || marker == 0xc8 || marker == 0xcc;
        return marker >= 0xc0 && marker <= 0xcf && !table;
    }

    private static boolean isCommentary(int marker) {
        return marker == COM || (marker >= APP0 && marker <= APP15);
    }

    private static boolean startsWith(byte[] body, String text) {
        byte[] prefix = text.getBytes(StandardCharsets.ISO_8859_1);
        return Arrays.equals(body, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
    }
}
