package org.ttdengine.engine.backend.cpu;

/**
 * Loops over elements or rows, cut into ranges whose bounds depend on the size of the problem alone: what is summed within
 * a range is the same whatever the number of threads. A loop of one range runs in the calling thread.
 */
final class Ranges {
    /** Elements of a range: enough work to be worth handing to another thread. */
    static final int GRAIN = 1 << 14;

    /** The body of a loop for the indices of one range. */
    @FunctionalInterface
    interface Body {
        void run(int start, int end, int worker);
    }

    private Ranges() {}

    /** All indices below {@code size} in ranges of {@code grain}; range i starts at {@code i * grain}. */
    static void run(WorkerPool pool, int size, int grain, Body body) {
        int ranges = count(size, grain);
        if (ranges == 1) {
            body.run(0, size, 0);
        } else if (ranges > 1) {
            pool.run(ranges, (range, worker) -> {
                int start = range * grain;
                body.run(start, Math.min(size - start, grain) + start, worker);
            });
        }
    }

    /** {@link #run(WorkerPool, int, int, Body)} over elements, with ranges of {@link #GRAIN}. */
    static void elements(WorkerPool pool, int size, Body body) {
        run(pool, size, GRAIN, body);
    }

    /** {@link #run(WorkerPool, int, int, Body)} over rows of the given width, with ranges of {@link #rowGrain}. */
    static void rows(WorkerPool pool, int rows, int width, Body body) {
        run(pool, rows, rowGrain(width), body);
    }

    /** Rows that make a range of about {@link #GRAIN} elements. */
    static int rowGrain(int width) {
        return Math.max(1, GRAIN / Math.max(1, width));
    }

    /** Number of ranges. */
    static int count(int size, int grain) {
        return (int) (((long) size + grain - 1) / grain);
    }
}
