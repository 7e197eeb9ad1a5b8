package org.ttdengine.vit.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** Takes stored samples for sRGB numbers, as Pillow does; the JDK's own conversion would linearise greys. */
final class SamplesToRgb {
    private SamplesToRgb() {}

    /** The picture's samples as 8-bit RGB, without transparency. */
    static RgbImage convert(BufferedImage image) {
        Raster raster = image.getRaster();
        byte[] rgb = new byte[3 * raster.getWidth() * raster.getHeight()];
        if (image.getColorModel() instanceof IndexColorModel palette) {
            lookUp(raster, palette, rgb);
        } else {
            scale(raster, rgb);
        }
        return new RgbImage(raster.getWidth(), raster.getHeight(), rgb);
    }

    private static void lookUp(Raster raster, IndexColorModel palette, byte[] rgb) {
        byte[][] tables = new byte[3][Math.max(256, palette.getMapSize())];
        palette.getReds(tables[0]);
        palette.getGreens(tables[1]);
        palette.getBlues(tables[2]);
        int width = raster.getWidth();
        int[] row = new int[width];
        int out = 0;
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getSamples(0, y, width, 1, 0, row);
            for (int index : row) {
                for (byte[] table : tables) {
                    rgb[out++] = table[index];
                }
            }
        }
    }

    /** One or two bands are grey (and alpha), three or four are colours (and alpha). */
    private static void scale(Raster raster, byte[] rgb) {
        int width = raster.getWidth();
        int[] row = new int[width];
        for (int channel = 0; channel < 3; channel++) {
            int band = raster.getNumBands() < 3 ? 0 : channel;
            int bits = raster.getSampleModel().getSampleSize(band);
            int out = channel;
            for (int y = 0; y < raster.getHeight(); y++) {
                raster.getSamples(0, y, width, 1, band, row);
                for (int sample : row) {
                    rgb[out] = to8Bits(sample, bits);
                    out += 3;
                }
            }
        }
    }

    private static byte to8Bits(int sample, int bits) {
        return (byte) (bits >= 8 ? sample >> (bits - 8) : sample * 255 / ((1 << bits) - 1));
    }
}
