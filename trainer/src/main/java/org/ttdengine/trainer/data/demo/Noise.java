package org.ttdengine.trainer.data.demo;

import org.ttdengine.trainer.data.SplitMix64;

/** Value noise: random numbers on the integer lattice with smooth transitions between. */
final class Noise {
    private final long seed;

    Noise(long seed) {
        this.seed = SplitMix64.mix(seed);
    }

    /** Uniform in [0, 1), one number a cell. */
    double cell(double x, double y) {
        return lattice((int) Math.floor(x), (int) Math.floor(y));
    }

    /** Smooth in [0, 1), with features about one unit wide. */
    double smooth(double x, double y) {
        int column = (int) Math.floor(x);
        int row = (int) Math.floor(y);
        double u = ease(x - column);
        double v = ease(y - row);
        double top = lattice(column, row) * (1 - u) + lattice(column + 1, row) * u;
        double bottom = lattice(column, row + 1) * (1 - u) + lattice(column + 1, row + 1) * u;
        return top * (1 - v) + bottom * v;
    }

    /** Three octaves of {@link #smooth}, in [0, 1). */
    double rough(double x, double y) {
        return (4 * smooth(x, y) + 2 * smooth(2 * x + 17, 2 * y + 5) + smooth(4 * x + 3, 4 * y + 29)) / 7;
    }

    private double lattice(int x, int y) {
        return (SplitMix64.mix(seed ^ ((long) x << 32 | y & 0xffffffffL)) >>> 11) * 0x1.0p-53;
    }

    private static double ease(double t) {
        return t * t * (3 - 2 * t);
    }
}
