package org.ttdengine.trainer.data;

import java.util.List;

/**
 * The samples of one training step.
 *
 * @param samples in the order of their positions, at least one
 * @param firstPosition where the batch began, skipped positions included
 * @param nextPosition where the next batch begins: what a checkpoint keeps
 * @param epoch that of the first sample
 * @param waitMillis time for which the caller had to wait
 */
public record Batch(List<Sample> samples, long firstPosition, long nextPosition, long epoch, double waitMillis) {
    public Batch {
        samples = List.copyOf(samples);
    }
}
