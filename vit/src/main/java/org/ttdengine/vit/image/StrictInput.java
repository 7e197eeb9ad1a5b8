package org.ttdengine.vit.image;

import java.io.IOException;
import java.util.Objects;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Bytes in memory that fail for good when read past their end. Some decoders take an {@link java.io.EOFException} for a
 * last refill and go on with stale bits, so that a few hundred bytes keep them busy for minutes.
 */
final class StrictInput extends ImageInputStreamImpl {
    private final byte[] bytes;

    /** Reads the array itself, not a copy. */
    StrictInput(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
        requireMore();
        setBitOffset(0);
        return bytes[(int) streamPos++] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        requireMore();
        setBitOffset(0);
        int count = (int) Math.min(length, bytes.length - streamPos);
        System.arraycopy(bytes, (int) streamPos, target, offset, count);
        streamPos += count;
        return count;
    }

    @Override
    public long length() {
        return bytes.length;
    }

    private void requireMore() throws IOException {
        checkClosed();
        if (streamPos >= bytes.length) {
            throw new IOException("it ends before the picture is complete");
        }
    }
}
