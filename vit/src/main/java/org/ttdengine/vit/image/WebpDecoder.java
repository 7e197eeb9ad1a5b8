package org.ttdengine.vit.image;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Still WebP by TwelveMonkeys' decoder, which is only shown the picture chunk: its size is then the size that is
 * decoded, and no transparency or colour profile takes part.
 */
final class WebpDecoder {
    private static final int LOSSY = fourCc("VP8 ");
    private static final int LOSSLESS = fourCc("VP8L");
    private static final int ANIMATION = fourCc("ANIM");
    private static final int FRAME = fourCc("ANMF");

    /** The decoder keeps every block of a lossy picture as objects, some fifty bytes a pixel. */
    private static final long MOST_PIXELS = 1 << 24;

    /** Zeros after the picture, as the decoder reads some bytes ahead. */
    private static final int READ_AHEAD = 64;

    private WebpDecoder() {}

    /** Decodes a file; failures carry a reason but no file name. */
    static RgbImage decode(byte[] file, PixelLimit limit) throws IOException {
        byte[] still = pictureChunkOnly(file);
        return SamplesToRgb.convert(StandardDecoder.using(
                new WebPImageReaderSpi().createReaderInstance(null),
                new StrictInput(still),
                reader -> StandardDecoder.firstPicture(reader, limit.atMost(MOST_PIXELS))));
    }

    /** A simple file format container (RFC 9649, section 2) around the first VP8 or VP8L chunk. */
    private static byte[] pictureChunkOnly(byte[] file) throws IOException {
        ByteBuffer chunks = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(12);
        while (chunks.remaining() >= 8) {
            int type = chunks.getInt();
            int length = chunks.getInt();
            if (length < 0 || length > chunks.remaining()) {
                throw new IOException("it is truncated or a chunk's length is wrong");
            }
            if (type == ANIMATION || type == FRAME) {
                throw new IOException("animated WebP is not supported");
            }
            if (type == LOSSY || type == LOSSLESS) {
                ByteBuffer simple =
                        ByteBuffer.allocate(20 + length + READ_AHEAD).order(ByteOrder.LITTLE_ENDIAN);
                simple.putInt(fourCc("RIFF")).putInt(12 + length + (length & 1)).putInt(fourCc("WEBP"));
                simple.putInt(type).putInt(length).put(file, chunks.position(), length);
                return simple.array();
            }
            chunks.position(Math.min(chunks.limit(), chunks.position() + length + (length & 1)));
        }
        throw new IOException("it holds no picture");
    }

    private static int fourCc(String name) {
        return ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
    }
}
