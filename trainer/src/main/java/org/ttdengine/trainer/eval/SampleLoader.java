package org.ttdengine.trainer.eval;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ttdengine.vit.image.PreparedImage;

/** Reads samples ahead of their use, and hands them out in order. */
final class SampleLoader implements AutoCloseable {
    /** What became of a sample. */
    sealed interface Outcome {}

    /** It can be evaluated. */
    record Loaded(LabelledSample sample, CaptionWords words, Optional<Mask> truth, PreparedImage image)
            implements Outcome {}

    /** It cannot; the reason is one line that names it. */
    record Skipped(String line) implements Outcome {}

    private final LabelledSamples samples;
    private final EvalOptions options;
    private final boolean masks;
    private final int patch;
    private final int lookAhead;
    private final ExecutorService workers;
    private final Deque<Future<Outcome>> ahead = new ArrayDeque<>();
    private int claimed;

    /**
     * Starts to read.
     *
     * @param masks whether text-level masks are read too
     * @param patch side of a patch of the model
     */
    SampleLoader(LabelledSamples samples, EvalOptions options, boolean masks, int patch) {
        this.samples = samples;
        this.options = options;
        this.masks = masks;
        this.patch = patch;
        this.lookAhead = 2 * options.batch() + options.workers();
        this.workers = Executors.newFixedThreadPool(options.workers(), SampleLoader::thread);
        fill();
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "ttd-eval");
        thread.setDaemon(true);
        return thread;
    }

    private void fill() {
        while (claimed < samples.size() && ahead.size() < lookAhead) {
            int index = claimed++;
            ahead.add(workers.submit(() -> load(index)));
        }
    }

    /**
     * The next sample; empty when none is left.
     *
     * @throws IOException if the thread is interrupted while waiting
     */
    Optional<Outcome> next() throws IOException {
        if (ahead.isEmpty()) {
            return Optional.empty();
        }
        try {
            Outcome outcome = ahead.remove().get();
            fill();
            return Optional.of(outcome);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while waiting for samples");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("reading samples failed: " + e.getCause(), e.getCause());
        }
    }

    private Outcome load(int index) {
        try {
            LabelledSample sample = samples.get(index);
            CaptionWords words = CaptionWords.of(
                    sample.caption(), sample.tags(), options.method().tags());
            if (words.candidates().isEmpty()) {
                return new Skipped(sample.name() + ": its caption has no word that could be a tag");
            }
            Optional<Mask> truth = masks ? Optional.of(sample.masks().union()) : Optional.empty();
            return new Loaded(sample, words, truth, options.prepare(sample.image(), patch));
        } catch (IOException e) {
            return new Skipped(firstLine(e.getMessage()));
        }
    }

    private static String firstLine(String message) {
        return message == null ? "unknown" : message.lines().findFirst().orElse("unknown");
    }

    /** Stops reading; samples in hand are not waited for. */
    @Override
    public void close() {
        workers.shutdownNow();
    }
}
