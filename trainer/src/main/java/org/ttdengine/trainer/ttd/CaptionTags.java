package org.ttdengine.trainer.ttd;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ttdengine.vit.text.TextCleaner;

/**
 * The tags of a caption: its distinct words between white space, in order (arXiv 2404.00384, section 3.1).
 *
 * <p>The caption is cleaned as the tokenizer cleans it before it is split, so that HTML entities and curly apostrophes are
 * not taken for parts of words. Letters, digits and combining marks of every script belong to words; all else is
 * punctuation. A clitic that a tokenised caption sets apart ("spider 's web") keeps its apostrophe, as the tokenizer knows
 * it. Words are equal if they are so after stripping and lower-casing. The words of the whole caption count, also those
 * that the text tower's context cuts off.
 */
public final class CaptionTags {
    private static final Set<String> CLITICS = Set.of("'s", "'t", "'re", "'ve", "'m", "'ll", "'d");

    private CaptionTags() {}

    /** The tags of a caption in the order of their first occurrence; empty if it has none. */
    public static List<Tag> of(String caption, TagOptions options) {
        List<Tag> tags = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        String[] words = TextCleaner.clean(caption).split(" ", -1);
        for (int position = 0; position < words.length && tags.size() < options.maxTags(); position++) {
            String bare = stripEdges(words[position]);
            boolean stopWord = StopWords.contains(bare);
            boolean wanted = bare.isEmpty() ? options.keepPunctuation() : !dropped(stopWord, options);
            String word = spelling(words[position], bare, options);
            if (wanted && !word.isEmpty() && seen.add(word)) {
                tags.add(new Tag(word, position, stopWord));
            }
        }
        return List.copyOf(tags);
    }

    /**
     * The tags somebody names, each one word or more: cleaned as captions are, every distinct one once.
     *
     * @throws IllegalArgumentException if there is none, or one of them is blank
     */
    public static List<Tag> named(List<String> names) {
        List<Tag> tags = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int position = 0; position < names.size(); position++) {
            String word = TextCleaner.clean(names.get(position));
            if (word.isEmpty()) {
                throw new IllegalArgumentException("tag " + (position + 1) + " of " + names.size() + " is blank");
            }
            if (seen.add(word)) {
                tags.add(new Tag(word, position, StopWords.contains(word)));
            }
        }
        if (tags.isEmpty()) {
            throw new IllegalArgumentException("there are no tags");
        }
        return List.copyOf(tags);
    }

    private static boolean dropped(boolean stopWord, TagOptions options) {
        return stopWord && options.stopWords() == StopWordRule.DROP;
    }

    private static String spelling(String word, String bare, TagOptions options) {
        boolean stripped = options.stripEdgePunctuation() && !bare.isEmpty() && !CLITICS.contains(word);
        return stripped ? bare : word;
    }

    /** The word from its first to its last letter, digit or mark; empty if there is no letter or digit in it. */
    private static String stripEdges(String word) {
        if (word.codePoints().noneMatch(CaptionTags::isLetterOrDigit)) {
            return "";
        }
        int begin = 0;
        while (!isOfWord(word.codePointAt(begin))) {
            begin += Character.charCount(word.codePointAt(begin));
        }
        int end = word.length();
        while (!isOfWord(word.codePointBefore(end))) {
            end -= Character.charCount(word.codePointBefore(end));
        }
        return word.substring(begin, end);
    }

    /** Letters and every kind of number: digits, fractions, Roman numerals. */
    private static boolean isLetterOrDigit(int c) {
        int type = Character.getType(c);
        return Character.isLetterOrDigit(c) || type == Character.OTHER_NUMBER || type == Character.LETTER_NUMBER;
    }

    private static boolean isOfWord(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> true;
            default -> isLetterOrDigit(c);
        };
    }
}
