package org.ttdengine.engine.io;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values as pickles spell them: the text forms of protocol 0, byte strings of Python 2, integers of any size. */
final class PickleText {
    private static final int LONGEST_NUMBER = 1000;
    private static final Pattern STRING_ESCAPE = Pattern.compile("\\\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)", Pattern.DOTALL);
    private static final Pattern UNICODE_ESCAPE = Pattern.compile("\\\\u([0-9a-fA-F]{4})|\\\\U([0-9a-fA-F]{8})");

    private PickleText() {}

    /** {@code 00} and {@code 01} are booleans, all else is a decimal number. */
    static Object integer(String text) {
        return switch (text) {
            case "00" -> false;
            case "01" -> true;
            default -> decimal(text);
        };
    }

    /** A Long, or a BigInteger where that is too small; a trailing {@code L} is Python 2's mark of a long. */
    static Number decimal(String text) {
        if (text.length() > LONGEST_NUMBER) {
            throw new NumberFormatException("a number of " + text.length() + " digits");
        }
        return shrink(new BigInteger(text.endsWith("L") ? text.substring(0, text.length() - 1) : text));
    }

    /** A little-endian two's complement number. */
    static Number integer(byte[] littleEndian) {
        if (littleEndian.length > LONGEST_NUMBER) {
            throw new NumberFormatException("a number of " + littleEndian.length + " bytes");
        }
        byte[] bigEndian = new byte[littleEndian.length];
        for (int i = 0; i < bigEndian.length; i++) {
            bigEndian[i] = littleEndian[bigEndian.length - 1 - i];
        }
        return bigEndian.length == 0 ? Long.valueOf(0) : shrink(new BigInteger(bigEndian));
    }

    private static Number shrink(BigInteger value) {
        return value.bitLength() < Long.SIZE ? (Number) value.longValueExact() : value;
    }

    /** A Python {@code repr} of a float. */
    static double real(String text) {
        return switch (text) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan", "-nan" -> Double.NaN;
            default -> {
                if (text.length() > LONGEST_NUMBER) {
                    throw new NumberFormatException("a number of " + text.length() + " characters");
                }
                yield Double.parseDouble(text);
            }
        };
    }

    /** A quoted Python 2 string with its escapes. */
    static String quoted(String text) {
        int last = text.length() - 1;
        if (last < 1 || text.charAt(0) != text.charAt(last) || "'\"".indexOf(text.charAt(0)) < 0) {
            throw new IllegalArgumentException("a string without its quotes");
        }
        String bytes = STRING_ESCAPE
                .matcher(text.substring(1, last))
                .replaceAll(match -> Matcher.quoteReplacement(unescape(match.group(1))));
        return byteString(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String unescape(String escape) {
        char first = escape.charAt(0);
        if (first == 'x' && escape.length() == 3) {
            return String.valueOf((char) Integer.parseInt(escape.substring(1), 16));
        }
        if (first >= '0' && first <= '7') {
            return String.valueOf((char) (Integer.parseInt(escape, 8) & 0xff));
        }
        return switch (first) {
            case 'n' -> "\n";
            case 'r' -> "\r";
            case 't' -> "\t";
            case 'a' -> "\u0007";
            case 'b' -> "\b";
            case 'f' -> "\f";
            case 'v' -> "\u000b";
            case '\\', '\'', '"' -> escape;
            default -> "\\" + escape;
        };
    }

    /** Python's raw-unicode-escape: Latin-1 with {@code \}{@code uXXXX} and {@code \}{@code UXXXXXXXX}. */
    static String rawUnicode(String text) {
        return UNICODE_ESCAPE.matcher(text).replaceAll(match -> {
            String digits = match.group(1) != null ? match.group(1) : match.group(2);
            return Matcher.quoteReplacement(Character.toString(Integer.parseUnsignedInt(digits, 16)));
        });
    }

    /** A Python 2 byte string as text: UTF-8 where it is that, else Latin-1. */
    static String byteString(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }
}
