package org.ttdengine.trainer.data.demo;

/** A colour of red, green and blue from 0 to 255. */
record Rgb(double red, double green, double blue) {
    static final Rgb BLACK = new Rgb(0, 0, 0);
    static final Rgb WHITE = new Rgb(255, 255, 255);
    static final Rgb DARK = new Rgb(44, 38, 42);
    static final Rgb LIGHT = new Rgb(244, 238, 222);
    static final Rgb WOOD = new Rgb(122, 82, 50);

    /** The colour a share of the way to another. */
    Rgb towards(Rgb other, double share) {
        return new Rgb(
                red + share * (other.red - red),
                green + share * (other.green - green),
                blue + share * (other.blue - blue));
    }

    /** The colour made brighter or darker. */
    Rgb times(double factor) {
        return new Rgb(factor * red, factor * green, factor * blue);
    }

    /** Euclidean distance. */
    double distance(Rgb other) {
        double r = red - other.red;
        double g = green - other.green;
        double b = blue - other.blue;
        return Math.sqrt(r * r + g * g + b * b);
    }
}
