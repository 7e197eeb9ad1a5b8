package org.ttdengine.vit.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The picture formats that are read, known by their first bytes; file names are never trusted. */
enum ImageFormat {
    JPEG(0, "\u00ff\u00d8\u00ff"),
    PNG(0, "\u0089PNG\r\n\u001a\n"),
    GIF(0, "GIF8"),
    WEBP(8, "WEBP"),
    BMP(0, "BM");

    private final int offset;
    private final String magic;

    ImageFormat(int offset, String magic) {
        this.offset = offset;
        this.magic = magic;
    }

    /** The format of a file's bytes, if it is one of these. */
    static Optional<ImageFormat> of(byte[] file) {
        return Arrays.stream(values()).filter(format -> format.matches(file)).findFirst();
    }

    private boolean matches(byte[] file) {
        int end = offset + magic.length();
        return file.length >= end
                && magic.equals(new String(file, offset, magic.length(), StandardCharsets.ISO_8859_1));
    }
}
