package org.ttdengine.trainer.data.demo;

import java.util.Optional;

/** A thing in its place. Lengths are in sides of the picture. */
public final class DemoThing {
    private final DemoFigure figure;
    private final DemoColour colour;
    private final Optional<DemoMaterial> material;
    private final double x;
    private final double y;
    private final double radius;
    private final double cosine;
    private final double sine;
    private final double extent;
    private final Rgb[] tones = new Rgb[Part.values().length];
    private final Rgb second;
    private final Rgb deepSecond;

    /**
     * A thing.
     *
     * @param material its texture; without one it is plain
     * @param x of its centre, from the left
     * @param y of its centre, from the top
     * @param radius half its size
     * @param angle by which it is turned clockwise, in radians
     */
    DemoThing(
            DemoFigure figure,
            DemoColour colour,
            Optional<DemoMaterial> material,
            double x,
            double y,
            double radius,
            double angle) {
        this.figure = figure;
        this.colour = colour;
        this.material = material;
        this.x = x;
        this.y = y;
        this.radius = radius;
        this.cosine = StrictMath.cos(angle);
        this.sine = StrictMath.sin(angle);
        for (Part part : Part.values()) {
            tones[part.ordinal()] = colour.tone(part);
        }
        this.second = colour.second();
        this.deepSecond = second.times(0.78);
        this.extent = radius * (Math.abs(cosine) + Math.abs(sine));
    }

    public DemoFigure figure() {
        return figure;
    }

    public DemoColour colour() {
        return colour;
    }

    /** Its texture, if it is not plain. */
    public Optional<DemoMaterial> material() {
        return material;
    }

    /** Whether a word is true of it: what it is, its colour or its material. */
    boolean is(String word) {
        return figure.word().equals(word)
                || colour.word().equals(word)
                || material.isPresent() && material.get().word().equals(word);
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

    /** Whether a part has one tone all over. */
    boolean isEven(Part part) {
        return material.isEmpty() || !part.isOwn();
    }

    /** A part's tone at a point of the picture, before light and shade. */
    Rgb tone(Part part, double px, double py) {
        Rgb tone = tones[part.ordinal()];
        if (isEven(part)) {
            return tone;
        }
        double dx = px - x;
        double dy = py - y;
        Rgb pattern = part == Part.DEEP ? deepSecond : second;
        return material.get().on(tone, pattern, cosine * dx + sine * dy, cosine * dy - sine * dx);
    }

    /** Half the side of the upright square around it. */
    double extent() {
        return extent;
    }
}
