package org.ttdengine.vit.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Repairs UTF-8 that was read as Latin-1 or Windows-1252 ("schÃ¶n" for "schön"), once or several times over.
 *
 * <p>Text is touched only if it holds a sign of the mistake: a C1 control, which written text does not have, or one of
 * the beginnings Ã, Â, â€, â‚, ð followed by what can be the rest of a UTF-8 sequence. Then the whole text is turned back
 * into bytes and read as strict UTF-8; where that fails, because right and wrong are mixed, only those sequences are.
 */
final class Mojibake {
    private static final String CONTINUATION = "[\\x80-\\xBF" + Windows1252.printableHighControls() + "]";

    /** One UTF-8 sequence, misread, of those that begin in a way that right text hardly does. */
    private static final Pattern SEQUENCE = Pattern.compile("[\u00C2\u00C3]" + CONTINUATION
            + "|\u00E2[\u20AC\\x80\u201A\\x82]" + CONTINUATION
            + "|\u00F0" + CONTINUATION + "{3}");

    /** An à whose second byte, a no-break space, became a space, and the space after it that may have merged with it. */
    private static final Pattern SPACED_A_GRAVE = Pattern.compile("\u00C3  ?");

    private static final Pattern SIGN =
            Pattern.compile("[\\x80-\\x9F]|" + SEQUENCE + "|(?:^|[a-z]\\s?)" + SPACED_A_GRAVE);

    private Mojibake() {}

    /** The repaired text, or the same text if nothing in it looks wrong. */
    static String repair(String text) {
        String current = text;
        while (SIGN.matcher(current).find()) {
            String repaired = repairOnce(current);
            if (repaired.equals(current)) {
                return current;
            }
            current = repaired;
        }
        return current;
    }

    private static String repairOnce(String text) {
        String spaced = SPACED_A_GRAVE.matcher(text).replaceAll("\u00C3\u00A0 ");
        return reread(spaced).orElseGet(() -> SEQUENCE.matcher(text)
                .replaceAll(
                        found -> Matcher.quoteReplacement(reread(found.group()).orElse(found.group()))));
    }

    /** The text's bytes in Windows-1252 or Latin-1 read as UTF-8, if all of it can be. */
    private static Optional<String> reread(String text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            int value = Windows1252.encode(text.charAt(i));
            if (value < 0) {
                return Optional.empty();
            }
            bytes[i] = (byte) value;
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException notUtf8) {
            return Optional.empty();
        }
    }
}
