package org.ttdengine.vit.image;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The frame of a PNG file: chunks of length, type, data, checksum (ISO/IEC 15948, section 5.3). */
final class PngChunks {
    private static final int SIGNATURE_BYTES = 8;
    private static final int FRAME_BYTES = 12;
    private static final int IEND = 0x49454e44;

    private PngChunks() {}

    /** Refuses a file in which a chunk is longer than what is left, or which lacks its end. */
    static void check(byte[] file) throws IOException {
        ByteBuffer chunks = ByteBuffer.wrap(file).position(SIGNATURE_BYTES);
        while (chunks.remaining() >= FRAME_BYTES) {
            int length = chunks.getInt();
            int type = chunks.getInt();
            if (length < 0 || length > chunks.remaining() - 4) {
                throw new IOException("it is truncated or a chunk's length is wrong");
            }
            if (type == IEND) {
                return;
            }
            chunks.position(chunks.position() + length + 4);
        }
        throw new IOException("it is truncated (no end chunk)");
    }
}
