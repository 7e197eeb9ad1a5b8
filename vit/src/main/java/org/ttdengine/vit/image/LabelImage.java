package org.ttdengine.vit.image;

import java.awt.image.Raster;
import java.io.IOException;

/**
 * A picture of labels: one number per pixel rather than a colour, as in masks and segmentation maps.
 *
 * @param width columns
 * @param height rows
 * @param labels {@code [height * width]}, 0 to 255, row-major; owned by the record, not copied
 */
public record LabelImage(int width, int height, byte[] labels) {
    private static final int MOST_BITS = 8;

    /**
     * Decodes a PNG file of a single channel: palette positions of a palette file, samples of a grey one, whatever their
     * colours.
     *
     * @param name what messages call it
     * @throws ImageException if it is no such file, broken, truncated or too large
     */
    public static LabelImage decode(byte[] bytes, String name) throws IOException {
        if (ImageFormat.of(bytes).filter(ImageFormat.PNG::equals).isEmpty()) {
            throw new ImageException(name + ": not a PNG file, as label images must be");
        }
        try {
            PngChunks.check(bytes);
            return of(StandardDecoder.using(
                    ImageFormat.PNG, bytes, reader -> StandardDecoder.firstPicture(reader, PixelLimit.STANDARD)
                            .getRaster()));
        } catch (IOException | RuntimeException e) {
            throw new ImageException(name + ": cannot be read as a label image: " + e.getMessage(), e);
        }
    }

    private static LabelImage of(Raster raster) throws IOException {
        int bits = raster.getSampleModel().getSampleSize(0);
        if (raster.getNumBands() != 1 || bits > MOST_BITS) {
            throw new IOException("it has " + raster.getNumBands() + " channels of " + bits
                    + " bits, a label image one of at most " + MOST_BITS);
        }
        int[] samples = raster.getSamples(0, 0, raster.getWidth(), raster.getHeight(), 0, (int[]) null);
        byte[] labels = new byte[samples.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (byte) samples[i];
        }
        return new LabelImage(raster.getWidth(), raster.getHeight(), labels);
    }

    /** The label of a pixel, 0 to 255. */
    public int at(int x, int y) {
        return labels[y * width + x] & 0xff;
    }
}
