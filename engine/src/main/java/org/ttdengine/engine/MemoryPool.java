package org.ttdengine.engine;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Recycles the memory behind tensors. Requests are rounded up to a size class (eight per power of two), so that the
 * slightly different shapes of successive steps meet the same memory again and a steady run allocates nothing.
 *
 * <p>Memory given back is handed out at once, whatever the device still has queued: all work runs on one stream, in order.
 */
final class MemoryPool {
    private static final int SMALLEST = 256;

    private final MemorySource source;
    private final boolean poison;
    private final boolean direct;
    private final Map<Shelf, ArrayDeque<Storage>> free = new HashMap<>();
    private long bytesInUse;
    private long peakBytes;

    private record Shelf(DType dtype, int capacity) {}

    /**
     * A pool.
     *
     * @param poison fills all memory handed out with NaN
     * @param direct recycles nothing and rounds nothing up, so that a memory checker sees every tensor by itself
     */
    MemoryPool(MemorySource source, boolean poison, boolean direct) {
        this.source = source;
        this.poison = poison;
        this.direct = direct;
    }

    synchronized Storage take(DType dtype, int size) {
        int capacity = direct ? Math.max(size, 1) : sizeClass(size);
        ArrayDeque<Storage> shelf = free.get(new Shelf(dtype, capacity));
        Storage storage = shelf == null ? null : shelf.pollFirst();
        if (storage == null) {
            storage = allocate(dtype, capacity);
        }
        bytesInUse += bytes(storage);
        peakBytes = Math.max(peakBytes, bytesInUse);
        if (poison) {
            source.poison(storage);
        }
        return storage;
    }

    private Storage allocate(DType dtype, int capacity) {
        try {
            return source.allocate(dtype, capacity);
        } catch (OutOfDeviceMemoryException e) {
            if (free.isEmpty()) {
                throw e;
            }
            clear();
            return source.allocate(dtype, capacity);
        }
    }

    synchronized void give(Storage storage) {
        bytesInUse -= bytes(storage);
        if (direct) {
            source.free(storage);
        } else {
            free.computeIfAbsent(new Shelf(storage.dtype(), storage.capacity()), c -> new ArrayDeque<>())
                    .addFirst(storage);
        }
    }

    synchronized long bytesInUse() {
        return bytesInUse;
    }

    synchronized long peakBytes() {
        return peakBytes;
    }

    /** Gives all memory that nobody uses back to where it came from. */
    synchronized void clear() {
        free.values().forEach(shelf -> shelf.forEach(source::free));
        free.clear();
    }

    private static long bytes(Storage storage) {
        return (long) storage.capacity() * storage.dtype().bytes();
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
