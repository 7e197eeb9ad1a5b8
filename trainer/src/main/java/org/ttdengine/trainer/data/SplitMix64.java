package org.ttdengine.trainer.data;

/**
 * Random numbers from a counter: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (OOPSLA 2014),
 * with Stafford's variant 13 of the finaliser. The same on every machine and JDK. An instance belongs to one thread.
 */
public final class SplitMix64 {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;

    /** A stream that starts at a seed. */
    public SplitMix64(long seed) {
        state = seed;
    }

    /** Mixes the bits of a number: each bit of the result depends on each bit of {@code z}; a bijection. */
    public static long mix(long z) {
        long x = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
        return x ^ (x >>> 31);
    }

    /** The random number of a counter under a seed; for a fixed seed a bijection of the counter. */
    public static long mix(long seed, long counter) {
        return mix(mix(seed + GOLDEN) + GOLDEN * counter);
    }

    /** The next 64 random bits. */
    public long nextLong() {
        state += GOLDEN;
        return mix(state);
    }

    /** Uniform in [0, 1), a multiple of 2^-53. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** Uniform in [low, high). */
    public double nextDouble(double low, double high) {
        return low + (high - low) * nextDouble();
    }

    /** Uniform in 0 to {@code bound - 1}, up to a bias below {@code bound / 2^64}. */
    public int nextInt(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("a bound must be positive, not " + bound);
        }
        return (int) Math.multiplyHigh(nextLong() >>> 1, 2L * bound);
    }

    /** True with a probability. */
    public boolean nextBoolean(double probability) {
        return nextDouble() < probability;
    }
}
