package org.ttdengine.engine.backend.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/**
 * A fixed team of threads for data-parallel loops: the caller plus daemon workers that grab task numbers from a shared
 * counter until none is left. Which worker gets which task is not determined, so tasks must write disjoint data and may
 * depend on the worker number only through working memory.
 *
 * <p>Idle workers spin for a moment, since the next loop of a model usually follows at once, and then sleep. One loop
 * runs at a time; other threads that call {@code run} wait for it. A task must not call {@code run} of its own pool.
 */
public final class WorkerPool implements AutoCloseable {
    private static final long SPIN_NANOS = 20_000;
    private static final int SPINS_PER_CLOCK_READ = 64;

    /** The body of a parallel loop. */
    @FunctionalInterface
    public interface Task {
        /**
         * Performs one iteration.
         *
         * @param task number of the iteration, from 0
         * @param worker number of the executing thread, from 0 to {@code threads() - 1}; no two iterations run at the
         *     same time under one number
         */
        void run(int task, int worker);
    }

    private final Worker[] workers;
    private final ReentrantLock oneLoopAtATime = new ReentrantLock();
    private volatile Loop loop = new Loop(0, (task, worker) -> {}, null);
    private volatile boolean closed;

    /**
     * Starts the team.
     *
     * @param threads number of threads including the caller's, at least 1
     */
    public WorkerPool(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("a worker pool needs at least 1 thread, not " + threads);
        }
        workers = new Worker[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker(i + 1, loop);
        }
        for (Worker worker : workers) {
            worker.start();
        }
    }

    /** Number of threads that share a loop, the caller's included. */
    public int threads() {
        return workers.length + 1;
    }

    /** {@link #run(int, Task)} for a body that needs no working memory of its own. */
    public void run(int tasks, IntConsumer task) {
        run(tasks, (number, worker) -> task.accept(number));
    }

    /**
     * Runs iterations 0 to {@code tasks - 1} and returns when all have finished. The first exception of a task is
     * rethrown here; iterations not yet begun by then are skipped.
     *
     * @throws IllegalStateException if called from a task of this pool, or after {@link #close()}
     */
    public void run(int tasks, Task task) {
        boolean nested = oneLoopAtATime.isHeldByCurrentThread()
                || (Thread.currentThread() instanceof Worker worker && worker.pool() == this);
        if (nested) {
            throw new IllegalStateException("a task of a worker pool must not start a loop on the same pool");
        }
        oneLoopAtATime.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the worker pool is closed");
            }
            Loop current = new Loop(tasks, task, Thread.currentThread());
            if (tasks > 1) {
                loop = current;
                for (int i = 0; i < Math.min(workers.length, tasks - 1); i++) {
                    workers[i].wake();
                }
            }
            current.work(0);
            current.awaitCompletion();
        } finally {
            oneLoopAtATime.unlock();
        }
    }

    /** Ends the workers; waits for a running loop. Idempotent. */
    @Override
    public void close() {
        oneLoopAtATime.lock();
        try {
            closed = true;
        } finally {
            oneLoopAtATime.unlock();
        }
        for (Worker worker : workers) {
            LockSupport.unpark(worker);
        }
        boolean interrupted = false;
        for (Worker worker : workers) {
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One parallel loop; a fresh object each time, so that a late worker cannot take part in the wrong one. */
    private static final class Loop {
        private final int tasks;
        private Task task;
        private final Thread caller;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger finished = new AtomicInteger();
        private volatile boolean callerSleeps;
        private volatile boolean failed;
        private Throwable failure;

        Loop(int tasks, Task task, Thread caller) {
            this.tasks = tasks;
            this.task = task;
            this.caller = caller;
        }

        void work(int worker) {
            for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
                try {
                    if (!failed) {
                        task.run(i, worker);
                    }
                } catch (Throwable e) { // rethrown by the caller
                    fail(e);
                }
                if (finished.incrementAndGet() == tasks && callerSleeps) {
                    LockSupport.unpark(caller);
                }
            }
        }

        private synchronized void fail(Throwable e) {
            if (failure == null) {
                failure = e;
            } else if (failure != e) {
                failure.addSuppressed(e);
            }
            failed = true;
        }

        private synchronized Throwable failure() {
            return failure;
        }

        /** Waits for the last iteration, lets go of what the body captured, and rethrows its exception. */
        void awaitCompletion() {
            if (!spinUntilFinished()) {
                callerSleeps = true;
                boolean interrupted = false;
                while (finished.get() < tasks) {
                    LockSupport.park(this);
                    interrupted |= Thread.interrupted();
                }
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            task = null; // iterations are exhausted: a late worker does not look at it
            if (failure() instanceof RuntimeException e) {
                throw e;
            }
            if (failure() instanceof Error e) {
                throw e;
            }
        }

        private boolean spinUntilFinished() {
            long deadline = System.nanoTime() + SPIN_NANOS;
            do {
                for (int i = 0; i < SPINS_PER_CLOCK_READ; i++) {
                    if (finished.get() >= tasks) {
                        return true;
                    }
                    Thread.onSpinWait();
                }
            } while (System.nanoTime() < deadline);
            return false;
        }
    }

    private final class Worker extends Thread {
        private final int number;
        private Loop last;
        private volatile boolean asleep;

        Worker(int number, Loop idle) {
            super("ttd-worker-" + number);
            this.number = number;
            this.last = idle;
            setDaemon(true);
        }

        WorkerPool pool() {
            return WorkerPool.this;
        }

        void wake() {
            if (asleep) {
                LockSupport.unpark(this);
            }
        }

        @Override
        public void run() {
            while (awaitLoop()) {
                last.work(number);
            }
        }

        /** Waits until there is a loop this worker has not seen; false when the pool was closed. */
        private boolean awaitLoop() {
            long deadline = System.nanoTime() + SPIN_NANOS;
            do {
                for (int i = 0; i < SPINS_PER_CLOCK_READ; i++) {
                    if (loop != last) {
                        last = loop;
                        return true;
                    }
                    Thread.onSpinWait();
                }
            } while (System.nanoTime() < deadline);
            asleep = true;
            while (loop == last && !closed) {
                LockSupport.park(WorkerPool.this);
            }
            asleep = false;
            last = loop;
            return !closed;
        }
    }
}
