package org.ttdengine.trainer.data.demo;

/** What a point of a figure is made of. */
enum Part {
    /** Outside the figure. */
    NONE,
    /** The thing's colour. */
    MAIN,
    /** A darker tone of it. */
    DEEP,
    /** A lighter tone of it. */
    PALE,
    /** Nearly black, whatever the colour. */
    DARK,
    /** Nearly white, whatever the colour. */
    LIGHT,
    /** Brown wood, whatever the colour. */
    WOOD;

    /** Whether it shows the thing's colour and material. */
    boolean isOwn() {
        return this == MAIN || this == DEEP || this == PALE;
    }
}
