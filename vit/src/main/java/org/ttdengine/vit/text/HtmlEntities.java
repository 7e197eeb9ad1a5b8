package org.ttdengine.vit.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HTML character references, resolved as the HTML standard's tokenizer resolves them in text (section 13.2.5.72 and
 * following): named references from the standard's table, with the legacy ones that need no semicolon, and numeric ones.
 */
final class HtmlEntities {
    private static final String TABLE = "html5-entities.tsv";
    private static final Pattern REFERENCE =
            Pattern.compile("&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\\t\\n\\f <&#;]{1,32};?)");
    private static final Pattern CLOSED_REFERENCE = Pattern.compile("&#?[0-9A-Za-z]{1,24};");
    private static final String REPLACEMENT = "\uFFFD";

    private static final HtmlEntities STANDARD = new HtmlEntities(readTable());

    /** Replacement text by name without the ampersand; the name keeps its semicolon if the standard's has one. */
    private final Map<String, String> named;

    /** The names with a semicolon, and the shouted forms of the lower-case ones among them. */
    private final Map<String, String> closed;

    private HtmlEntities(Map<String, String> named) {
        this.named = named;
        this.closed = withShoutedNames();
    }

    /** The table of the HTML standard. */
    static HtmlEntities standard() {
        return STANDARD;
    }

    /** Resolves every character reference of the text once, as a browser would (Python's {@code html.unescape}). */
    String unescape(String text) {
        return text.indexOf('&') < 0 ? text : replaceAll(REFERENCE, text, this::resolve);
    }

    /**
     * Resolves only references that end in a semicolon and are consumed whole, and also names written in capitals
     * (&amp;EACUTE; is É): the cautious rule of ftfy for text that may not be HTML at all.
     */
    String unescapeClosed(String text) {
        return text.indexOf('&') < 0 ? text : replaceAll(CLOSED_REFERENCE, text, this::resolveClosed);
    }

    private String resolve(MatchResult match) {
        String name = match.group(1);
        return name.charAt(0) == '#' ? numeric(name) : named(name);
    }

    private String resolveClosed(MatchResult match) {
        String reference = match.group();
        if (reference.charAt(1) != '#') {
            return closed.getOrDefault(reference.substring(1), reference);
        }
        String resolved = unescape(reference);
        return resolved.indexOf(';') >= 0 ? reference : resolved;
    }

    /** The exact name, else its longest prefix of two or more characters that is a name, else unchanged. */
    private String named(String name) {
        String exact = named.get(name);
        if (exact != null) {
            return exact;
        }
        for (int end = name.length() - 1; end > 1; end--) {
            String prefix = named.get(name.substring(0, end));
            if (prefix != null) {
                return prefix + name.substring(end);
            }
        }
        return "&" + name;
    }

    private static String numeric(String name) {
        boolean hex = name.charAt(1) == 'x' || name.charAt(1) == 'X';
        int end = name.length() - (name.endsWith(";") ? 1 : 0);
        int code = parse(name, hex ? 2 : 1, end, hex ? 16 : 10);
        if (code == 0 || code > Character.MAX_CODE_POINT || isSurrogate(code)) {
            return REPLACEMENT;
        }
        if (code >= 0x80 && code <= 0x9F) {
            return String.valueOf(Windows1252.decode(code));
        }
        return isRemoved(code) ? "" : Character.toString(code);
    }

    /** The number in digits[begin, end), or one above the last code point if it is larger than that. */
    private static int parse(String digits, int begin, int end, int radix) {
        int value = 0;
        for (int i = begin; i < end; i++) {
            value = value * radix + Character.digit(digits.charAt(i), radix);
            if (value > Character.MAX_CODE_POINT) {
                return Character.MAX_CODE_POINT + 1;
            }
        }
        return value;
    }

    private static boolean isSurrogate(int code) {
        return code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE;
    }

    /** Control characters other than white space, and the non-characters of every plane. */
    private static boolean isRemoved(int code) {
        boolean control = code < 0x20 && code != '\t' && code != '\n' && code != '\f' && code != '\r';
        boolean nonCharacter = (code >= 0xFDD0 && code <= 0xFDEF) || (code & 0xFFFE) == 0xFFFE;
        return control || code == 0x7F || nonCharacter;
    }

    private Map<String, String> withShoutedNames() {
        Map<String, String> all = new HashMap<>();
        named.forEach((name, text) -> {
            if (name.endsWith(";")) {
                all.put(name, text);
                String shouted = name.toUpperCase(Locale.ROOT);
                boolean lowerCase = name.equals(name.toLowerCase(Locale.ROOT));
                if (lowerCase && unescape("&" + shouted).equals("&" + shouted)) {
                    all.put(shouted, text.toUpperCase(Locale.ROOT));
                }
            }
        });
        return Map.copyOf(all);
    }

    private static String replaceAll(Pattern pattern, String text, Function<MatchResult, String> replacement) {
        return pattern.matcher(text).replaceAll(match -> Matcher.quoteReplacement(replacement.apply(match)));
    }

    /** Reads lines of a name, a tab and one or two hexadecimal code points. */
    private static Map<String, String> readTable() {
        Map<String, String> table = new HashMap<>();
        try (InputStream in = HtmlEntities.class.getResourceAsStream(TABLE)) {
            if (in == null) {
                throw new IllegalStateException("resource " + TABLE + " is missing: the jar is damaged");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int tab = line.indexOf('\t');
                StringBuilder text = new StringBuilder();
                for (String code : line.substring(tab + 1).split(" ", -1)) {
                    text.appendCodePoint(Integer.parseInt(code, 16));
                }
                table.put(line.substring(0, tab), text.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(table);
    }
}
