package org.ttdengine.engine.backend.cpu;

import java.util.Arrays;

/**
 * Sums over the rows of matrices in a fixed order: every range of rows has its own sums, which are then added range by
 * range. The memory is kept from call to call.
 */
final class PartialSums {
    private final WorkerPool pool;
    private float[] sums = new float[0];
    private int ranges;
    private int width;

    PartialSums(WorkerPool pool) {
        this.pool = pool;
    }

    /** Begins new sums: zeros, {@code newWidth} of them for each range. */
    void clear(int newRanges, int newWidth) {
        ranges = newRanges;
        width = newWidth;
        int size = Math.multiplyExact(ranges, width);
        if (sums.length < size) {
            sums = new float[size];
        } else {
            Arrays.fill(sums, 0, size, 0);
        }
    }

    /** The memory of the sums. */
    float[] data() {
        return sums;
    }

    /** Index of the first sum of a range. */
    int start(int range) {
        return range * width;
    }

    /** Adds the {@code count} sums from {@code first} on of all ranges to {@code target}, from {@code offset} on. */
    void addTo(float[] target, int offset, int first, int count) {
        int grain = Ranges.rowGrain(ranges);
        Ranges.run(pool, count, grain, (start, end, worker) -> {
            for (int range = 0; range < ranges; range++) {
                VectorMath.axpy(1, sums, start(range) + first + start, target, offset + start, end - start);
            }
        });
    }
}
