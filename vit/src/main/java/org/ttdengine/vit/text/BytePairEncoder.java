package org.ttdengine.vit.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Byte-level byte-pair encoding of single words (Sennrich et al. 2016, arXiv 1508.07909): starting from the symbols of the
 * word's UTF-8 bytes, the pair of neighbours with the lowest rank is merged wherever it occurs, until no pair has a rank.
 * Immutable.
 */
final class BytePairEncoder {
    private final int[] byteIds;
    private final int[] finalByteIds;
    private final Map<Long, Rule> rules;

    private record Rule(int rank, int result) {}

    BytePairEncoder(Vocabulary vocabulary) {
        Map<String, Integer> ids = vocabulary.ids();
        byteIds = new int[256];
        finalByteIds = new int[256];
        for (int value = 0; value < 256; value++) {
            byteIds[value] = ids.get(ByteSymbols.of(value));
            finalByteIds[value] = ids.get(ByteSymbols.of(value) + ByteSymbols.END_OF_WORD);
        }
        rules = new HashMap<>();
        List<Vocabulary.Merge> merges = vocabulary.merges();
        for (int rank = 0; rank < merges.size(); rank++) {
            Vocabulary.Merge merge = merges.get(rank);
            long pair = pair(ids.get(merge.left()), ids.get(merge.right()));
            rules.put(pair, new Rule(rank, ids.get(merge.result())));
        }
    }

    /** Ids of the symbols of a non-empty word, in order; never empty. */
    int[] encode(String word) {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        int[] symbols = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            int[] ids = i < bytes.length - 1 ? byteIds : finalByteIds;
            symbols[i] = ids[bytes[i] & 0xFF];
        }
        return new Chain(symbols).merge();
    }

    private static long pair(int left, int right) {
        return (long) left << 32 | right;
    }

    /** The symbols of one word as a linked list, with a queue of its pairs so that a long word takes n log n steps. */
    private final class Chain {
        private static final int GONE = -1;

        private final int[] symbols;
        private final int[] previous;
        private final int[] next;

        /** Rank in the upper half, position of the left symbol in the lower; entries may be out of date. */
        private final PriorityQueue<Long> queue = new PriorityQueue<>();

        Chain(int[] symbols) {
            this.symbols = symbols;
            previous = new int[symbols.length];
            next = new int[symbols.length];
            Arrays.setAll(previous, i -> i - 1);
            Arrays.setAll(next, i -> i + 1);
            for (int i = 0; i < symbols.length; i++) {
                enqueue(i);
            }
        }

        int[] merge() {
            int[] merged = new int[symbols.length];
            while (!queue.isEmpty()) {
                int count = mergeLowestRank(merged);
                // Pairs that this round made wait for the next: a round replaces the occurrences of one pair only.
                for (int i = 0; i < count; i++) {
                    enqueue(previous[merged[i]]);
                    enqueue(merged[i]);
                }
            }
            return Arrays.stream(symbols).filter(symbol -> symbol != GONE).toArray();
        }

        /** Merges the occurrences of the lowest-ranked pair, left to right; notes their positions and says how many. */
        private int mergeLowestRank(int[] merged) {
            int rank = rank(queue.element());
            int count = 0;
            while (!queue.isEmpty() && rank(queue.element()) == rank) {
                int position = queue.remove().intValue();
                Rule rule = ruleAt(position);
                if (rule != null && rule.rank() == rank) {
                    join(position, rule.result());
                    merged[count++] = position;
                }
            }
            return count;
        }

        private void join(int position, int result) {
            int removed = next[position];
            symbols[position] = result;
            symbols[removed] = GONE;
            next[position] = next[removed];
            if (next[removed] < symbols.length) {
                previous[next[removed]] = position;
            }
        }

        private void enqueue(int position) {
            Rule rule = ruleAt(position);
            if (rule != null) {
                queue.add((long) rule.rank() << 32 | position);
            }
        }

        /** The rule for the pair that begins at a position, or null. */
        private Rule ruleAt(int position) {
            if (position < 0 || symbols[position] == GONE || next[position] == symbols.length) {
                return null;
            }
            return rules.get(pair(symbols[position], symbols[next[position]]));
        }

        private static int rank(long entry) {
            return (int) (entry >>> 32);
        }
    }
}
