package org.ttdengine.trainer.data.demo;

/**
 * What things are made of or how they are patterned; the further down, the rarer, and the more rarely spoken of. Each is
 * a texture that fits into a patch or two of the model's, so that it shows wherever the thing does.
 */
public enum DemoMaterial {
    STRIPED,
    WOODEN,
    SPOTTED,
    WOOLLEN,
    CHECKED,
    METAL;

    private static final Rgb GRAIN = new Rgb(134, 92, 54);
    private static final double PLATE = 0.082;

    /** The word for it. */
    public String word() {
        return Words.of(this);
    }

    /**
     * A tone with the texture on it.
     *
     * @param tone of the bare thing
     * @param second colour of its pattern
     * @param s along the thing, in sides of the picture
     * @param t down the thing, in sides of the picture
     */
    Rgb on(Rgb tone, Rgb second, double s, double t) {
        return switch (this) {
            case STRIPED -> Geometry.stripe(s + t, 0.078, 0.42) ? second : tone;
            case SPOTTED -> Geometry.dots(s, t, 0.06, 0.019) ? second : tone;
            case CHECKED -> tone.towards(second, (band(s) + band(t)) / 2);
            case WOODEN -> wooden(tone, s, t);
            case METAL -> metal(tone, s, t);
            case WOOLLEN -> woollen(tone, s, t);
        };
    }

    private static double band(double t) {
        return Geometry.stripe(t, 0.066, 0.5) ? 1 : 0;
    }

    /** Boards with wavy grain. */
    private static Rgb wooden(Rgb tone, double s, double t) {
        double board = Geometry.triangleWave(s, 0.23) - 0.5;
        double line = Geometry.triangleWave(t + 0.03 * board, 0.034);
        Rgb stained = tone.towards(GRAIN, 0.3);
        return Geometry.stripe(t, 0.136, 0.09) ? stained.times(0.4) : stained.times(0.72 + 0.42 * line);
    }

    /** Plates that gleam at one corner and darken towards the other, with seams. */
    private static Rgb metal(Rgb tone, double s, double t) {
        double across = Geometry.phase(s, PLATE);
        double down = Geometry.phase(t, PLATE);
        if (across > 0.88 || down > 0.88) {
            return tone.times(0.35);
        }
        double gleam = 1 - (across + down) / 1.76;
        return tone.times(0.62 + 0.5 * gleam).towards(Rgb.WHITE, Math.max(0, 1.7 * gleam - 0.75));
    }

    /** Stitches: rows of V. */
    private static Rgb woollen(Rgb tone, double s, double t) {
        double fold = Geometry.triangleWave(s, 0.05);
        double stitch = Geometry.triangleWave(t - 0.03 * fold, 0.034);
        return tone.times((0.6 + 0.6 * stitch) * (fold < 0.14 ? 0.62 : 1));
    }
}
