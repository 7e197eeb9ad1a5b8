package org.ttdengine.trainer.report;

import java.util.Arrays;
import org.ttdengine.trainer.eval.Mask;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.vit.image.HeatMaps;
import org.ttdengine.vit.image.Interpolation;
import org.ttdengine.vit.image.PillowResize;
import org.ttdengine.vit.image.PngWriter;
import org.ttdengine.vit.image.RgbImage;

/**
 * Small pictures of one sample, all of one size, as PNG files.
 *
 * @param picture the sample's picture at that size
 */
record Tiles(RgbImage picture) {
    /** Longest side in pixels. */
    private static final int SIDE = 112;

    /** Colours of the heat scale; few pack well and are still even to the eye. */
    private static final int SHADES = 64;

    /** Cyan, which the heat scale lacks. */
    private static final int OUTLINE = 0x40f0ff;

    /** Tiles for a picture of any size. */
    static Tiles of(RgbImage image) {
        double scale = Math.min(1, (double) SIDE / Math.max(image.width(), image.height()));
        int width = (int) Math.max(1, Math.round(scale * image.width()));
        int height = (int) Math.max(1, Math.round(scale * image.height()));
        return new Tiles(scale < 1 ? PillowResize.resize(image, width, height, PillowResize.Filter.BICUBIC) : image);
    }

    byte[] png() {
        return PngWriter.encode(picture);
    }

    /** The picture with all but the masked part in dim grey. */
    byte[] spotlight(Mask mask) {
        boolean[] lit = fitted(mask);
        byte[] rgb = picture.rgb().clone();
        for (int i = 0; i < lit.length; i++) {
            if (!lit[i]) {
                int grey = ((rgb[3 * i] & 0xff) + (rgb[3 * i + 1] & 0xff) + (rgb[3 * i + 2] & 0xff)) / 12;
                rgb[3 * i] = (byte) grey;
                rgb[3 * i + 1] = (byte) grey;
                rgb[3 * i + 2] = (byte) grey;
            }
        }
        return PngWriter.encode(new RgbImage(picture.width(), picture.height(), rgb));
    }

    /**
     * A heat map.
     *
     * @param map {@code [cells]} from 0 to 1
     * @param truth whose outline is drawn
     */
    byte[] heat(float[] map, Grounding.Grid grid, Mask truth) {
        float[] scores = stretched(map, 1, grid);
        boolean[] outline = outline(fitted(truth));
        byte[] indices = new byte[scores.length];
        for (int i = 0; i < indices.length; i++) {
            float score = Math.max(0, Math.min(1, scores[i]));
            indices[i] = (byte) (outline[i] ? SHADES : Math.round((SHADES - 1) * score));
        }
        return PngWriter.encodeIndexed(picture.width(), picture.height(), indices, palette());
    }

    private static int[] palette() {
        int[] palette = Arrays.copyOf(HeatMaps.palette(SHADES), SHADES + 1);
        palette[SHADES] = OUTLINE;
        return palette;
    }

    /** Dense features {@code [cells, channels]} as colours. */
    byte[] colours(PrincipalColours colours, float[] features, Grounding.Grid grid) {
        float[] planes = new float[3 * grid.cells()];
        for (int cell = 0; cell < grid.cells(); cell++) {
            float[] colour = colours.colour(features, cell);
            for (int c = 0; c < colour.length; c++) {
                planes[c * grid.cells() + cell] = colour[c];
            }
        }
        float[] stretched = stretched(planes, 3, grid);
        int pixels = picture.width() * picture.height();
        byte[] rgb = new byte[3 * pixels];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.round(255 * stretched[i % 3 * pixels + i / 3]);
        }
        return PngWriter.encode(new RgbImage(picture.width(), picture.height(), rgb));
    }

    private float[] stretched(float[] maps, int count, Grounding.Grid grid) {
        return Interpolation.bilinear(
                maps, count, grid.rows(), grid.columns(), picture.height(), picture.width(), false);
    }

    /** A mask at the size of the tiles. */
    private boolean[] fitted(Mask mask) {
        boolean[] fitted = new boolean[picture.width() * picture.height()];
        for (int i = 0; i < fitted.length; i++) {
            int x = i % picture.width() * mask.width() / picture.width();
            int y = i / picture.width() * mask.height() / picture.height();
            fitted[i] = mask.pixels()[y * mask.width() + x];
        }
        return fitted;
    }

    /** The pixels of a mask that have a neighbour outside it. */
    private boolean[] outline(boolean[] mask) {
        boolean[] outline = new boolean[mask.length];
        for (int i = 0; i < mask.length; i++) {
            int x = i % picture.width();
            int y = i / picture.width();
            outline[i] = mask[i]
                    && (x > 0 && !mask[i - 1]
                            || x + 1 < picture.width() && !mask[i + 1]
                            || y > 0 && !mask[i - picture.width()]
                            || y + 1 < picture.height() && !mask[i + picture.width()]);
        }
        return outline;
    }
}
