package org.ttdengine.trainer.eval;

/** Sums up the answers of one method, caption by caption. */
final class TagTally {
    private TagCounts counts = TagCounts.NONE;
    private double precisions;
    private long ranked;
    private long captions;
    private long singleTag;
    private long noTag;
    private long unanswered;

    /** A caption the method has no answer for. */
    void skip() {
        unanswered++;
    }

    /**
     * A caption.
     *
     * @param truth which of its words are true
     * @param answer what the method says of the same words
     */
    void add(boolean[] truth, TagAnswer answer) {
        TagCounts here = count(truth, answer);
        counts = counts.plus(here);
        double precision = AveragePrecision.of(truth, answer.scores());
        if (!Double.isNaN(precision)) {
            precisions += precision;
            ranked++;
        }
        captions++;
        long selected = here.truePositives() + here.falsePositives();
        singleTag += selected == 1 ? 1 : 0;
        noTag += selected == 0 ? 1 : 0;
    }

    private static TagCounts count(boolean[] truth, TagAnswer answer) {
        long[] outcomes = new long[4];
        for (int word = 0; word < truth.length; word++) {
            outcomes[(truth[word] ? 2 : 0) + (answer.selected()[word] ? 1 : 0)]++;
        }
        return new TagCounts(outcomes[3], outcomes[1] + answer.invented(), outcomes[2], outcomes[0]);
    }

    TagMetrics metrics() {
        return new TagMetrics(counts, precisions / ranked, captions, singleTag, noTag, unanswered);
    }
}
