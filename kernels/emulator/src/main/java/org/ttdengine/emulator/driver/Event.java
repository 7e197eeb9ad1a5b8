package org.ttdengine.emulator.driver;

/** A point in a stream that can be waited for. */
final class Event implements Owned {
    /** CU_EVENT_DISABLE_TIMING. */
    static final int DISABLE_TIMING = 2;

    private final Context context;
    private final boolean timed;
    private Operation recorded;

    Event(Context context, int flags) {
        this.context = context;
        this.timed = (flags & DISABLE_TIMING) == 0;
    }

    @Override
    public Context context() {
        return context;
    }

    boolean timed() {
        return timed;
    }

    /** The record submitted last; null if the event was never recorded. */
    Operation recorded() {
        return recorded;
    }

    void record(Operation operation) {
        recorded = operation;
    }

    /** Whether everything before the last record is done; true if it was never recorded. */
    boolean complete() {
        return recorded == null || recorded.done();
    }
}
