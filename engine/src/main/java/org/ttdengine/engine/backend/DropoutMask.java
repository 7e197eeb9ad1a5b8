package org.ttdengine.engine.backend;

/** The random mask of dropout: a hash of seed and element, so that it is the same on every backend and in any order. */
public final class DropoutMask {
    private DropoutMask() {}

    /** {@code 1/(1-p)} for an element that is kept, 0 for one that is dropped with probability p. */
    public static double factor(double p, long seed, long element) {
        double uniform = (mix(seed + element * 0x9E3779B97F4A7C15L) >>> 11) * 0x1.0p-53;
        return uniform < p ? 0 : 1 / (1 - p);
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
    public static long mix(long z) {
        long mixed = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
