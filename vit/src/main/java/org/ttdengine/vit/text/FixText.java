package org.ttdengine.vit.text;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The text repair that CLIP's captions went through before training: what ftfy's {@code fix_text} does by default, with
 * {@link Mojibake} for its detection of wrong encodings.
 */
final class FixText {
    /** Bound on the repetitions; text needs two or three, unless it was made to unfold one level at a time. */
    private static final int MAX_PASSES = 64;

    private static final String REPLACEMENT = "\uFFFD";
    private static final Pattern SINGLE_QUOTES = Pattern.compile("[\u02BC\u2018-\u201B]");
    private static final Pattern DOUBLE_QUOTES = Pattern.compile("[\u201C-\u201F]");
    private static final Pattern LINE_BREAKS = Pattern.compile("\r\n|[\r\u0085\u2028\u2029]");
    private static final Pattern TERMINAL_ESCAPES = Pattern.compile("\u001B\\[[\\p{Nd};]*[a-zA-Z]");
    private static final Pattern CONTROLS =
            Pattern.compile("[\\x00-\\x08\\x0B\\x0E-\\x1F\\x7F\\x{206A}-\\x{206F}\\x{FEFF}\\x{FFF9}-\\x{FFFC}]");
    private static final Map<Character, String> LETTER_FORMS = letterForms();

    private FixText() {}

    /** The text with every line repaired; a text of printable ASCII without an ampersand comes back as it is. */
    static String fix(String text) {
        if (isPlain(text)) {
            return text;
        }
        StringBuilder fixed = new StringBuilder(text.length());
        boolean entities = true;
        int begin = 0;
        while (begin < text.length()) {
            int newline = text.indexOf('\n', begin);
            int end = newline < 0 ? text.length() : newline + 1;
            String segment = text.substring(begin, end);
            entities &= segment.indexOf('<') < 0;
            fixed.append(fixSegment(segment, entities));
            begin = end;
        }
        return fixed.toString();
    }

    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> (c >= ' ' && c <= '~' && c != '&') || c == '\t' || c == '\n');
    }

    /**
     * Applies the steps until none changes the text. Text with a "<" may be HTML, whose entities are not for us to read.
     *
     * @param entities whether HTML entities are resolved
     */
    private static String fixSegment(String segment, boolean entities) {
        String before = null;
        String text = segment;
        for (int pass = 0; pass < MAX_PASSES && !text.equals(before); pass++) {
            before = text;
            text = entities ? HtmlEntities.standard().unescapeClosed(text) : text;
            text = Mojibake.repair(text);
            text = expandLetterForms(text);
            text = SINGLE_QUOTES.matcher(text).replaceAll("'");
            text = DOUBLE_QUOTES.matcher(text).replaceAll("\"");
            text = LINE_BREAKS.matcher(text).replaceAll("\n");
            text = replaceLoneSurrogates(text);
            text = TERMINAL_ESCAPES.matcher(text).replaceAll("");
            text = CONTROLS.matcher(text).replaceAll("");
            text = Normalizer.normalize(text, Normalizer.Form.NFC);
        }
        return text;
    }

    private static String expandLetterForms(String text) {
        StringBuilder expanded = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            String form = c < 0x80 ? null : LETTER_FORMS.get(c);
            if (form == null) {
                expanded.append(c);
            } else {
                expanded.append(form);
            }
        }
        return expanded.toString();
    }

    private static String replaceLoneSurrogates(String text) {
        if (text.codePoints().noneMatch(FixText::isSurrogate)) {
            return text;
        }
        StringBuilder replaced = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isSurrogate(c)) {
                replaced.append(REPLACEMENT);
            } else {
                replaced.appendCodePoint(c);
            }
        });
        return replaced.toString();
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    /** C1 controls by their Windows-1252 meaning, Latin ligatures by their letters, wide and narrow forms by the usual. */
    private static Map<Character, String> letterForms() {
        Map<Character, String> forms = new HashMap<>();
        for (char c = 0x80; c <= 0x9F; c++) {
            forms.put(c, String.valueOf(Windows1252.decode(c)));
        }
        for (char c = 0xFF01; c <= 0xFFEF; c++) {
            forms.put(c, Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFKC));
        }
        forms.put('\u3000', " ");
        putLigatures(forms);
        return Map.copyOf(forms);
    }

    private static void putLigatures(Map<Character, String> forms) {
        forms.put('Ĳ', "IJ");
        forms.put('ĳ', "ij");
        forms.put('ŉ', "ʼn");
        forms.put('Ǆ', "DŽ");
        forms.put('ǅ', "Dž");
        forms.put('ǆ', "dž");
        forms.put('Ǉ', "LJ");
        forms.put('ǈ', "Lj");
        forms.put('ǉ', "lj");
        forms.put('Ǌ', "NJ");
        forms.put('ǋ', "Nj");
        forms.put('ǌ', "nj");
        forms.put('Ǳ', "DZ");
        forms.put('ǲ', "Dz");
        forms.put('ǳ', "dz");
        forms.put('ﬀ', "ff");
        forms.put('ﬁ', "fi");
        forms.put('ﬂ', "fl");
        forms.put('ﬃ', "ffi");
        forms.put('ﬄ', "ffl");
        forms.put('ﬅ', "ſt");
        forms.put('ﬆ', "st");
    }
}
