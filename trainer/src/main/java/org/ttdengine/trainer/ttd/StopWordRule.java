package org.ttdengine.trainer.ttd;

/** What becomes of the stop words of a caption. */
public enum StopWordRule {
    /** They are tags like all other words. */
    KEEP,
    /** They are no tags: neither scored nor counted in the largest gap. */
    DROP,
    /** They are tags that are scored but never selected. */
    REJECT
}
