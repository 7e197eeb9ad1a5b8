package org.ttdengine.trainer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.ttdengine.vit.text.ClipTokenizer;

/**
 * Byte-pair merges learnt from a list of words until each of them is a single token (Sennrich, Haddow and Birch, "Neural
 * Machine Translation of Rare Words with Subword Units", ACL 2016): the most frequent pair of neighbouring symbols is merged
 * first, of equally frequent ones the first in the alphabet.
 */
final class WordMerges {
    private static final String END = "</w>";

    private WordMerges() {}

    /**
     * The merges, the most urgent first, as {@link ClipTokenizer#ofMerges} reads them.
     *
     * @param words of ASCII letters and apostrophes; their order does not matter
     */
    static List<String> of(Collection<String> words) {
        List<List<String>> spellings = new ArrayList<>();
        for (String word : new TreeSet<>(words)) {
            spellings.add(letters(word));
        }
        List<String> merges = new ArrayList<>();
        for (String pair = mostFrequent(spellings); !pair.isEmpty(); pair = mostFrequent(spellings)) {
            merges.add(pair);
            for (List<String> spelling : spellings) {
                merge(spelling, pair);
            }
        }
        return merges;
    }

    private static List<String> letters(String word) {
        List<String> letters = new ArrayList<>();
        for (int i = 0; i < word.length(); i++) {
            letters.add(word.charAt(i) + (i == word.length() - 1 ? END : ""));
        }
        return letters;
    }

    /** Two symbols with a blank between, or nothing if all words are whole. */
    private static String mostFrequent(List<List<String>> spellings) {
        Map<String, Integer> counts = new HashMap<>();
        for (List<String> spelling : spellings) {
            for (int i = 0; i + 1 < spelling.size(); i++) {
                counts.merge(spelling.get(i) + " " + spelling.get(i + 1), 1, Integer::sum);
            }
        }
        String best = "";
        int most = 0;
        for (Map.Entry<String, Integer> pair : counts.entrySet()) {
            int count = pair.getValue();
            if (count > most || count == most && pair.getKey().compareTo(best) < 0) {
                best = pair.getKey();
                most = count;
            }
        }
        return best;
    }

    private static void merge(List<String> spelling, String pair) {
        for (int i = 0; i + 1 < spelling.size(); i++) {
            if (pair.equals(spelling.get(i) + " " + spelling.get(i + 1))) {
                spelling.set(i, spelling.get(i) + spelling.remove(i + 1));
            }
        }
    }
}
