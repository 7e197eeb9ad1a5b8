package org.ttdengine.engine.backend;

/**
 * Rows as weighted sums of other rows: {@code out[i] = sum_t weight[i*taps+t] * in[index[i*taps+t]]}. Selecting rows,
 * looking up embeddings and interpolating positions are all of this form. An index of -1 adds nothing.
 *
 * @param taps summands per row
 * @param index source rows, {@code taps} per output row
 * @param weight their factors, or null for all ones
 */
public record RowMix(int taps, int[] index, float[] weight) {
    public RowMix {
        if (taps < 1 || index.length % taps != 0 || (weight != null && weight.length != index.length)) {
            throw new IllegalArgumentException("a row mix needs taps weights and indices per row");
        }
    }

    /** Output row i is input row {@code index[i]}. */
    public static RowMix select(int... index) {
        return new RowMix(1, index, null);
    }

    /** Number of output rows. */
    public int rows() {
        return index.length / taps;
    }

    /** Weight of an entry. */
    public float weight(int entry) {
        return weight == null ? 1 : weight[entry];
    }

    /** Fails unless every index is below {@code sourceRows}. */
    public void checkSource(int sourceRows, String source) {
        for (int i : index) {
            if (i < -1 || i >= sourceRows) {
                throw new IllegalArgumentException("row " + i + " of " + source + " does not exist");
            }
        }
    }
}
