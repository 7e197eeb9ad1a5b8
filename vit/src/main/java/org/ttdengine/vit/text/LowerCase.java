package org.ttdengine.vit.text;

import java.util.Locale;

/**
 * Full lower-casing by the Unicode standard (section 3.13, R2). {@link String#toLowerCase} looks for the end of a word with
 * a dictionary of word breaks, so that Σ becomes ς in other places than the standard's condition Final_Sigma says.
 */
final class LowerCase {
    private static final char CAPITAL_SIGMA = '\u03A3';

    /** Case_Ignorable characters that no general category covers: those inside words and numbers (Word_Break Mid*). */
    private static final String MID_WORD =
            "'.:\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A";

    private LowerCase() {}

    static String of(String text) {
        if (text.indexOf(CAPITAL_SIGMA) < 0) {
            return text.toLowerCase(Locale.ROOT);
        }
        StringBuilder sigmas = new StringBuilder(text);
        for (int i = text.indexOf(CAPITAL_SIGMA); i >= 0; i = text.indexOf(CAPITAL_SIGMA, i + 1)) {
            boolean isFinal = isCasedBefore(text, i) && !isCasedAfter(text, i + 1);
            sigmas.setCharAt(i, isFinal ? '\u03C2' : '\u03C3');
        }
        return sigmas.toString().toLowerCase(Locale.ROOT);
    }

    private static boolean isCasedBefore(String text, int end) {
        int i = end;
        while (i > 0 && isCaseIgnorable(text.codePointBefore(i))) {
            i -= Character.charCount(text.codePointBefore(i));
        }
        return i > 0 && isCased(text.codePointBefore(i));
    }

    private static boolean isCasedAfter(String text, int begin) {
        int i = begin;
        while (i < text.length() && isCaseIgnorable(text.codePointAt(i))) {
            i += Character.charCount(text.codePointAt(i));
        }
        return i < text.length() && isCased(text.codePointAt(i));
    }

    private static boolean isCased(int c) {
        return Character.isLowerCase(c) || Character.isUpperCase(c) || Character.isTitleCase(c);
    }

    private static boolean isCaseIgnorable(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.FORMAT,
                    Character.MODIFIER_LETTER,
                    Character.MODIFIER_SYMBOL -> true;
            default -> MID_WORD.indexOf(c) >= 0;
        };
    }
}
