package org.ttdengine.trainer.eval;

/**
 * Outcomes of a binary decision, pooled over all words of all captions. A ratio whose denominator is zero is NaN.
 *
 * @param truePositives selected and true
 * @param falsePositives selected, not true
 * @param falseNegatives true, not selected
 * @param trueNegatives neither
 */
public record TagCounts(long truePositives, long falsePositives, long falseNegatives, long trueNegatives) {
    static final TagCounts NONE = new TagCounts(0, 0, 0, 0);

    TagCounts plus(TagCounts other) {
        return new TagCounts(
                truePositives + other.truePositives,
                falsePositives + other.falsePositives,
                falseNegatives + other.falseNegatives,
                trueNegatives + other.trueNegatives);
    }

    /** Number of decisions. */
    public long total() {
        return truePositives + falsePositives + falseNegatives + trueNegatives;
    }

    /** Share of the selected words that are true. */
    public double precision() {
        return ratio(truePositives, truePositives + falsePositives);
    }

    /** Share of the true words that are selected. */
    public double recall() {
        return ratio(truePositives, truePositives + falseNegatives);
    }

    /** Harmonic mean of precision and recall; 0 if no selected word is true. */
    public double f1() {
        return ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives);
    }

    /** Share of right decisions. */
    public double accuracy() {
        return ratio(truePositives + trueNegatives, total());
    }

    /** Share of true words among all. */
    public double positiveRate() {
        return ratio(truePositives + falseNegatives, total());
    }

    private static double ratio(long part, long whole) {
        return (double) part / whole;
    }
}
