package org.ttdengine.vit.image;

import java.io.IOException;

/**
 * The largest picture that is decoded. A few kilobytes can claim any size, so the size is checked before
 * memory is taken for pixels.
 *
 * @param pixels greatest width times height
 * @param side greatest width or height
 */
record PixelLimit(long pixels, int side) {
    /** Pillow's bound on decompression bombs (a quarter of a GiB as RGB) and JPEG's bound on a side. */
    static final PixelLimit STANDARD = new PixelLimit((1L << 30) / 4 / 3, 65_535);

    /** This limit, with at most {@code most} pixels. */
    PixelLimit atMost(long most) {
        return new PixelLimit(Math.min(pixels, most), side);
    }

    /** Refuses a picture without pixels, or with too many. */
    void check(int width, int height) throws IOException {
        if (width < 1 || height < 1) {
            throw new IOException("it claims " + width + "x" + height + " pixels");
        }
        if (width > side || height > side || (long) width * height > pixels) {
            throw new IOException(width + "x" + height + " pixels are more than the limit of " + pixels + " pixels, "
                    + side + " a side");
        }
    }
}
