package org.ttdengine.emulator.driver;

import java.util.ArrayDeque;

/** A queue of operations that run one after the other. */
final class Stream implements Owned {
    /** CU_STREAM_NON_BLOCKING: no implicit order with the legacy default stream. */
    static final int NON_BLOCKING = 1;

    private final Context context;
    private final long handle;
    private final int flags;
    private final int priority;
    private final ArrayDeque<Operation> queue = new ArrayDeque<>();
    private Operation last;
    private boolean destroyed;

    Stream(Context context, long handle, int flags, int priority) {
        this.context = context;
        this.handle = handle;
        this.flags = flags;
        this.priority = priority;
    }

    @Override
    public Context context() {
        return context;
    }

    long handle() {
        return handle;
    }

    int flags() {
        return flags;
    }

    int priority() {
        return priority;
    }

    /** Whether it takes part in the implicit order of the legacy default stream. */
    boolean blocking() {
        return (flags & NON_BLOCKING) == 0;
    }

    /** Operations that are not done, in order. */
    ArrayDeque<Operation> queue() {
        return queue;
    }

    /** The operation submitted last, done or not; null before the first. */
    Operation last() {
        return last;
    }

    void add(Operation operation) {
        queue.add(operation);
        last = operation;
    }

    /** After cuStreamDestroy no more can be submitted, but what was submitted still runs. */
    void destroy() {
        destroyed = true;
    }

    boolean destroyed() {
        return destroyed;
    }
}
