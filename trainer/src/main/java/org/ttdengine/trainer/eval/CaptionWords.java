package org.ttdengine.trainer.eval;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ttdengine.trainer.ttd.CaptionTags;
import org.ttdengine.trainer.ttd.StopWordRule;
import org.ttdengine.trainer.ttd.Tag;
import org.ttdengine.trainer.ttd.TagOptions;

/**
 * The distinct words of a caption as they count in an evaluation: all of them, punctuation and stop words included, though
 * a model may be asked about some only.
 *
 * @param words all of them, in order
 * @param candidates those that are scored
 * @param truth {@code [words]}: whether a word is true of the picture
 */
@SuppressWarnings("ArrayRecordComponent") // made to be read, compared by nobody
public record CaptionWords(List<String> words, List<Tag> candidates, boolean[] truth) {
    /**
     * The words of a caption.
     *
     * @param tags its true words, in any spelling that means the same words; others than the caption's are disregarded
     * @param options which words are candidates
     */
    public static CaptionWords of(String caption, Set<String> tags, TagOptions options) {
        TagOptions everything =
                new TagOptions(StopWordRule.KEEP, true, options.stripEdgePunctuation(), Integer.MAX_VALUE);
        List<String> words =
                CaptionTags.of(caption, everything).stream().map(Tag::word).toList();
        Set<String> truths = spelling(tags, everything);
        boolean[] truth = new boolean[words.size()];
        for (int word = 0; word < truth.length; word++) {
            truth[word] = truths.contains(words.get(word));
        }
        return new CaptionWords(words, CaptionTags.of(caption, options), truth);
    }

    /** Words in the spelling of captions; what is several words counts as each of them. */
    static Set<String> spelling(Set<String> tags, TagOptions options) {
        Set<String> words = new HashSet<>();
        for (String tag : tags) {
            CaptionTags.of(tag, options).forEach(word -> words.add(word.word()));
        }
        return words;
    }

    /** Whether a word of the caption is true of the picture. */
    public boolean anyTrue() {
        for (boolean word : truth) {
            if (word) {
                return true;
            }
        }
        return false;
    }

    /** Whether each candidate is true {@code [candidates]}. */
    public boolean[] candidateTruth() {
        int[] places = places();
        boolean[] values = new boolean[places.length];
        for (int t = 0; t < places.length; t++) {
            values[t] = truth[places[t]];
        }
        return values;
    }

    /** From what is said of the candidates to what is said of all words: others are not selected and rank last. */
    TagAnswer answer(boolean[] selected, double[] scores) {
        int[] places = places();
        boolean[] allSelected = new boolean[words.size()];
        double[] allScores = new double[words.size()];
        Arrays.fill(allScores, Double.NEGATIVE_INFINITY);
        for (int t = 0; t < places.length; t++) {
            allSelected[places[t]] = selected[t];
            allScores[places[t]] = scores[t];
        }
        return new TagAnswer(allSelected, allScores, 0);
    }

    /** The place of every candidate among the words. */
    private int[] places() {
        Map<String, Integer> index = new HashMap<>();
        for (int word = 0; word < words.size(); word++) {
            index.put(words.get(word), word);
        }
        return candidates.stream().mapToInt(tag -> index.get(tag.word())).toArray();
    }
}
