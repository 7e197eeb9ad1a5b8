package org.ttdengine.trainer.cli;

import org.ttdengine.engine.Device;
import org.ttdengine.vit.ClipConfig;

/** How many pictures go through the model together where the user does not say. */
final class MicroBatch {
    /** What a block keeps for its backward pass, as multiples of its residual stream. */
    private static final int STREAMS = 11;

    private MicroBatch() {}

    /** As many as keep their activations within what a device has for them, at most a batch. */
    static int fitting(ClipConfig config, int imageSize, int batch, Device device) {
        ClipConfig.Vision vision = config.vision();
        double side = (double) imageSize / vision.patch();
        double bytes = (side * side + 1)
                * vision.width()
                * vision.layers()
                * STREAMS
                * device.activationType().bytes();
        return (int) Math.max(1, Math.min(batch, device.activationBytes() / bytes));
    }
}
