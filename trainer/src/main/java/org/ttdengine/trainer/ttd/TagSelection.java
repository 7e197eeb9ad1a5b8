package org.ttdengine.trainer.ttd;

import org.ttdengine.engine.backend.LargestGap;

/** Which of the scored words of a caption are tags of its picture. */
@FunctionalInterface
public interface TagSelection {
    /**
     * Which scores are selected.
     *
     * @param barred tags to reject whatever their score, or null
     */
    boolean[] select(double[] scores, boolean[] barred);

    /** Scores above the largest gap; see {@link LargestGap}. */
    static TagSelection largestGap() {
        return LargestGap::select;
    }

    /** Scores greater than a threshold. */
    static TagSelection above(double threshold) {
        return (scores, barred) -> {
            boolean[] selected = new boolean[scores.length];
            for (int t = 0; t < scores.length; t++) {
                selected[t] = scores[t] > threshold && (barred == null || !barred[t]);
            }
            return selected;
        };
    }
}
