package org.ttdengine.engine.backend;

/**
 * Layout of a batch of sequences that lie one behind the other without padding.
 *
 * @param offsets first token of every sequence, and behind the last one the number of tokens
 * @param heads number of heads; channels of head i are {@code i*width/heads} onwards
 * @param causal whether a token sees only itself and earlier ones
 */
public record AttentionPlan(int[] offsets, int heads, boolean causal) {
    public AttentionPlan {
        if (offsets.length < 1 || offsets[0] != 0 || heads < 1) {
            throw new IllegalArgumentException("attention needs offsets that start at 0 and at least one head");
        }
        for (int i = 1; i < offsets.length; i++) {
            if (offsets[i] < offsets[i - 1]) {
                throw new IllegalArgumentException("attention offsets decrease at sequence " + (i - 1));
            }
        }
    }

    /** {@code count} sequences of {@code length} tokens. */
    public static AttentionPlan regular(int count, int length, int heads, boolean causal) {
        int[] offsets = new int[count + 1];
        for (int i = 0; i <= count; i++) {
            offsets[i] = i * length;
        }
        return new AttentionPlan(offsets, heads, causal);
    }

    public int sequences() {
        return offsets.length - 1;
    }

    public int tokens() {
        return offsets[offsets.length - 1];
    }

    public int length(int sequence) {
        return offsets[sequence + 1] - offsets[sequence];
    }

    /** Query-key pairs that are really computed, over all sequences, for one head. */
    public long pairs() {
        long pairs = 0;
        for (int s = 0; s < sequences(); s++) {
            long length = length(s);
            pairs += causal ? length * (length + 1) / 2 : length * length;
        }
        return pairs;
    }
}
