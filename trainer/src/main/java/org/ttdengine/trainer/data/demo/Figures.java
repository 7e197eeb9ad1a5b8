package org.ttdengine.trainer.data.demo;

import static org.ttdengine.trainer.data.demo.Geometry.box;
import static org.ttdengine.trainer.data.demo.Geometry.disc;
import static org.ttdengine.trainer.data.demo.Geometry.dots;
import static org.ttdengine.trainer.data.demo.Geometry.ellipse;
import static org.ttdengine.trainer.data.demo.Geometry.side;
import static org.ttdengine.trainer.data.demo.Geometry.stripe;
import static org.ttdengine.trainer.data.demo.Geometry.trapezoid;
import static org.ttdengine.trainer.data.demo.Geometry.triangle;
import static org.ttdengine.trainer.data.demo.Geometry.triangleWave;

/** The drawings of the figures in the square from (-1, -1) to (1, 1). */
final class Figures {
    private Figures() {}

    static Part car(double x, double below) {
        double y = below - 0.27;
        for (double wheel = -0.52; wheel < 1; wheel += 1.04) {
            if (disc(x, y, wheel, 0.42, 0.27)) {
                return disc(x, y, wheel, 0.42, 0.12) ? Part.LIGHT : Part.DARK;
            }
        }
        if (trapezoid(x + 0.05, y, -0.5, 0.38, 0.02, 0.66)) {
            boolean window = trapezoid(x + 0.05, y, -0.4, 0.32, -0.02, 0.52) && Math.abs(x + 0.05) > 0.05;
            return window ? Part.LIGHT : Part.MAIN;
        }
        boolean body = box(x, y, -0.88, 0, 0.88, 0.42)
                || ellipse(x, y, 0.86, 0.24, 0.13, 0.19)
                || ellipse(x, y, -0.86, 0.24, 0.13, 0.19);
        if (!body) {
            return Part.NONE;
        }
        if (disc(x, y, 0.88, 0.16, 0.07)) {
            return Part.LIGHT;
        }
        return box(x, y, -1, 0.2, 1, 0.29) ? Part.DEEP : Part.MAIN;
    }

    static Part ball(double x, double y) {
        if (!disc(x, y, 0, 0, 0.9)) {
            return Part.NONE;
        }
        if (disc(x, y, -0.1, -0.14, 0.17)) {
            return Part.LIGHT;
        }
        boolean a = side(x, y, -0.1, -0.14, 0.9, 0.02) > 0;
        boolean b = side(x, y, -0.1, -0.14, 0.35, 0.78) > 0;
        boolean c = side(x, y, -0.1, -0.14, -0.62, 0.7) > 0;
        return a ^ b ^ c ? Part.MAIN : Part.PALE;
    }

    static Part tree(double x, double y) {
        for (int tier = 0; tier < 3; tier++) {
            double top = -0.98 + 0.42 * tier;
            double bottom = top + 0.72;
            if (trapezoid(x, y, top, 0, bottom, 0.48 + 0.14 * tier)) {
                return stripe(y - top + 0.35 * Math.abs(x), 0.24, 0.36) ? Part.DEEP : Part.MAIN;
            }
        }
        return box(x, y, -0.13, 0.4, 0.13, 0.97) ? Part.WOOD : Part.NONE;
    }

    static Part house(double x, double y) {
        if (trapezoid(x, y, -0.92, 0.05, -0.1, 0.98)) {
            return stripe(y, 0.2, 0.3) ? Part.DARK : Part.DEEP;
        }
        if (box(x, y, 0.4, -0.9, 0.62, -0.4)) {
            return Part.DARK;
        }
        if (!box(x, y, -0.78, -0.1, 0.78, 0.95)) {
            return Part.NONE;
        }
        if (box(x, y, -0.18, 0.32, 0.18, 0.95)) {
            return disc(x, y, 0.1, 0.64, 0.04) ? Part.LIGHT : Part.WOOD;
        }
        double pane = Math.abs(x) - 0.48;
        if (Math.abs(pane) < 0.17 && Math.abs(y - 0.28) < 0.19) {
            return Math.abs(pane) < 0.025 || Math.abs(y - 0.28) < 0.025 ? Part.DARK : Part.LIGHT;
        }
        return Part.MAIN;
    }

