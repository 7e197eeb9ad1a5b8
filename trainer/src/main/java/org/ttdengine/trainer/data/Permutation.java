package org.ttdengine.trainer.data;

import java.util.Objects;

/**
 * A pseudorandom permutation of 0 to size-1 that needs no memory: a Feistel network over the smallest even number of
 * bits that holds the size, walked along its cycle until the value is within (Black and Rogaway, "Ciphers with Arbitrary
 * Finite Domains", 2002).
 */
final class Permutation {
    private static final int ROUNDS = 6;
    /** Narrower halves mix poorly. */
    private static final int MIN_HALF_BITS = 4;

    private final long size;
    private final int halfBits;
    private final long halfMask;
    private final long key;

    /** The permutation of a key. */
    Permutation(long size, long key) {
        if (size < 1 || size > 1L << 60) {
            throw new IllegalArgumentException("cannot permute " + size + " things");
        }
        int bits = 64 - Long.numberOfLeadingZeros(size - 1);
        this.size = size;
        this.halfBits = Math.max(MIN_HALF_BITS, (bits + 1) / 2);
        this.halfMask = (1L << halfBits) - 1;
        this.key = key;
    }

    /** Where an index goes. */
    long at(long index) {
        long value = Objects.checkIndex(index, size);
        do {
            value = encrypt(value);
        } while (value >= size);
        return value;
    }

    private long encrypt(long value) {
        long left = value >>> halfBits;
        long right = value & halfMask;
        for (int round = 0; round < ROUNDS; round++) {
            long next = left ^ (SplitMix64.mix(key, (long) round << 32 | right) & halfMask);
            left = right;
            right = next;
        }
        return left << halfBits | right;
    }
}
