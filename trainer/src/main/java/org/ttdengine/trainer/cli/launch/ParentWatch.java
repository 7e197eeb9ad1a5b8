package org.ttdengine.trainer.cli.launch;

import java.util.Optional;

/** Ends this JVM when the one that launched it is gone, so that no orphan goes on writing to a run folder. */
final class ParentWatch implements Runnable {
    /** Process id of the launching JVM. */
    static final String PARENT = "ttd.launcher.parent";

    private static final long POLL_MILLIS = 100;
    private static final int KILLED = 137;

    private final long parent;
    private final Optional<ProcessHandle> handle;

    private ParentWatch(long parent) {
        this.parent = parent;
        this.handle = ProcessHandle.of(parent);
    }

    /** Starts watching in a daemon thread. */
    static void start(long parent) {
        Thread thread = new Thread(new ParentWatch(parent), "parent-watch");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        while (isAlive()) {
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        Runtime.getRuntime().halt(KILLED);
    }

    /**
     * A killed process that nobody has waited for still counts as alive; but its children have a new parent at once.
     */
    private boolean isAlive() {
        boolean child =
                ProcessHandle.current().parent().map(now -> now.pid() == parent).orElse(false);
        return child && handle.map(ProcessHandle::isAlive).orElse(false);
    }
}