    static Part boat(double x, double y) {
        if (trapezoid(x, y, 0.42, 0.95, 0.9, 0.58)) {
            return y < 0.53 ? Part.LIGHT : stripe(x, 0.3, 0.5) ? Part.DEEP : Part.MAIN;
        }
        if (box(x, y, -0.06, -0.95, 0.02, 0.42)) {
            return Part.WOOD;
        }
        if (triangle(x, y, 0.08, -0.86, 0.08, 0.3, 0.82, 0.3)) {
            return Part.MAIN;
        }
        return triangle(x, y, -0.12, -0.7, -0.12, 0.3, -0.68, 0.3) ? Part.PALE : Part.NONE;
    }

    static Part fish(double x, double y) {
        if (disc(x, y, -0.52, -0.1, 0.12)) {
            return disc(x, y, -0.54, -0.1, 0.06) ? Part.DARK : Part.LIGHT;
        }
        if (ellipse(x, y, -0.2, 0, 0.75, 0.48)) {
            boolean head = x < -0.34 - 0.5 * y * y;
            boolean scale = stripe(x + y, 0.24, 0.5) ^ stripe(x - y, 0.24, 0.5);
            return !head && scale ? Part.DEEP : Part.MAIN;
        }
        if (triangle(x, y, 0.42, 0, 0.97, -0.5, 0.97, 0.5) && x < 0.97 - 0.3 * (0.5 - Math.abs(y))) {
            return stripe(y, 0.16, 0.4) ? Part.DEEP : Part.PALE;
        }
        boolean fins =
                triangle(x, y, -0.42, -0.3, 0.25, -0.3, 0.2, -0.74) || triangle(x, y, -0.2, 0.3, 0.2, 0.3, 0.15, 0.66);
        return fins ? Part.PALE : Part.NONE;
    }

    static Part flower(double x, double y) {
        double centreY = -0.32;
        if (disc(x, y, 0, centreY, 0.2)) {
            return dots(x, y, 0.1, 0.028) ? Part.LIGHT : Part.WOOD;
        }
        // Six petals: the directions of a regular hexagon.
        for (int petal = 0; petal < 6; petal++) {
            double dx = petal % 3 == 0 ? 0 : petal < 3 ? 0.36 : -0.36;
            double dy = petal == 0 ? -0.42 : petal == 3 ? 0.42 : petal == 1 || petal == 5 ? -0.21 : 0.21;
            if (disc(x, y, dx, centreY + dy, 0.235)) {
                return disc(x, y, 0.75 * dx, centreY + 0.75 * dy, 0.13) ? Part.DEEP : Part.MAIN;
            }
        }
        if (ellipse(x, y, 0.27, 0.62, 0.27, 0.12) || ellipse(x, y, -0.27, 0.74, 0.27, 0.12)) {
            return Part.DEEP;
        }
        return box(x, y, -0.06, 0, 0.06, 0.98) ? Part.DEEP : Part.NONE;
    }

    static Part umbrella(double x, double y) {
        if (disc(x, y, 0, 0.1, 0.95) && y < 0.1) {
            double rib = x / Math.sqrt(1.0001 - (y - 0.1) * (y - 0.1) / 0.9025);
            return y > 0.07 ? Part.DEEP : stripe(rib + 0.19, 0.76, 0.5) ? Part.MAIN : Part.PALE;
        }
        if (box(x, y, -0.045, -0.97, 0.045, 0.78)) {
            return Part.DARK;
        }
        boolean hook = disc(x, y, 0.16, 0.78, 0.2) && !disc(x, y, 0.16, 0.78, 0.11) && y > 0.78;
        return hook ? Part.DARK : Part.NONE;
    }

    /** Corners of a five-pointed star from its top, clockwise: cosines and sines of multiples of 36 degrees. */
    private static final double[] STAR_X = {0, 0.2245, 0.9511, 0.3633, 0.5878, 0, -0.5878, -0.3633, -0.9511, -0.2245};

    private static final double[] STAR_Y = {-1, -0.309, -0.309, 0.118, 0.809, 0.382, 0.809, 0.118, -0.309, -0.309};

