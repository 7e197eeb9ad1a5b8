package org.ttdengine.trainer.eval;

/**
 * Numbers of pixels, of one picture or of many.
 *
 * @param overlap marked and true
 * @param marked marked
 * @param truth true
 * @param pixels all
 */
record MaskCounts(long overlap, long marked, long truth, long pixels) {
    static final MaskCounts NONE = new MaskCounts(0, 0, 0, 0);

    MaskCounts plus(MaskCounts other) {
        return new MaskCounts(
                overlap + other.overlap, marked + other.marked, truth + other.truth, pixels + other.pixels);
    }

    /** The same for what is not marked and what is not true. */
    MaskCounts background() {
        return new MaskCounts(pixels - marked - truth + overlap, pixels - marked, pixels - truth, pixels);
    }

    long union() {
        return marked + truth - overlap;
    }

    /** NaN where nothing is marked and nothing true. */
    MaskScores scores() {
        double union = union();
        return new MaskScores(overlap / union, (marked - overlap) / union, (truth - overlap) / union);
    }
}
