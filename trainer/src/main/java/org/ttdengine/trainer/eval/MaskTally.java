package org.ttdengine.trainer.eval;

/** Sums up masks, caption by caption. */
final class MaskTally {
    private MaskCounts pooled = MaskCounts.NONE;
    private double iou;
    private double fpr;
    private double fnr;
    private long captions;

    void add(MaskCounts counts) {
        pooled = pooled.plus(counts);
        if (counts.union() > 0) {
            MaskScores scores = counts.scores();
            iou += scores.iou();
            fpr += scores.fpr();
            fnr += scores.fnr();
            captions++;
        }
    }

    /** NaN where there is nothing to take a mean of; a class without union is left out of the mean over classes. */
    MaskReadings readings() {
        MaskScores foreground = pooled.scores();
        MaskScores background = pooled.background().scores();
        MaskScores mean;
        if (pooled.union() == 0) {
            mean = background;
        } else if (pooled.background().union() == 0) {
            mean = foreground;
        } else {
            mean = MaskScores.mean(foreground, background);
        }
        return new MaskReadings(
                captions, new MaskScores(iou / captions, fpr / captions, fnr / captions), foreground, mean);
    }
}