    static Part star(double x, double y) {
        double shifted = y - 0.08;
        for (int i = 0; i < 10; i++) {
            int j = (i + 1) % 10;
            if (triangle(x, shifted, 0, 0, STAR_X[i], STAR_Y[i], STAR_X[j], STAR_Y[j])) {
                return i % 2 == 0 ? Part.MAIN : Part.DEEP;
            }
        }
        return Part.NONE;
    }

    static Part heart(double x, double y) {
        // The sextic (x^2 + y^2 - 1)^3 = x^2 y^3, y up.
        double u = 1.25 * x;
        double v = -1.2 * y + 0.1;
        if (!inHeart(u, v)) {
            return Part.NONE;
        }
        // Nested hearts.
        if (inHeart(2.6 * u, 2.6 * v)) {
            return Part.PALE;
        }
        if (inHeart(1.6 * u, 1.6 * v)) {
            return Part.DEEP;
        }
        return inHeart(1.16 * u, 1.16 * v) ? Part.MAIN : Part.DEEP;
    }

    private static boolean inHeart(double u, double v) {
        double r = u * u + v * v - 1;
        return r * r * r - u * u * v * v * v <= 0;
    }

    static Part cup(double x, double below) {
        double y = below - 0.12;
        double cx = x + 0.14;
        if (ellipse(cx, y, 0, -0.62, 0.62, 0.14)) {
            return ellipse(cx, y, 0, -0.6, 0.54, 0.09) ? Part.DARK : Part.PALE;
        }
        if (trapezoid(cx, y, -0.62, 0.62, 0.72, 0.5) || ellipse(cx, y, 0, 0.72, 0.5, 0.12)) {
            return cupBand(y - 0.1 * cx * cx) ? Part.DEEP : Part.MAIN;
        }
        boolean handle = ellipse(x, y, 0.5, 0.02, 0.42, 0.46) && !ellipse(x, y, 0.48, 0.02, 0.26, 0.29);
        return handle ? Part.DEEP : Part.NONE;
    }

    /** Two broad bands, at the rim and at the foot. */
    private static boolean cupBand(double y) {
        return y < -0.3 || y > 0.5;
    }

    static Part kite(double x, double y) {
        double upper = (y + 0.95) / 0.75;
        double lower = (0.55 - y) / 0.75;
        if (Math.abs(x) < 0.62 * Math.min(upper, lower)) {
            if (Math.abs(x) < 0.025 || Math.abs(y + 0.2) < 0.025) {
                return Part.WOOD;
            }
            return x > 0 ^ y > -0.2 ? Part.MAIN : Part.PALE;
        }
        for (int bow = 0; bow < 2; bow++) {
            double cy = 0.7 + 0.2 * bow;
            double dx = Math.abs(x - 0.05 + 0.1 * bow);
            if (dx < 0.16 && Math.abs(y - cy) < 0.02 + 0.45 * dx) {
                return Part.DEEP;
            }
        }
        return box(x, y, -0.025, 0.5, 0.025, 0.98) ? Part.DARK : Part.NONE;
    }

    static Part mushroom(double x, double y) {
        if (ellipse(x, y, 0, 0.05, 0.92, 0.9) && y < 0.05) {
            // A crown with a wavy edge, as of dripping glaze.
            double edge = -0.34 + 0.24 * triangleWave(x + 0.16, 0.32);
            return y < edge ? Part.DEEP : Part.MAIN;
        }
        if (ellipse(x, y, 0, 0.05, 0.92, 0.14)) {
            return stripe(x, 0.16, 0.5) ? Part.DEEP : Part.PALE;
        }
        return trapezoid(x, y, 0, 0.24, 0.95, 0.36) ? Part.LIGHT : Part.NONE;
    }

    static Part butterfly(double x, double y) {
        if (ellipse(x, y, 0, 0.05, 0.09, 0.6) || disc(x, y, 0, -0.55, 0.12)) {
            return Part.DARK;
        }
        double wing = Math.abs(x);
        if (ellipse(wing, y, 0.52, -0.34, 0.46, 0.44)) {
            return disc(wing, y, 0.58, -0.38, 0.2)
                    ? Part.PALE
                    : ellipse(wing, y, 0.48, -0.34, 0.38, 0.36) ? Part.MAIN : Part.DARK;
        }
        if (ellipse(wing, y, 0.4, 0.42, 0.34, 0.4)) {
            return disc(wing, y, 0.44, 0.5, 0.12) ? Part.LIGHT : Part.DEEP;
        }
        double feeler = wing - 0.1 - 0.35 * (-0.6 - y);
        return y < -0.6 && y > -0.95 && Math.abs(feeler) < 0.03 ? Part.DARK : Part.NONE;
    }

