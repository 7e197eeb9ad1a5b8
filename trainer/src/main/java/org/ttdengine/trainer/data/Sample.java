package org.ttdengine.trainer.data;

import org.ttdengine.vit.image.PreparedImage;

/**
 * A pair made ready for a training step.
 *
 * @param position in the order of the data
 * @param epoch passes over the data before it
 * @param name where the image lies
 * @param caption not empty
 * @param image the augmented picture
 */
public record Sample(long position, long epoch, String name, String caption, PreparedImage image) {}
