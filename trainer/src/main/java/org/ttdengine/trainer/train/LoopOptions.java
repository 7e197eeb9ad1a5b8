package org.ttdengine.trainer.train;

import org.ttdengine.trainer.run.LrSchedule;
import org.ttdengine.vit.image.Augmentation;

/**
 * How a run goes, whatever it is that it learns.
 *
 * @param augmentation from picture to tower input; all results of one size
 * @param batch samples that are loaded together
 * @param accumulate batches per update
 * @param epochs passes over the data, if {@code steps} is 0
 * @param steps number of updates; 0 for as many as the epochs have
 * @param learningRate before the schedule
 * @param warmup updates over which the rate rises to it, before the schedule begins
 * @param clipNorm largest norm of the gradient; 0 for no limit
 * @param schedule of the learning rate
 * @param shuffle whether epochs are shuffled
 * @param seed of the order, the augmentation and all else that is random in a step
 * @param checkpointEvery updates between checkpoints
 * @param workers threads that load data
 */
public record LoopOptions(
        Augmentation augmentation,
        int batch,
        int accumulate,
        long epochs,
        long steps,
        double learningRate,
        long warmup,
        double clipNorm,
        LrSchedule schedule,
        boolean shuffle,
        long seed,
        long checkpointEvery,
        int workers) {
    public LoopOptions {
        require(batch >= 1 && accumulate >= 1, "--batch and --accumulate must be at least 1");
        require(epochs >= 1, "--epochs must be at least 1");
        require(steps >= 0, "--steps cannot be negative");
        require(learningRate > 0 && Double.isFinite(learningRate), "--lr must be positive");
        require(warmup >= 0, "--warmup cannot be negative");
        require(clipNorm >= 0, "--clip-grad cannot be negative");
        require(checkpointEvery >= 1, "--checkpoint-every must be at least 1");
        require(workers >= 1, "--workers must be at least 1");
    }

    /** Number of updates of a run over {@code pairs} pairs. */
    public long totalSteps(long pairs) {
        if (steps > 0) {
            return steps;
        }
        long perUpdate = (long) batch * accumulate;
        return (Math.multiplyExact(epochs, pairs) + perUpdate - 1) / perUpdate;
    }

    /**
     * The learning rate of an update.
     *
     * @param step counted from 0
     * @param totalSteps of the whole run
     */
    public double rate(long step, long totalSteps) {
        if (step < warmup) {
            return learningRate * (step + 1) / warmup;
        }
        return learningRate * schedule.at(step - warmup, Math.max(1, totalSteps - warmup));
    }

    static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
