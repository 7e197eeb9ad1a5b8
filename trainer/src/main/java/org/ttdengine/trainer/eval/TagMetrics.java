package org.ttdengine.trainer.eval;

/**
 * How well a method finds the tags of captions.
 *
 * @param counts decisions pooled over all words
 * @param meanAveragePrecision mean over the captions that have a true tag; NaN if none has
 * @param captions captions the method had an answer for
 * @param singleTag captions of which exactly one word was selected
 * @param noTag captions of which none was
 * @param unanswered captions the method had no answer for; they are in no other figure
 */
public record TagMetrics(
        TagCounts counts, double meanAveragePrecision, long captions, long singleTag, long noTag, long unanswered) {
    /** Share of the captions of which exactly one word was selected: the single-tag bias of Fig. 1b. */
    public double singleTagShare() {
        return (double) singleTag / captions;
    }

    /** Share of the captions of which no word was selected. */
    public double noTagShare() {
        return (double) noTag / captions;
    }

    /** Words selected of a caption, on average. */
    public double tagsPerCaption() {
        return (double) (counts.truePositives() + counts.falsePositives()) / captions;
    }
}
