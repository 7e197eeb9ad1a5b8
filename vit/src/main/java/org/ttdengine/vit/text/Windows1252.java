package org.ttdengine.vit.text;

import java.util.HashMap;
import java.util.Map;

/**
 * The Windows code page 1252 as the Encoding standard defines it: Latin-1 but for the bytes 0x80 to 0x9F, of which 27 are
 * printable characters and the other five stand for the control character of the same number.
 */
final class Windows1252 {
    /** Characters of the bytes 0x80 to 0x9F. */
    private static final String HIGH_CONTROLS =
            "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F"
                    + "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    private static final Map<Character, Integer> BYTES = invert();

    private Windows1252() {}

    /** Character of a byte value 0 to 255. */
    static char decode(int value) {
        return value >= 0x80 && value <= 0x9F ? HIGH_CONTROLS.charAt(value - 0x80) : (char) value;
    }

    /** Byte value whose Latin-1 or whose Windows-1252 reading is this character, or -1 if there is none. */
    static int encode(char character) {
        return character <= 0xFF ? character : BYTES.getOrDefault(character, -1);
    }

    /** The 27 printable characters of the bytes 0x80 to 0x9F. */
    static String printableHighControls() {
        return HIGH_CONTROLS.replaceAll("[\\x80-\\x9F]", "");
    }

    private static Map<Character, Integer> invert() {
        Map<Character, Integer> bytes = new HashMap<>();
        for (int i = 0; i < HIGH_CONTROLS.length(); i++) {
            bytes.put(HIGH_CONTROLS.charAt(i), 0x80 + i);
        }
        return Map.copyOf(bytes);
    }
}