    static Part clock(double x, double below) {
        double y = below - 0.02;
        boolean foot = below > 0.7 && below < 0.97 && Math.abs(Math.abs(x) - 0.1 - 0.55 * below) < 0.09;
        if (!disc(x, y, 0, 0, 0.88)) {
            return foot ? Part.DARK : Part.NONE;
        }
        if (!disc(x, y, 0, 0, 0.68)) {
            return Part.MAIN;
        }
        if (box(x, y, -0.05, -0.46, 0.05, 0.05) || box(x, y, -0.05, -0.05, 0.36, 0.05)) {
            return Part.DARK;
        }
        // Marks at the twelve hours; three quarters of the face are in the clock's own tones.
        boolean mark = false;
        for (int hour = 0; hour < 12; hour++) {
            mark |= disc(x, y, 0.57 * HOUR_X[hour], 0.57 * HOUR_X[(hour + 3) % 12], 0.055);
        }
        return mark ? Part.DARK : disc(x, y, 0, 0, 0.46) ? Part.LIGHT : Part.PALE;
    }

    /** Sines of the multiples of 30 degrees. */
    private static final double[] HOUR_X = {0, 0.5, 0.866, 1, 0.866, 0.5, 0, -0.5, -0.866, -1, -0.866, -0.5};

    static Part balloon(double x, double y) {
        double centreY = -0.28;
        boolean bag = disc(x, y, 0, centreY, 0.7) || trapezoid(x, y, 0.06, 0.61, 0.52, 0.2);
        if (bag) {
            double v = Math.min(0.999, Math.abs(y - centreY) / 0.8);
            double gore = Math.abs(x) / Math.sqrt(1 - v * v);
            return gore < 0.14 || gore > 0.42 && gore < 0.58 ? Part.PALE : gore < 0.42 ? Part.MAIN : Part.DEEP;
        }
        if (box(x, y, -0.19, 0.68, 0.19, 0.96)) {
            return stripe(y, 0.1, 0.3) ? Part.DARK : Part.WOOD;
        }
        boolean rope = y > 0.5 && y < 0.7 && Math.abs(Math.abs(x) - 0.16) < 0.03;
        return rope ? Part.DARK : Part.NONE;
    }

    static Part cake(double x, double y) {
        for (int candle = -1; candle <= 1; candle++) {
            if (ellipse(x, y, 0.3 * candle, -0.86, 0.07, 0.12)) {
                return Part.LIGHT;
            }
            if (box(x, y, 0.3 * candle - 0.05, -0.76, 0.3 * candle + 0.05, -0.4)) {
                return Part.DARK;
            }
        }
        if (box(x, y, -0.54, -0.42, 0.54, 0.18)) {
            return y < -0.26 + 0.16 * triangleWave(x, 0.27) ? Part.LIGHT : Part.MAIN;
        }
        if (box(x, y, -0.88, 0.18, 0.88, 0.86)) {
            return y < 0.34 + 0.18 * triangleWave(x, 0.352) ? Part.LIGHT : y > 0.68 ? Part.DEEP : Part.MAIN;
        }
        return ellipse(x, y, 0, 0.86, 0.98, 0.1) ? Part.DARK : Part.NONE;
    }

    static Part rocket(double x, double y) {
        if (disc(x, y, 0, -0.26, 0.19)) {
            return disc(x, y, 0, -0.26, 0.12) ? Part.LIGHT : Part.DARK;
        }
        if (ellipse(x, y, 0, 0, 0.42, 0.98) && y < 0.66) {
            return y < -0.56 || y > 0.14 && y < 0.28 ? Part.DEEP : Part.MAIN;
        }
        double wing = Math.abs(x);
        if (triangle(wing, y, 0.3, 0.12, 0.84, 0.9, 0.24, 0.66)) {
            return Part.PALE;
        }
        return trapezoid(x, y, 0.66, 0.2, 0.97, 0.3) ? Part.DARK : Part.NONE;
    }
}
