package org.ttdengine.vit.text;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The visible character that stands for each byte in a byte-level vocabulary: printable Latin-1 characters for
 * themselves, U+0100 and following for the 68 other bytes, in ascending order.
 */
final class ByteSymbols {
    /** Ending of a symbol that closes a word. */
    static final String END_OF_WORD = "</w>";

    private static final int BYTES = 256;
    private static final int[] ID_ORDER = IntStream.concat(
                    IntStream.range(0, BYTES).filter(ByteSymbols::isPrintable),
                    IntStream.range(0, BYTES).filter(b -> !isPrintable(b)))
            .toArray();
    private static final String[] SYMBOLS = symbols();

    private ByteSymbols() {}

    /** Symbol of a byte value 0 to 255. */
    static String of(int value) {
        return SYMBOLS[value];
    }

    /** All symbols in the order of their ids in OpenAI's vocabulary: the 188 printable ones first. */
    static List<String> inIdOrder() {
        return Arrays.stream(ID_ORDER).mapToObj(ByteSymbols::of).toList();
    }

    private static boolean isPrintable(int value) {
        return (value >= 33 && value <= 126) || (value >= 161 && value <= 172) || value >= 174;
    }

    private static String[] symbols() {
        String[] symbols = new String[BYTES];
        int next = BYTES;
        for (int value : ID_ORDER) {
            symbols[value] = Character.toString(isPrintable(value) ? value : next++);
        }
        return symbols;
    }
}
