package org.ttdengine.trainer.data.demo;

/** Point-in-region tests; y points down. Only exact operations, so that every machine draws the same. */
final class Geometry {
    private Geometry() {}

    static boolean disc(double x, double y, double centreX, double centreY, double radius) {
        return ellipse(x, y, centreX, centreY, radius, radius);
    }

    static boolean ellipse(double x, double y, double centreX, double centreY, double radiusX, double radiusY) {
        double dx = (x - centreX) / radiusX;
        double dy = (y - centreY) / radiusY;
        return dx * dx + dy * dy <= 1;
    }

    static boolean box(double x, double y, double left, double top, double right, double bottom) {
        return x >= left && x <= right && y >= top && y <= bottom;
    }

    /** A trapezoid symmetric about the y axis, of half widths at its top and bottom. */
    static boolean trapezoid(double x, double y, double top, double halfTop, double bottom, double halfBottom) {
        if (y < top || y > bottom) {
            return false;
        }
        double half = halfTop + (halfBottom - halfTop) * (y - top) / (bottom - top);
        return x >= -half && x <= half;
    }

    /** A triangle, corners in any order. */
    static boolean triangle(double x, double y, double ax, double ay, double bx, double by, double cx, double cy) {
        double a = side(x, y, ax, ay, bx, by);
        double b = side(x, y, bx, by, cx, cy);
        double c = side(x, y, cx, cy, ax, ay);
        return a >= 0 && b >= 0 && c >= 0 || a <= 0 && b <= 0 && c <= 0;
    }

    /** The sign tells on which side of the line from a to b a point lies. */
    static double side(double x, double y, double ax, double ay, double bx, double by) {
        return (bx - ax) * (y - ay) - (by - ay) * (x - ax);
    }

    /** Whether a number lies in the first part of its period. */
    static boolean stripe(double t, double period, double share) {
        return phase(t, period) < share;
    }

    /** Rises from 0 to 1 and falls back within a period. */
    static double triangleWave(double t, double period) {
        return 1 - Math.abs(2 * phase(t, period) - 1);
    }

    /** How far a number is into its period, from 0 to 1. */
    static double phase(double t, double period) {
        double periods = t / period;
        return periods - Math.floor(periods);
    }

    /** The share of an interval around a number that lies in the first part of the periods of length 1. */
    static double cover(double t, double width, double share) {
        return (covered(t + width / 2, share) - covered(t - width / 2, share)) / width;
    }

    private static double covered(double t, double share) {
        double whole = Math.floor(t);
        return whole * share + Math.min(t - whole, share);
    }

    /** Dots of a radius on a staggered grid. */
    static boolean dots(double x, double y, double period, double radius) {
        double row = Math.floor(y / period);
        double shift = stripe(row, 2, 0.5) ? 0 : period / 2;
        double dx = (x + shift) / period;
        double dy = y / period;
        dx = (dx - Math.floor(dx) - 0.5) * period;
        dy = (dy - Math.floor(dy) - 0.5) * period;
        return dx * dx + dy * dy < radius * radius;
    }
}
