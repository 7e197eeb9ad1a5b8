package org.ttdengine.engine;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Recycles the heap arrays behind tensors. Requests are rounded up to a size class (eight per power of two), so that the
 * slightly different shapes of successive steps meet the same arrays again and a steady run allocates nothing.
 */
final class MemoryPool {
    private static final int SMALLEST = 256;

    private final DType dtype;
    private final boolean poison;
    private final Map<Integer, ArrayDeque<Storage>> free = new HashMap<>();
    private long bytesInUse;
    private long peakBytes;

    /** A pool of F32 or F64 arrays; {@code poison} fills every array handed out with NaN. */
    MemoryPool(DType dtype, boolean poison) {
        this.dtype = dtype;
        this.poison = poison;
    }

    synchronized Storage take(int size) {
        int capacity = sizeClass(size);
        ArrayDeque<Storage> shelf = free.get(capacity);
        Storage storage = shelf == null ? null : shelf.pollFirst();
        if (storage == null) {
            storage = dtype == DType.F64
                    ? new Storage.Doubles(new double[capacity])
                    : new Storage.Floats(new float[capacity]);
        }
        bytesInUse += (long) capacity * dtype.bytes();
        peakBytes = Math.max(peakBytes, bytesInUse);
        if (poison) {
            fillWithNan(storage);
        }
        return storage;
    }

    synchronized void give(Storage storage) {
        bytesInUse -= (long) storage.capacity() * dtype.bytes();
        free.computeIfAbsent(storage.capacity(), c -> new ArrayDeque<>()).addFirst(storage);
    }

    synchronized long bytesInUse() {
        return bytesInUse;
    }

    synchronized long peakBytes() {
        return peakBytes;
    }

    synchronized void clear() {
        free.clear();
    }

    private static void fillWithNan(Storage storage) {
        if (storage instanceof Storage.Floats floats) {
            Arrays.fill(floats.data(), Float.NaN);
        } else if (storage instanceof Storage.Doubles doubles) {
            Arrays.fill(doubles.data(), Double.NaN);
        }
    }

    /** The smallest class {@code 2^k (8 + j) / 8} that holds {@code size} elements. */
    static int sizeClass(int size) {
        if (size <= SMALLEST) {
            return SMALLEST;
        }
        int step = Integer.highestOneBit(size - 1) >>> 3;
        long rounded = ((long) size + step - 1) / step * step;
        return (int) Math.min(rounded, Integer.MAX_VALUE - 8);
    }
}
