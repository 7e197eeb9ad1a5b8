package org.ttdengine.trainer.train;

import org.ttdengine.trainer.run.LrSchedule;
import org.ttdengine.trainer.ttd.TtdOptions;
import org.ttdengine.vit.image.Augmentation;
import org.ttdengine.vit.image.Augmentations;
import org.ttdengine.vit.image.Normalization;

/**
 * How a training run goes.
 *
 * @param ttd the method
 * @param augmentation from picture to tower input; all results of one size
 * @param batch samples that are loaded together
 * @param microBatch samples that go through the model together; bounds memory, does not change the gradient
 * @param accumulate batches per update
 * @param epochs passes over the data, if {@code steps} is 0
 * @param steps number of updates; 0 for as many as the epochs have
 * @param learningRate before the schedule
 * @param weightDecay of AdamW
 * @param clipNorm largest norm of the gradient; 0 for no limit
 * @param schedule of the learning rate
 * @param shuffle whether epochs are shuffled
 * @param seed of the order, the augmentation and dropout
 * @param checkpointEvery updates between checkpoints
 * @param keepCheckpoints how many are kept
 * @param workers threads that load data
 */
public record TrainOptions(
        TtdOptions ttd,
        Augmentation augmentation,
        int batch,
        int microBatch,
        int accumulate,
        long epochs,
        long steps,
        double learningRate,
        double weightDecay,
        double clipNorm,
        LrSchedule schedule,
        boolean shuffle,
        long seed,
        long checkpointEvery,
        int keepCheckpoints,
        int workers) {
    public TrainOptions {
        LoopOptions.require(microBatch >= 1, "--micro-batch must be at least 1");
        LoopOptions.require(weightDecay >= 0 && Double.isFinite(weightDecay), "--weight-decay cannot be negative");
        LoopOptions.require(keepCheckpoints >= 1, "--keep-checkpoints must be at least 1");
        new LoopOptions(
                augmentation,
                batch,
                accumulate,
                epochs,
                steps,
                learningRate,
                0,
                clipNorm,
                schedule,
                shuffle,
                seed,
                checkpointEvery,
                workers);
    }

    /** What is not particular to TTD. */
    LoopOptions loop() {
        return new LoopOptions(
                augmentation,
                batch,
                accumulate,
                epochs,
                steps,
                learningRate,
                0,
                clipNorm,
                schedule,
                shuffle,
                seed,
                checkpointEvery,
                workers);
    }

    /** The paper's run, one epoch of batches of 32, at the given crop size, on half of the cores for data. */
    public static TrainOptions paper(int imageSize) {
        return new TrainOptions(
                TtdOptions.paper(),
                Augmentations.paper(imageSize, Normalization.IMAGENET),
                32,
                8,
                1,
                1,
                0,
                1e-4,
                5e-5,
                0,
                LrSchedule.POLY,
                true,
                0,
                200,
                2,
                Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    }

    /** The same run with another number of updates and pairs per update. */
    public TrainOptions with(long newSteps, int newBatch) {
        return new TrainOptions(
                ttd,
                augmentation,
                newBatch,
                Math.min(microBatch, newBatch),
                accumulate,
                epochs,
                newSteps,
                learningRate,
                weightDecay,
                clipNorm,
                schedule,
                shuffle,
                seed,
                checkpointEvery,
                keepCheckpoints,
                workers);
    }

    /** Number of updates of a run over {@code pairs} pairs. */
    public long totalSteps(long pairs) {
        return loop().totalSteps(pairs);
    }
}
