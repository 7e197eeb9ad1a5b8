package org.ttdengine.trainer.eval;

import java.util.Arrays;

/**
 * Where something is in a picture.
 *
 * @param width columns
 * @param height rows
 * @param pixels {@code [height * width]}, row-major; owned by the record, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // pixels to be read, compared by nobody
public record Mask(int width, int height, boolean[] pixels) {
    public Mask {
        if (width < 1 || height < 1 || (long) width * height != pixels.length) {
            throw new IllegalArgumentException(pixels.length + " pixels do not fill a mask of " + width + "x" + height);
        }
    }

    /** A mask without any pixel. */
    public static Mask empty(int width, int height) {
        return new Mask(width, height, new boolean[Math.multiplyExact(width, height)]);
    }

    /** The pixels of this mask or of another one of the same size. */
    public Mask or(Mask other) {
        if (other.width != width || other.height != height) {
            throw new IllegalArgumentException("a mask of " + other.width + "x" + other.height
                    + " cannot be joined with one of " + width + "x" + height);
        }
        boolean[] union = Arrays.copyOf(pixels, pixels.length);
        for (int i = 0; i < union.length; i++) {
            union[i] |= other.pixels[i];
        }
        return new Mask(width, height, union);
    }

    /** Number of its pixels. */
    public int area() {
        int area = 0;
        for (boolean pixel : pixels) {
            area += pixel ? 1 : 0;
        }
        return area;
    }
}
