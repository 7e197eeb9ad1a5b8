package org.ttdengine.trainer.pretrain;

import org.ttdengine.engine.DType;
import org.ttdengine.trainer.train.LoopOptions;

/**
 * How a model is pre-trained.
 *
 * @param loop batch, steps, learning rate and the rest of the run
 * @param weightDecay of AdamW, on matrices only
 * @param beta2 of AdamW
 * @param patchDrop share of each picture's patches that a step does without
 * @param together pictures whose patches attend to each other in all blocks but the last
 * @param local factor of the local objective, 0 for none; see {@link LocalContrast}
 * @param stored type of the weights in the result: F32 or F16
 */
public record PretrainOptions(
        LoopOptions loop,
        double weightDecay,
        double beta2,
        double patchDrop,
        int together,
        double local,
        DType stored) {
    public PretrainOptions {
        require(loop.batch() >= 2, "--batch must be at least 2: a pair is told from the others of its batch");
        require(weightDecay >= 0 && Double.isFinite(weightDecay), "--weight-decay cannot be negative");
        require(beta2 > 0 && beta2 < 1, "--beta2 must be between 0 and 1, not " + beta2);
        require(together >= 1, "--together must be at least 1, not " + together);
        require(local >= 0 && Double.isFinite(local), "--local cannot be negative");
        require(patchDrop >= 0 && patchDrop < 1, "--patch-drop must be at least 0 and below 1, not " + patchDrop);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
