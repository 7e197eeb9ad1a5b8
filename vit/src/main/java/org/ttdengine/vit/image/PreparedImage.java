package org.ttdengine.vit.image;

/**
 * A picture ready for the image tower: resized, cropped, normalised.
 *
 * @param height rows
 * @param width columns
 * @param pixels {@code [3, height, width]}, normalised; zero outside {@code valid}
 * @param valid the part that shows the picture; the rest is padding
 */
public record PreparedImage(int height, int width, float[] pixels, Region valid) {
    public PreparedImage {
        if (pixels.length != 3 * height * width) {
            throw new IllegalArgumentException("pixels do not fill [3, " + height + ", " + width + "]");
        }
    }

    /** A rectangle in pixels: left column, top row, size. */
    public record Region(int x, int y, int width, int height) {}
}
