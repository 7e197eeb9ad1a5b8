package org.ttdengine.trainer.eval;

/**
 * Agreement of marked and true pixels, relative to their union; the three add up to one.
 *
 * @param iou marked and true
 * @param fpr marked, not true
 * @param fnr true, not marked
 */
public record MaskScores(double iou, double fpr, double fnr) {
    /** The mean of two. */
    static MaskScores mean(MaskScores a, MaskScores b) {
        return new MaskScores((a.iou + b.iou) / 2, (a.fpr + b.fpr) / 2, (a.fnr + b.fnr) / 2);
    }
}
