package org.ttdengine.vit.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Symbols of a byte-pair encoding with their ids, and the merges in order of rank.
 *
 * @param ids id of each symbol, the special ones included; no two are equal
 * @param merges pairs of symbols whose concatenation is a symbol too, the first to be merged first
 * @param start id of the symbol before a text
 * @param end id of the symbol after a text
 * @param size one more than the largest id: the rows of the token embedding
 */
record Vocabulary(Map<String, Integer> ids, List<Merge> merges, int start, int end, int size) {
    /** Largest vocabulary that is read; more than ten times the size of any that CLIP models have. */
    static final int MAX_SIZE = 1 << 20;

    /** Merges of OpenAI's vocabulary of 49,408 symbols; its file lists more, which are not used. */
    static final int MAX_MERGES = 48_894;

    static final String START_OF_TEXT = "<|startoftext|>";
    static final String END_OF_TEXT = "<|endoftext|>";
    private static final List<String> START_NAMES = List.of(START_OF_TEXT, "<start_of_text>");
    private static final List<String> END_NAMES = List.of(END_OF_TEXT, "<end_of_text>");

    /** Two neighbouring symbols that become one. */
    record Merge(String left, String right) {
        String result() {
            return left + right;
        }
    }

    /**
     * The vocabulary OpenAI's code makes of a list of merges: the byte symbols, the same at the end of a word, the result
     * of each merge, start and end of text.
     *
     * @param file named in error messages
     */
    static Vocabulary ofMerges(List<Merge> merges, Path file) throws IOException {
        Map<String, Integer> ids = new HashMap<>();
        for (String ending : List.of("", ByteSymbols.END_OF_WORD)) {
            for (String symbol : ByteSymbols.inIdOrder()) {
                ids.put(symbol + ending, ids.size());
            }
        }
        List<Merge> used = merges.subList(0, Math.min(merges.size(), MAX_MERGES));
        for (Merge merge : used) {
            if (ids.put(merge.result(), ids.size()) != null) {
                throw new IOException(file + ": two merges make the symbol '" + brief(merge.result()) + "'");
            }
        }
        ids.put(START_OF_TEXT, ids.size());
        ids.put(END_OF_TEXT, ids.size());
        return of(ids, used, file);
    }

    /**
     * A vocabulary with explicit ids.
     *
     * @param file named in error messages
     * @throws IOException if ids repeat or are out of range, if a byte's symbol, start or end of text is missing, or if a
     *     merge is of or makes a symbol without an id
     */
    static Vocabulary of(Map<String, Integer> ids, List<Merge> merges, Path file) throws IOException {
        checkIds(ids, file);
        for (String symbol : ByteSymbols.inIdOrder()) {
            require(ids, symbol, "byte symbol", file);
            require(ids, symbol + ByteSymbols.END_OF_WORD, "byte symbol", file);
        }
        for (Merge merge : merges) {
            require(ids, merge.left(), "left side of a merge", file);
            require(ids, merge.right(), "right side of a merge", file);
            require(ids, merge.result(), "result of a merge", file);
        }
        int size = 1 + ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
        return new Vocabulary(
                Map.copyOf(ids),
                List.copyOf(merges),
                special(ids, START_NAMES, file),
                special(ids, END_NAMES, file),
                size);
    }

    private static void checkIds(Map<String, Integer> ids, Path file) throws IOException {
        Set<Integer> seen = new HashSet<>();
        for (Map.Entry<String, Integer> entry : ids.entrySet()) {
            int id = entry.getValue();
            if (id < 0 || id >= MAX_SIZE) {
                throw new IOException(
                        file + ": id " + id + " of '" + brief(entry.getKey()) + "' is not in 0.." + (MAX_SIZE - 1));
            }
            if (!seen.add(id)) {
                throw new IOException(file + ": two symbols have the id " + id);
            }
        }
    }

    private static void require(Map<String, Integer> ids, String symbol, String role, Path file) throws IOException {
        if (!ids.containsKey(symbol)) {
            throw new IOException(file + ": the vocabulary lacks '" + brief(symbol) + "', a " + role);
        }
    }

    private static int special(Map<String, Integer> ids, List<String> names, Path file) throws IOException {
        for (String name : names) {
            Integer id = ids.get(name);
            if (id != null) {
                return id;
            }
        }
        throw new IOException(file + ": the vocabulary lacks " + names.get(0) + "; is it one of a CLIP model?");
    }

    private static String brief(String symbol) {
        String line = symbol.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= 40 ? line : line.substring(0, 40) + "...";
    }
}
