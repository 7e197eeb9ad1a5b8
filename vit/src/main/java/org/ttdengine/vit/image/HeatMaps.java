package org.ttdengine.vit.image;

import java.util.Arrays;

/** Pictures of score maps: colours by the inferno scale, from black (0) over red to pale yellow (1). */
public final class HeatMaps {
    /** Inferno, matplotlib's perceptually even scale (public domain), at ten even steps. */
    private static final int[] INFERNO = {
        0x000004, 0x1b0c41, 0x4a0c6b, 0x781c6d, 0xa52c60, 0xcf4446, 0xed6925, 0xfb9b06, 0xf7d13d, 0xfcffa4
    };

    private HeatMaps() {}

    /**
     * A map as a picture.
     *
     * @param map {@code [h, w]} scores; below 0 (and NaN) counts as 0, above 1 as 1
     * @param width columns of the picture; the map is stretched bilinearly
     * @param height its rows
     */
    public static RgbImage render(float[] map, int h, int w, int width, int height) {
        float[] scores = Interpolation.bilinear(map, 1, h, w, height, width, false);
        byte[] rgb = new byte[Math.multiplyExact(3, scores.length)];
        for (int i = 0; i < scores.length; i++) {
            int color = inferno(scores[i]);
            rgb[3 * i] = (byte) (color >> 16);
            rgb[3 * i + 1] = (byte) (color >> 8);
            rgb[3 * i + 2] = (byte) color;
        }
        return new RgbImage(width, height, rgb);
    }

    /**
     * A map laid over its picture.
     *
     * @param image what the map scores
     * @param map {@code [h, w]} scores, as for {@link #render}; stretched over the whole picture
     * @param opacity share of the map in the mixture, 0..1
     */
    public static RgbImage overlay(RgbImage image, float[] map, int h, int w, double opacity) {
        if (!(opacity >= 0 && opacity <= 1)) {
            throw new IllegalArgumentException("opacity must lie in 0..1, not " + opacity);
        }
        byte[] heat = render(map, h, w, image.width(), image.height()).rgb();
        byte[] mixed = new byte[heat.length];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = (byte) Math.round((1 - opacity) * (image.rgb()[i] & 0xff) + opacity * (heat[i] & 0xff));
        }
        return new RgbImage(image.width(), image.height(), mixed);
    }

    /**
     * The scale in even steps, from the colour of 0 to that of 1, {@code 0xRRGGBB} each.
     *
     * @param colours at least two
     */
    public static int[] palette(int colours) {
        if (colours < 2) {
            throw new IllegalArgumentException("a scale has at least two colours, not " + colours);
        }
        int[] palette = new int[colours];
        Arrays.setAll(palette, i -> inferno((float) i / (colours - 1)));
        return palette;
    }

    /** The colour {@code 0xRRGGBB} of a score. */
    static int inferno(float score) {
        float position = (score > 0 ? Math.min(score, 1) : 0) * (INFERNO.length - 1);
        int step = Math.min((int) position, INFERNO.length - 2);
        float fraction = position - step;
        int color = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int from = (INFERNO[step] >> shift) & 0xff;
            int to = (INFERNO[step + 1] >> shift) & 0xff;
            color |= Math.round(from + fraction * (to - from)) << shift;
        }
        return color;
    }
}
