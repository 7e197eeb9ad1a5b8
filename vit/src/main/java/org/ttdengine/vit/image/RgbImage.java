package org.ttdengine.vit.image;

/**
 * An 8-bit RGB picture.
 *
 * @param width columns
 * @param height rows
 * @param rgb {@code 3*width*height} bytes, row-major, channels interleaved; owned by the record, not copied
 */
public record RgbImage(int width, int height, byte[] rgb) {
    public RgbImage {
        if (width < 1 || height < 1 || (long) rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    "an RGB picture of " + width + "x" + height + " needs 3*w*h bytes, not " + rgb.length);
        }
    }
}
