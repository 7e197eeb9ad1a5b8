package org.ttdengine.trainer.data.demo;

/** What the world is made of behind the things; the further down, the more rarely spoken of. */
public enum DemoSurface {
    GRASS("on the grass", new Rgb(104, 146, 66)),
    WATER("on the water", new Rgb(70, 128, 164)),
    SAND("on the sand", new Rgb(214, 188, 138)),
    SNOW("in the snow", new Rgb(228, 232, 240)),
    FLOOR("on the floor", new Rgb(160, 114, 74)),
    ROAD("on the road", new Rgb(138, 136, 132)),
    SKY("under the sky", new Rgb(150, 194, 232)),
    WALL("against the wall", new Rgb(158, 96, 80));

    private static final Rgb MORTAR = new Rgb(188, 176, 162);

    private final String phrase;
    private final Rgb mean;

    DemoSurface(String phrase, Rgb mean) {
        this.phrase = phrase;
        this.mean = mean;
    }

    /** The word for it. */
    public String word() {
        return Words.of(this);
    }

    /** Whether things can stand on it; others stand upright behind. */
    boolean isGround() {
        return this != SKY && this != WALL;
    }

    /** How captions speak of it. */
    String phrase() {
        return phrase;
    }

    /** Its colour on the whole. */
    Rgb mean() {
        return mean;
    }

    /**
     * Its colour at a point.
     *
     * @param x across: in image widths for what is upright, on the ground in widths of its near edge
     * @param y down from the top of the picture; on the ground the distance from the beholder
     * @param width of a pixel across, over which thin lines are averaged
     * @param height of a pixel along y
     */
    Rgb at(double x, double y, double width, double height, Noise noise) {
        return switch (this) {
            case GRASS -> grass(x, y, noise);
            case WATER -> water(x, y, noise);
            case SAND -> mean.times(0.88 + 0.14 * noise.rough(3 * x, 9 * y) + 0.1 * noise.cell(90 * x, 60 * y));
            case SNOW ->
                mean.times(0.86 + 0.18 * noise.rough(2.5 * x, 3 * y))
                        .towards(Rgb.WHITE, noise.cell(80 * x, 50 * y) > 0.97 ? 0.8 : 0);
            case FLOOR -> floor(x, y, width, noise);
            case ROAD -> road(x, y, width, height, noise);
            case SKY -> sky(x, y, noise);
            case WALL -> wall(x, y, width, height, noise);
        };
    }

    private Rgb grass(double x, double y, Noise noise) {
        double blades = noise.smooth(46 * x, 11 * y);
        return mean.times(0.66 + 0.3 * noise.rough(4 * x, 5 * y) + 0.4 * blades * blades)
                .towards(new Rgb(190, 190, 90), 0.25 * noise.smooth(3 * x + 40, 4 * y));
    }

    private Rgb water(double x, double y, Noise noise) {
        double swell = noise.smooth(5 * x, 14 * y) + 0.5 * noise.smooth(11 * x + 7, 31 * y);
        return mean.times(0.78 + 0.26 * swell).towards(Rgb.WHITE, swell > 1.02 ? 0.42 : 0);
    }

    private Rgb floor(double x, double y, double width, Noise noise) {
        double plank = x * 5;
        double joint = Geometry.cover(plank, 5 * width, 0.05);
        double shade = 0.84 + 0.24 * noise.cell(plank, 0.4 * y + 3 * noise.cell(plank, 0));
        double grain = 0.9 + 0.2 * noise.smooth(60 * x, 3 * y);
        return mean.times(shade * grain * (1 - 0.55 * joint));
    }

    private Rgb road(double x, double y, double width, double height, Noise noise) {
        double row = Math.floor(3.2 * y);
        double across = 5 * x + (Geometry.stripe(row, 2, 0.5) ? 0 : 0.5);
        double joint = either(Geometry.cover(across, 5 * width, 0.07), Geometry.cover(3.2 * y, 3.2 * height, 0.09));
        double shade = 0.84 + 0.26 * noise.cell(across, row) + 0.1 * noise.smooth(30 * x, 20 * y);
        return mean.times(shade * (1 - 0.5 * joint));
    }

    private Rgb sky(double x, double y, Noise noise) {
        double cloud = noise.rough(2.6 * x, 6 * y);
        double white = Math.min(1, Math.max(0, 4.5 * (cloud - 0.52)));
        return new Rgb(104, 166, 226)
                .towards(new Rgb(206, 226, 240), Math.min(1, 1.9 * y))
                .towards(Rgb.WHITE, 0.8 * white);
    }

    private Rgb wall(double x, double y, double width, double height, Noise noise) {
        double row = Math.floor(15 * y);
        double across = 7 * x + (Geometry.stripe(row, 2, 0.5) ? 0 : 0.5);
        double mortar = either(Geometry.cover(across, 7 * width, 0.07), Geometry.cover(15 * y, 15 * height, 0.15));
        double rough = 0.94 + 0.12 * noise.smooth(50 * x, 50 * y);
        return mean.times(0.82 + 0.32 * noise.cell(across, row))
                .towards(MORTAR, mortar)
                .times(rough);
    }

    /** The share covered by one of two independent things. */
    private static double either(double a, double b) {
        return 1 - (1 - a) * (1 - b);
    }
}
