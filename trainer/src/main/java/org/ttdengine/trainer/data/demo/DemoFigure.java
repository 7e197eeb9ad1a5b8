package org.ttdengine.trainer.data.demo;

/**
 * The things of the demo's world; the further down, the rarer they are, and the more rarely spoken of. Each has a surface
 * pattern of its own: silhouettes alone are hard to learn.
 */
public enum DemoFigure {
    CAR(false, DemoColour.RED, DemoMaterial.METAL, Figures::car),
    BALL(false, DemoColour.BLUE, DemoMaterial.SPOTTED, Figures::ball),
    TREE(false, DemoColour.GREEN, DemoMaterial.WOODEN, Figures::tree),
    HOUSE(false, DemoColour.WHITE, DemoMaterial.WOODEN, Figures::house),
    BOAT(false, DemoColour.BLUE, DemoMaterial.WOODEN, Figures::boat),
    CAKE(false, DemoColour.PINK, DemoMaterial.STRIPED, Figures::cake),
    FLOWER(false, DemoColour.YELLOW, DemoMaterial.WOOLLEN, Figures::flower),
    FISH(true, DemoColour.ORANGE, DemoMaterial.STRIPED, Figures::fish),
    UMBRELLA(false, DemoColour.BLACK, DemoMaterial.CHECKED, Figures::umbrella),
    BALLOON(true, DemoColour.RED, DemoMaterial.STRIPED, Figures::balloon),
    CUP(false, DemoColour.WHITE, DemoMaterial.SPOTTED, Figures::cup),
    CLOCK(false, DemoColour.BLACK, DemoMaterial.METAL, Figures::clock),
    STAR(true, DemoColour.YELLOW, DemoMaterial.METAL, Figures::star),
    HEART(true, DemoColour.RED, DemoMaterial.WOOLLEN, Figures::heart),
    ROCKET(true, DemoColour.WHITE, DemoMaterial.METAL, Figures::rocket),
    KITE(true, DemoColour.PURPLE, DemoMaterial.CHECKED, Figures::kite),
    MUSHROOM(false, DemoColour.ORANGE, DemoMaterial.WOOLLEN, Figures::mushroom),
    BUTTERFLY(true, DemoColour.PURPLE, DemoMaterial.SPOTTED, Figures::butterfly);

    /** What lies at a point of a drawing. */
    private interface Drawing {
        Part at(double x, double y);
    }

    private final boolean floats;
    private final DemoColour usualColour;
    private final DemoMaterial usualMaterial;
    private final Drawing drawing;

    DemoFigure(boolean floats, DemoColour usualColour, DemoMaterial usualMaterial, Drawing drawing) {
        this.floats = floats;
        this.usualColour = usualColour;
        this.usualMaterial = usualMaterial;
        this.drawing = drawing;
    }

    /** The word for it. */
    public String word() {
        return Words.of(this);
    }

    /** Whether it hangs in the air; other things stand on the ground. */
    boolean floats() {
        return floats;
    }

    /** The colour it has more often than chance: some phrases are frequent. */
    DemoColour usualColour() {
        return usualColour;
    }

    /** The material it has more often than chance. */
    DemoMaterial usualMaterial() {
        return usualMaterial;
    }

    /** What lies at a point of the square from (-1, -1) to (1, 1), y down. */
    Part at(double x, double y) {
        return drawing.at(x, y);
    }
}
