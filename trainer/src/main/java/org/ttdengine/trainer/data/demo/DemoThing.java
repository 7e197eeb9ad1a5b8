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
    private final double extent;

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
        this.extent = radius * (Math.abs(cosine) + Math.abs(sine));
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

    /** What it shows at a point of the picture. */
    Part at(double px, double py) {
        double dx = px - x;
        double dy = py - y;
        if (Math.abs(dx) > extent || Math.abs(dy) > extent) {
            return Part.NONE;
        }
        double u = (cosine * dx + sine * dy) / radius;
        double v = (cosine * dy - sine * dx) / radius;
        return u < -1 || u > 1 || v < -1 || v > 1 ? Part.NONE : figure.at(u, v);
    }

    /** Half the side of the upright square around it. */
    double extent() {
        return extent;
    }
}
