package org.ttdengine.trainer.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ttdengine.engine.OutOfDeviceMemoryException;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.backend.GradientNorm;
import org.ttdengine.engine.backend.cuda.CudaException;
import org.ttdengine.trainer.data.Batch;
import org.ttdengine.trainer.data.BatchLoader;
import org.ttdengine.trainer.data.BatchPlan;
import org.ttdengine.trainer.data.DataCursor;
import org.ttdengine.trainer.data.PairSource;
import org.ttdengine.trainer.data.SplitMix64;
import org.ttdengine.trainer.run.Checkpoint;
import org.ttdengine.trainer.run.Checkpoints;
import org.ttdengine.trainer.run.StepReport;
import org.ttdengine.trainer.run.TrainerState;
import org.ttdengine.trainer.run.TrainingListener;
import org.ttdengine.vit.image.Images;

/** Lets a learner learn: data in, updates, log, checkpoints. */
public final class TrainingLoop {
    private final Learner learner;
    private final LoopOptions options;
    private final PairSource pairs;
    private final Checkpoints checkpoints;
    private final JsonNode config;
    private final long totalSteps;

    /**
     * A run.
     *
     * @param checkpoints where the run's state is kept
     * @param config the options of the run, stored with its state
     */
    public TrainingLoop(
            Learner learner, PairSource pairs, LoopOptions options, Checkpoints checkpoints, JsonNode config) {
        this.learner = learner;
        this.options = options;
        this.pairs = pairs;
        this.checkpoints = checkpoints;
        this.config = config;
        this.totalSteps = options.totalSteps(pairs.size());
    }

    /**
     * Trains to the end.
     *
     * @param from the checkpoint to go on from, or empty to begin
     * @throws DeviceFailedException if the device fails or runs out of memory
     * @throws TrainingDivergedException if loss or gradient is no longer a finite number
     * @throws IOException if data cannot be read or results not be written; earlier checkpoints are safe
     */
    public void run(Optional<Checkpoint> from, TrainingListener listener) throws IOException {
        try (Scope moments = learner.device().scope("optimizer");
                AdamW optimizer = learner.optimizer(moments)) {
            long done = 0;
            long position = 0;
            if (from.isPresent()) {
                TrainerState state = TrainerState.read(from.get().folder());
                optimizer.read(from.get().folder());
                done = state.step();
                position = state.cursor();
            }
            train(optimizer, done, position, listener);
            listener.finished();
        }
    }

    private void train(AdamW optimizer, long done, long startPosition, TrainingListener listener) throws IOException {
        DataCursor cursor = DataCursor.of(pairs.size(), options.seed(), options.shuffle());
        long end = options.steps() > 0 ? Long.MAX_VALUE : cursor.endOf(options.epochs());
        BatchPlan plan = new BatchPlan(options.batch(), options.workers(), options.seed(), startPosition, end);
        Reports skips = new Reports(listener);
        long number = done;
        long epoch = 0;
        try (BatchLoader loader = BatchLoader.start(
                learner.usable(pairs), cursor, Images::decode, options.augmentation(), plan, skips::skipped)) {
            while (number < totalSteps) {
                long start = System.nanoTime();
                List<Batch> batches = collect(loader);
                skips.rethrow();
                if (batches.isEmpty()) {
                    break;
                }
                epoch = batches.get(0).epoch();
                number++;
                updateOrFail(optimizer, number, batches, start, listener);
                if (number % options.checkpointEvery() == 0 && number < totalSteps) {
                    saveOrFail(optimizer, number, epoch, loader.position(), listener);
                }
            }
            if (number > done || checkpoints.latest().isEmpty()) {
                saveOrFail(optimizer, number, epoch, loader.position(), listener);
            } else {
                writeResult();
            }
        }
    }

    private List<Batch> collect(BatchLoader loader) throws IOException {
        List<Batch> batches = new ArrayList<>();
        for (int i = 0; i < options.accumulate(); i++) {
            loader.next().ifPresent(batches::add);
        }
        return batches;
    }

    private void updateOrFail(AdamW optimizer, long number, List<Batch> batches, long start, TrainingListener listener)
            throws IOException {
        try {
            update(optimizer, number, batches, start, listener);
        } catch (CudaException | OutOfDeviceMemoryException e) {
            throw new DeviceFailedException(number, e, checkpoints.latest());
        }
    }

    private void update(AdamW optimizer, long number, List<Batch> batches, long start, TrainingListener listener)
            throws IOException {
        double waited = batches.stream().mapToDouble(Batch::waitMillis).sum();
        optimizer.clearGradients();
        double rate = options.rate(number - 1, totalSteps);
        PendingResult.Result result;
        double norm;
        try (PendingResult pending = learner.gradients(
                batches.stream().map(Batch::samples).toList(), SplitMix64.mix(options.seed(), number))) {
            GradientNorm pendingNorm = optimizer.gradientNorm();
            optimizer.step(number, rate, options.clipNorm(), pendingNorm);
            learner.updated();
            result = pending.read();
            norm = pendingNorm.value();
        }
        if (!Double.isFinite(result.loss()) || !Double.isFinite(norm)) {
            throw new TrainingDivergedException(number, result.loss(), checkpoints.latest());
        }
        double millis = (System.nanoTime() - start) / 1e6;
        listener.step(new StepReport(
                number,
                batches.get(0).epoch(),
                result.loss(),
                result.terms(),
                norm,
                rate,
                result.measures(),
                result.samples() / millis * 1e3,
                millis,
                waited));
    }

    private void saveOrFail(AdamW optimizer, long number, long epoch, long position, TrainingListener listener)
            throws IOException {
        try {
            save(optimizer, number, epoch, position, listener);
        } catch (CudaException | OutOfDeviceMemoryException e) {
            throw new DeviceFailedException(number, e, checkpoints.latest());
        }
    }

    private void save(AdamW optimizer, long number, long epoch, long position, TrainingListener listener)
            throws IOException {
        listener.checkpointStarting(number);
        Checkpoint saved = checkpoints.save(number, folder -> {
            learner.writeCheckpoint(folder);
            optimizer.write(folder);
            new TrainerState(number, epoch, position, options.seed(), config, Map.of()).write(folder);
        });
        writeResult();
        listener.checkpointSaved(number, saved.folder());
    }

    private void writeResult() throws IOException {
        try {
            learner.writeResult();
        } catch (IOException e) {
            throw checkpoints.writeFailed(learner.result(), e);
        }
    }

    /** Hands skipped pairs on to a listener that may fail, from a loader that may not. */
    private static final class Reports {
        private final TrainingListener listener;
        private IOException failure;

        Reports(TrainingListener listener) {
            this.listener = listener;
        }

        void skipped(String name, String reason) {
            try {
                listener.skipped(name, reason);
            } catch (IOException e) {
                failure = e;
            }
        }

        void rethrow() throws IOException {
            if (failure != null) {
                throw failure;
            }
        }
    }
}
