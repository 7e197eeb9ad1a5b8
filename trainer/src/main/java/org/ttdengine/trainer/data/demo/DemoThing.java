package org.ttdengine.trainer.data.demo;

/** A thing in its place. Lengths are in sides of the picture. */
public final class DemoThing {
    private final DemoFigure figure;
    private final DemoColour colour;
    private final double x;
    private final double y;
    private final double radius;
    private final double cosine;
    private final double sine;

    /**
     * A thing.
     *
     * @param x of its centre, from the left
     * @param y of its centre, from the top
     * @param radius half its size
     * @param angle by which it is turned clockwise, in radians
     */
    DemoThing(DemoFigure figure, DemoColour colour, double x, double y, double radius, double angle) {
        this.figure = figure;
        this.colour = colour;
        this.x = x;
        this.y = y;
        this.radius = radius;
        this.cosine = StrictMath.cos(angle);
        this.sine = StrictMath.sin(angle);
    }

    public DemoFigure figure() {
        return figure;
    }

    public DemoColour colour() {
        return colour;
    }

    double x() {
        return x;
    }

    double y() {
        return y;
    }

    double radius() {
        return radius;
    }

    /** The thing's own coordinate to its right of a point of the picture. */
    double across(double px, double py) {
        return (cosine * (px - x) + sine * (py - y)) / radius;
    }

    /** The thing's own coordinate downwards of a point of the picture. */
    double down(double px, double py) {
        return (cosine * (py - y) - sine * (px - x)) / radius;
    }

    /** What it shows at a point of the picture. */
    Part at(double px, double py) {
        double u = across(px, py);
        double v = down(px, py);
        return u < -1 || u > 1 || v < -1 || v > 1 ? Part.NONE : figure.at(u, v);
    }

    /** Half the side of the upright square around it. */
    double extent() {
        return radius * (Math.abs(cosine) + Math.abs(sine));
    }
}
