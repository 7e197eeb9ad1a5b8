package org.ttdengine.trainer.data.demo;

/** The colours of things; the further down, the more rarely spoken of. */
public enum DemoColour {
    RED(208, 40, 44),
    BLUE(44, 84, 206),
    YELLOW(244, 208, 42),
    GREEN(42, 158, 70),
    WHITE(238, 238, 236),
    BLACK(42, 40, 46),
    ORANGE(242, 128, 32),
    PINK(246, 138, 182),
    PURPLE(128, 60, 168);

    private static final Rgb GREY = new Rgb(128, 128, 140);
    private static final Rgb BROWN = new Rgb(150, 96, 40);

    private final Rgb rgb;

    DemoColour(int red, int green, int blue) {
        this.rgb = new Rgb(red, green, blue);
    }

    /** The word for it. */
    public String word() {
        return Words.of(this);
    }

    /** The second colour of patterned things of this colour: cream, or grey on what is white. */
    Rgb second() {
        return this == WHITE ? GREY : this == YELLOW ? BROWN : Rgb.LIGHT;
    }

    /** The tone of a part of a thing of this colour; not defined outside the thing. */
    Rgb tone(Part part) {
        return switch (part) {
            case NONE, MAIN -> rgb;
            case DEEP -> this == BLACK ? rgb.towards(Rgb.WHITE, 0.24) : rgb.towards(Rgb.BLACK, 0.34);
            case PALE -> this == WHITE ? rgb.towards(Rgb.BLACK, 0.16) : rgb.towards(Rgb.WHITE, 0.5);
            case DARK -> Rgb.DARK;
            case LIGHT -> Rgb.LIGHT;
            case WOOD -> Rgb.WOOD;
        };
    }
}
