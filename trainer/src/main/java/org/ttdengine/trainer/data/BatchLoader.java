package org.ttdengine.trainer.data;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.ttdengine.vit.image.Augmentation;

/**
 * Makes batches ahead of their use. Workers take positions in order and put what becomes of each into a ring; the caller
 * empties the ring in order, so that batches are the same to the bit whatever the number of workers. Workers sleep while
 * the ring is full. A pair that cannot be used is left out and the next one takes its place in the batch.
 *
 * <p>One thread asks for batches.
 */
public final class BatchLoader implements AutoCloseable {
    private final PairSource source;
    private final long positionsPerEpoch;
    private final BatchPlan plan;
    private final SampleMaker maker;
    private final SkipListener listener;
    private final List<Thread> workers = new ArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition arrival = lock.newCondition();
    /** Outcomes by position modulo the length; null where the position is still worked on. */
    private final SampleMaker.Outcome[] ring;
    /** The next position a worker takes. */
    private long claimed;
    /** The next position the caller takes. */
    private long taken;

    private boolean closed;
    private Throwable failure;

    /** Positions skipped since the last sample; only the caller's thread uses it. */
    private long skippedInARow;

    private BatchLoader(
            PairSource source, long positionsPerEpoch, BatchPlan plan, SampleMaker maker, SkipListener listener) {
        this.source = source;
        this.positionsPerEpoch = positionsPerEpoch;
        this.plan = plan;
        this.maker = maker;
        this.listener = listener;
        this.ring = new SampleMaker.Outcome[plan.lookAhead()];
        this.claimed = plan.startPosition();
        this.taken = plan.startPosition();
    }

    /**
     * Starts the workers. The source stays the caller's to close, after the loader.
     *
     * @param cursor the order of the data; its size is that of the source
     */
    public static BatchLoader start(
            PairSource source,
            DataCursor cursor,
            ImageDecoder decoder,
            Augmentation augmentation,
            BatchPlan plan,
            SkipListener listener) {
        if (cursor.size() != source.size()) {
            throw new IllegalArgumentException(
                    "the cursor is for " + cursor.size() + " pairs, the data have " + source.size());
        }
        SampleMaker maker = new SampleMaker(source, cursor, decoder, augmentation, plan.seed());
        BatchLoader loader = new BatchLoader(source, cursor.positionsPerEpoch(), plan, maker, listener);
        for (int i = 0; i < plan.workers(); i++) {
            Thread worker = new Thread(loader::work, "ttd-data-" + i);
            worker.setDaemon(true);
            loader.workers.add(worker);
        }
        try {
            loader.workers.forEach(Thread::start);
        } catch (OutOfMemoryError e) {
            loader.close();
            throw e;
        }
        return loader;
    }

    /**
     * The next batch, full unless the end position cuts it short; empty when none is left.
     *
     * @throws IOException if the positions of a whole epoch gave no sample, or the thread is interrupted while waiting
     * @throws IllegalStateException if a worker failed or the loader is closed
     */
    public Optional<Batch> next() throws IOException {
        long first = position();
        List<Sample> samples = new ArrayList<>(plan.batchSize());
        long waited = 0;
        while (samples.size() < plan.batchSize() && position() < plan.endPosition()) {
            long start = System.nanoTime();
            SampleMaker.Outcome outcome = take();
            waited += System.nanoTime() - start;
            if (outcome instanceof SampleMaker.Made made) {
                skippedInARow = 0;
                samples.add(made.sample());
            } else if (outcome instanceof SampleMaker.Skipped skipped) {
                skip(skipped);
            }
        }
        if (samples.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Batch(samples, first, position(), samples.get(0).epoch(), waited / 1e6));
    }

    private void skip(SampleMaker.Skipped skipped) throws IOException {
        listener.skipped(skipped.name(), skipped.reason());
        if (++skippedInARow >= positionsPerEpoch) {
            throw new IOException("no usable pair in " + source.describe() + "; the last was " + skipped.name() + ": "
                    + skipped.reason());
        }
    }

    /** Position of the next batch. */
    public long position() {
        lock.lock();
        try {
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private SampleMaker.Outcome take() throws IOException {
        lock.lock();
        try {
            int slot = (int) (taken % ring.length);
            while (ring[slot] == null || failure != null || closed) {
                throwIfStopped();
                arrival.await();
            }
            SampleMaker.Outcome outcome = ring[slot];
            ring[slot] = null;
            taken++;
            room.signal();
            return outcome;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while waiting for data");
            interrupted.initCause(e);
            throw interrupted;
        } finally {
            lock.unlock();
        }
    }

    private void throwIfStopped() {
        if (closed) {
            throw new IllegalStateException("the loader is closed");
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw new IllegalStateException("loading data failed: " + failure, failure);
        }
    }

    private void work() {
        try {
            for (long position = claim(); position >= 0; position = claim()) {
                put(position, maker.make(position));
            }
        } catch (Throwable e) {
            // A dead worker would leave its position open for ever: the caller must hear of it.
            fail(e);
        }
    }

    /** The next position to work on, once there is room; -1 when work ends. */
    private long claim() {
        lock.lock();
        try {
            while (!closed && failure == null && claimed < plan.endPosition() && claimed - taken >= ring.length) {
                room.awaitUninterruptibly();
            }
            return closed || failure != null || claimed >= plan.endPosition() ? -1 : claimed++;
        } finally {
            lock.unlock();
        }
    }

    private void put(long position, SampleMaker.Outcome outcome) {
        lock.lock();
        try {
            ring[(int) (position % ring.length)] = outcome;
            if (position == taken) {
                arrival.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void fail(Throwable cause) {
        lock.lock();
        try {
            failure = failure == null ? cause : failure;
            arrival.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Stops the workers; each first ends the picture at hand. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            arrival.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        for (Thread worker : workers) {
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
}
