package org.ttdengine.trainer.ttd;

import java.util.Set;

/** What makes a candidate of a caption a tag that training believes in (Table 8). */
public sealed interface PseudoTags {
    /** Its pixel score (Eq. 2) lies above the largest gap: the paper's method. */
    PseudoTags PIXEL = new Pixel();

    /** Its image score (Eq. 1) is greater than one half; a caption may be left without a tag. */
    PseudoTags IMAGE = new Image();

    /** See {@link #PIXEL}. */
    record Pixel() implements PseudoTags {}

    /** See {@link #IMAGE}. */
    record Image() implements PseudoTags {}

    /**
     * It is on a list, whatever the picture shows: all nouns, say.
     *
     * @param words in the spelling of {@link Tag#word()}
     */
    record Listed(Set<String> words) implements PseudoTags {
        public Listed {
            words = Set.copyOf(words);
        }
    }
}
