package org.ttdengine.trainer.cli;

import org.ttdengine.vit.ClipConfig;

/** How many pictures go through the model together where the user does not say. */
final class MicroBatch {
    private static final double ACTIVATION_BYTES = 3e9;

    /** What a block keeps for its backward pass, as multiples of its residual stream. */
    private static final int STREAMS = 11;

    private MicroBatch() {}

    /** As many as keep their activations within 3 GB, at most a batch. */
    static int fitting(ClipConfig config, int imageSize, int batch) {
        ClipConfig.Vision vision = config.vision();
        double side = (double) imageSize / vision.patch();
        double bytes = (side * side + 1) * vision.width() * vision.layers() * STREAMS * Float.BYTES;
        return (int) Math.max(1, Math.min(batch, ACTIVATION_BYTES / bytes));
    }
}
