package org.ttdengine.trainer.ttd;

import org.ttdengine.vit.image.Augmentations;
import org.ttdengine.vit.image.Normalization;
import org.ttdengine.vit.image.PreparedImage;
import org.ttdengine.vit.image.RgbImage;

/**
 * The size at which the image tower sees a picture as a whole, neither cropped nor padded: the short side is scaled to a
 * given length, then both sides are rounded to whole patches, at least one. A picture too long for that is scaled by its
 * long side instead.
 *
 * @param width columns, a multiple of the patch
 * @param height rows, a multiple of the patch
 * @param limited whether {@link #LONGEST_SIDE} made the picture smaller than asked for
 */
public record WholePicture(int width, int height, boolean limited) {
    /** The tower's memory and time grow with the number of patches, and faster. */
    public static final int LONGEST_SIDE = 4096;

    /**
     * The size of a picture.
     *
     * @param shortSide pixels of its short side
     * @param patch side of a patch
     */
    public static WholePicture of(RgbImage image, int shortSide, int patch) {
        double scale = (double) shortSide / Math.min(image.width(), image.height());
        double limit = (double) LONGEST_SIDE / Math.max(image.width(), image.height());
        double least = Math.min(scale, limit);
        return new WholePicture(
                wholePatches(image.width() * least, patch), wholePatches(image.height() * least, patch), limit < scale);
    }

    private static int wholePatches(double length, int patch) {
        long patches = Math.round(length / patch);
        return (int) Math.max(1, Math.min(patches, LONGEST_SIDE / patch)) * patch;
    }

    /** The picture at this size. */
    public PreparedImage prepare(RgbImage image, Normalization normalization) {
        return Augmentations.stretch(width, height, normalization).apply(image, 0);
    }
}
