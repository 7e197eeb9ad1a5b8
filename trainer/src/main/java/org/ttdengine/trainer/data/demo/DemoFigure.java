package org.ttdengine.trainer.data.demo;

/**
 * The things of the demo's world; the further down, the rarer they are, and the more rarely spoken of. Each has a surface
 * pattern of its own: silhouettes alone are hard to learn.
 */
public enum DemoFigure {
    CAR(false, Figures::car),
    BALL(false, Figures::ball),
    TREE(false, Figures::tree),
    HOUSE(false, Figures::house),
    BOAT(false, Figures::boat),
    FISH(true, Figures::fish),
    FLOWER(false, Figures::flower),
    UMBRELLA(false, Figures::umbrella),
    STAR(true, Figures::star),
    HEART(true, Figures::heart),
    CUP(false, Figures::cup),
    KITE(true, Figures::kite),
    MUSHROOM(false, Figures::mushroom),
    BUTTERFLY(true, Figures::butterfly);

    /** What lies at a point of a drawing. */
    private interface Drawing {
        Part at(double x, double y);
    }

    private final boolean floats;
    private final Drawing drawing;

    DemoFigure(boolean floats, Drawing drawing) {
        this.floats = floats;
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

    /** What lies at a point of the square from (-1, -1) to (1, 1), y down. */
    Part at(double x, double y) {
        return drawing.at(x, y);
    }
}
