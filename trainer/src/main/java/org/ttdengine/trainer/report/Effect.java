package org.ttdengine.trainer.report;

import org.ttdengine.trainer.eval.ModelScores;

/**
 * What training did to a model.
 *
 * @param data what it was evaluated on, in a few words
 * @param before its figures before training
 * @param after its figures after it, for the same methods and maps in the same order
 * @param samples pictures of both
 */
public record Effect(String data, ModelScores before, ModelScores after, SamplesAfter samples) {
    public Effect {
        if (before.tags().size() != after.tags().size()
                || before.masks().size() != after.masks().size()) {
            throw new IllegalArgumentException("figures before and after must be of the same methods and maps");
        }
    }
}
