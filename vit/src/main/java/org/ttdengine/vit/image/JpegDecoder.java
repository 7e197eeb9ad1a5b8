package org.ttdengine.vit.image;

import java.awt.image.Raster;
import java.io.IOException;

/**
 * JPEG by the JDK's decoder, which is only asked for component samples: the colour conversion is ours, as the
 * JDK's follows other rules than libjpeg and applies colour profiles, and the decoder never sees application data,
 * whose errors it does not forgive.
 */
final class JpegDecoder {
    private JpegDecoder() {}

    /** Decodes a file; failures carry a reason but no file name. */
    static RgbImage decode(byte[] file, PixelLimit limit) throws IOException {
        JpegHeader header = JpegHeader.parse(file);
        int width = header.width();
        int height = header.height();
        limit.check(width, height);

        Raster raster = StandardDecoder.using(ImageFormat.JPEG, header.coding(), reader -> reader.readRaster(0, null));
        JpegColor color = header.color();
        int components = color.components();
        if (raster.getWidth() != width || raster.getHeight() != height || raster.getNumBands() != components) {
            throw new IOException("its frame headers contradict each other");
        }
        byte[] rgb = new byte[3 * width * height];
        byte[] row = new byte[components * width];
        int out = 0;
        for (int y = 0; y < height; y++) {
            raster.getDataElements(0, y, width, 1, row);
            for (int x = 0; x < width; x++, out += 3) {
                color.toRgb(row, components * x, rgb, out);
            }
        }
        return new RgbImage(width, height, rgb);
    }
}
