package org.ttdengine.emulator.driver;

import java.util.List;

/** One thing a stream has to do, once all those before it in the stream and all in {@code after} are done. */
final class Operation {
    private final Stream stream;
    private final long serial;
    private final String name;
    private final Runnable action;
    private List<Operation> after;
    private boolean done;
    private long completedAt;

    /**
     * A pending operation.
     *
     * @param stream where it waits
     * @param serial order of submission
     * @param name for messages
     * @param after operations of other streams that must be done first
     * @param action what it does
     */
    Operation(Stream stream, long serial, String name, List<Operation> after, Runnable action) {
        this.stream = stream;
        this.serial = serial;
        this.name = name;
        this.after = List.copyOf(after);
        this.action = action;
    }

    Stream stream() {
        return stream;
    }

    long serial() {
        return serial;
    }

    String name() {
        return name;
    }

    /** What must be done first, apart from those before it in its own stream. */
    List<Operation> after() {
        return after;
    }

    boolean ready() {
        for (Operation other : after) {
            if (!other.done) {
                return false;
            }
        }
        return true;
    }

    boolean done() {
        return done;
    }

    /** {@link System#nanoTime} at completion; only of an operation that is done. */
    long completedAt() {
        return completedAt;
    }

    /** Runs the action; it is done even if the action throws. */
    void run() {
        try {
            action.run();
        } finally {
            abandon();
        }
    }

    /** Marks it as done without running it, as after a fault of the context. */
    void abandon() {
        done = true;
        completedAt = System.nanoTime();
        after = List.of();
    }
}
