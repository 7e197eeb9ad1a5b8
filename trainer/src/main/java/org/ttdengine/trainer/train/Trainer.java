package org.ttdengine.trainer.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.ttdengine.engine.OutOfDeviceMemoryException;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.backend.GradientNorm;
import org.ttdengine.engine.backend.cuda.CudaException;
import org.ttdengine.lora.Lora;
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
import org.ttdengine.trainer.ttd.TextBatch;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.image.Images;

/** Fine-tunes adapters with TTD: data in, updates, log, checkpoints. */
public final class Trainer {
    private final Lora lora;
    private final TrainOptions options;
    private final PairSource pairs;
    private final Checkpoints checkpoints;
    private final Path adapterFolder;
    private final JsonNode config;
    private final TrainStep step;
    private final long totalSteps;

    /**
     * A run.
     *
     * @param tokenize from a text to its token sequence, cut after its end
     * @param checkpoints where the run's state is kept
     * @param adapterFolder where the adapters are written, as a PEFT directory
     * @param config the options of the run, stored with its state
     */
    public Trainer(
            Clip clip,
            Lora lora,
            Function<String, int[]> tokenize,
            PairSource pairs,
            TrainOptions options,
            Checkpoints checkpoints,
            Path adapterFolder,
            JsonNode config) {
        this.lora = lora;
        this.options = options;
        this.pairs = pairs;
        this.checkpoints = checkpoints;
        this.adapterFolder = adapterFolder;
        this.config = config;
        this.step = new TrainStep(clip, lora, tokenize, options.ttd(), options.microBatch());
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
        try (Scope moments = lora.device().scope("optimizer");
                AdamW optimizer = new AdamW(moments, lora.parameters(), options.weightDecay())) {
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
        PairSource tagged = new TaggedPairs(pairs, options.ttd().tags());
        long number = done;
        long epoch = 0;
        try (BatchLoader loader =
                BatchLoader.start(tagged, cursor, Images::decode, options.augmentation(), plan, skips::skipped)) {
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
        List<TextBatch.Entry> samples = new ArrayList<>();
        double waited = 0;
        for (Batch batch : batches) {
            waited += batch.waitMillis();
            samples.addAll(TextBatch.entries(batch.samples(), options.ttd().tags()));
        }
        optimizer.clearGradients();
        double rate = options.learningRate() * options.schedule().at(number - 1, totalSteps);
        TrainStep.Outcome outcome;
        double norm;
        try (PendingOutcome pending = step.gradients(samples, SplitMix64.mix(options.seed(), number))) {
            GradientNorm pendingNorm = optimizer.gradientNorm();
            optimizer.step(number, rate, options.clipNorm(), pendingNorm);
            outcome = pending.read();
            norm = pendingNorm.value();
        }
        if (!Double.isFinite(outcome.loss()) || !Double.isFinite(norm)) {
            throw new TrainingDivergedException(number, outcome.loss(), checkpoints.latest());
        }
        double millis = (System.nanoTime() - start) / 1e6;
        listener.step(new StepReport(
                number,
                batches.get(0).epoch(),
                outcome.loss(),
                outcome.distill(),
                outcome.tag(),
                norm,
                rate,
                outcome.tags(),
                outcome.selected(),
                samples.size() / millis * 1e3,
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
            lora.weights().write(folder.resolve("adapter"));
            optimizer.write(folder);
            new TrainerState(number, epoch, position, options.seed(), config, Map.of()).write(folder);
        });
        try {
            lora.weights().write(adapterFolder);
        } catch (IOException e) {
            throw checkpoints.writeFailed(adapterFolder, e);
        }
        listener.checkpointSaved(number, saved.folder());
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
