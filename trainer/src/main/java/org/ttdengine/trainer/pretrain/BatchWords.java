package org.ttdengine.trainer.pretrain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.ttdengine.trainer.ttd.CaptionTags;
import org.ttdengine.trainer.ttd.Tag;
import org.ttdengine.trainer.ttd.TagOptions;

/**
 * The words of a batch's captions, stop words left out, that some captions have and others have not.
 *
 * @param words distinct words in the order of the alphabet
 * @param occurrences one for every word of every caption
 * @param captions number of captions
 */
record BatchWords(List<String> words, List<Occurrence> occurrences, int captions) {
    /** No words. */
    static final BatchWords NONE = new BatchWords(List.of(), List.of(), 0);

    /** A word (index among the words) of a caption (index in the batch). */
    record Occurrence(int word, int caption) {}

    static BatchWords of(List<String> captions) {
        Map<String, TreeSet<Integer>> users = new LinkedHashMap<>();
        for (int caption = 0; caption < captions.size(); caption++) {
            for (Tag tag : CaptionTags.of(captions.get(caption), TagOptions.defaults())) {
                if (!tag.stopWord()) {
                    users.computeIfAbsent(tag.word(), word -> new TreeSet<>()).add(caption);
                }
            }
        }
        List<String> words = users.keySet().stream()
                .filter(word -> users.get(word).size() < captions.size())
                .sorted()
                .toList();
        List<Occurrence> occurrences = new ArrayList<>();
        for (int word = 0; word < words.size(); word++) {
            for (int caption : users.get(words.get(word))) {
                occurrences.add(new Occurrence(word, caption));
            }
        }
        return new BatchWords(words, List.copyOf(occurrences), captions.size());
    }

    /** For every occurrence {@code [occurrences, captions]}: 0 for its caption and for those without the word, else far below. */
    float[] rivals(float farBelow) {
        float[] rivals = new float[occurrences.size() * captions];
        int first = 0;
        while (first < occurrences.size()) {
            int end = first;
            while (end < occurrences.size() && occurrences.get(end).word == occurrences.get(first).word) {
                end++;
            }
            for (int row = first; row < end; row++) {
                for (int other = first; other < end; other++) {
                    if (other != row) {
                        rivals[row * captions + occurrences.get(other).caption] = farBelow;
                    }
                }
            }
            first = end;
        }
        return rivals;
    }
}
