package org.ttdengine.vit.text;

import java.util.regex.Pattern;

/**
 * The cleaning of captions that belongs to CLIP's tokenizer: damaged text repaired, HTML entities resolved twice, white
 * space collapsed, lower-cased.
 */
public final class TextCleaner {
    /** Unicode's White_Space and the four separator controls that Python counts with it. */
    private static final Pattern WHITE_SPACE = Pattern.compile("[\\p{IsWhite_Space}\\x1C-\\x1F]+");

    private TextCleaner() {}

    /** The clean caption: no white space but single spaces between words; empty if nothing is left. */
    public static String clean(String text) {
        HtmlEntities entities = HtmlEntities.standard();
        String unescaped = entities.unescape(entities.unescape(FixText.fix(text)));
        return LowerCase.of(WHITE_SPACE.matcher(unescaped).replaceAll(" ").strip());
    }
}
