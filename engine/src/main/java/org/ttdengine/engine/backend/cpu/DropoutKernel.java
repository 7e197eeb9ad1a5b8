package org.ttdengine.engine.backend.cpu;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.ttdengine.engine.backend.DropoutMask;

/**
 * Dropout with the mask of {@link DropoutMask}: the hash of many elements at a time, compared as an integer, since
 * {@code hash / 2^53 < p} is {@code hash < ceil(p 2^53)}.
 */
final class DropoutKernel {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    /** Elements hashed before their values are looked at; a multiple of every vector length. */
    private static final int CHUNK = 256;

    private static final long INCREMENT = 0x9E3779B97F4A7C15L;
    private static final long MULTIPLIER_1 = 0xBF58476D1CE4E5B9L;
    private static final long MULTIPLIER_2 = 0x94D049BB133111EBL;

    private final long seed;
    private final long threshold;
    private final float scale;

    /** Elements are dropped with probability {@code p}; the others grow by 1/(1-p). */
    DropoutKernel(double p, long seed) {
        this.seed = seed;
        this.threshold = (long) Math.ceil(p * 0x1p53);
        this.scale = (float) (1 / (1 - p));
    }

    /** {@code y (+)= x keep / (1 - p)} for the elements from {@code start} to {@code end - 1}. */
    void run(float[] x, float[] y, boolean accumulate, int start, int end) {
        long[] excess = new long[CHUNK];
        for (int chunk = start; chunk < end; chunk += CHUNK) {
            hash(chunk, excess);
            int size = Math.min(CHUNK, end - chunk);
            if (accumulate) {
                add(x, y, chunk, size, excess);
            } else {
                write(x, y, chunk, size, excess);
            }
        }
    }

    /** By how much the hashes of the elements from {@code first} on exceed the threshold; the dropped ones are negative. */
    private void hash(int first, long[] excess) {
        for (int i = 0; i < LANES; i++) {
            excess[i] = seed + (first + i) * INCREMENT;
        }
        LongVector state = LongVector.fromArray(SPECIES, excess, 0);
        LongVector step = LongVector.broadcast(SPECIES, LANES * INCREMENT);
        for (int i = 0; i < CHUNK; i += LANES) {
            LongVector z = state;
            z = z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 30))
                    .mul(MULTIPLIER_1);
            z = z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 27))
                    .mul(MULTIPLIER_2);
            z = z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 31));
            z.lanewise(VectorOperators.LSHR, 11).sub(threshold).intoArray(excess, i);
            state = state.add(step);
        }
    }

    private void write(float[] x, float[] y, int start, int size, long[] excess) {
        for (int i = 0; i < size; i++) {
            y[start + i] = kept(x[start + i], excess[i]);
        }
    }

    private void add(float[] x, float[] y, int start, int size, long[] excess) {
        for (int i = 0; i < size; i++) {
            y[start + i] += kept(x[start + i], excess[i]);
        }
    }

    /** The scaled element, or 0 where the excess is negative; without a branch, which nothing could predict. */
    private float kept(float x, long excess) {
        int mask = (int) ~(excess >> 63);
        return Float.intBitsToFloat(Float.floatToRawIntBits(x * scale) & mask);
    }
}
