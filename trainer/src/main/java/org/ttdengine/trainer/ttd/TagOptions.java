package org.ttdengine.trainer.ttd;

import java.util.Objects;

/**
 * How a caption is made into tags.
 *
 * @param stopWords what becomes of stop words
 * @param keepPunctuation whether words without any letter or digit are tags
 * @param stripEdgePunctuation whether words lose the punctuation before their first and after their last letter or digit
 * @param maxTags most tags of a caption; the first are kept
 */
public record TagOptions(StopWordRule stopWords, boolean keepPunctuation, boolean stripEdgePunctuation, int maxTags) {
    private static final TagOptions DEFAULTS = new TagOptions(StopWordRule.KEEP, false, true, 40);

    public TagOptions {
        Objects.requireNonNull(stopWords, "stopWords");
        if (maxTags < 1) {
            throw new IllegalArgumentException("at least one tag per caption must be allowed, not " + maxTags);
        }
    }

    /** Stop words kept, punctuation dropped and stripped, at most 40 tags. */
    public static TagOptions defaults() {
        return DEFAULTS;
    }

    /** Whether a tag is scored but may not be selected. */
    boolean bars(Tag tag) {
        return stopWords == StopWordRule.REJECT && tag.stopWord();
    }
}
