package org.ttdengine.engine.backend.cuda;

import org.ttdengine.engine.backend.RowMix;

/**
 * A row mix turned round: for each source row the output rows it goes to, in ascending order of the mix's entries.
 *
 * @param sources source rows that are used at least once, ascending
 * @param starts for each of them its first use, and the number of uses at the end
 * @param uses two numbers per use: the output row, and the bits of the weight
 */
record RowUses(int[] sources, int[] starts, int[] uses) {
    /** The uses of {@code sourceRows} rows, by a counting sort. */
    static RowUses of(RowMix mix, int sourceRows) {
        int[] end = new int[sourceRows];
        for (int source : mix.index()) {
            if (source >= 0) {
                end[source]++;
            }
        }
        int used = 0;
        int total = 0;
        for (int source = 0; source < sourceRows; source++) {
            used += end[source] > 0 ? 1 : 0;
            total += end[source];
            end[source] = total - end[source];
        }
        int[] uses = new int[2 * total];
        for (int entry = 0; entry < mix.index().length; entry++) {
            int source = mix.index()[entry];
            if (source >= 0) {
                int at = 2 * end[source]++;
                uses[at] = entry / mix.taps();
                uses[at + 1] = Float.floatToRawIntBits(mix.weight(entry));
            }
        }
        return compact(end, used, uses);
    }

    /** Leaves out the source rows without uses; {@code end} is the end of each one's uses. */
    private static RowUses compact(int[] end, int used, int[] uses) {
        int[] sources = new int[used];
        int[] starts = new int[used + 1];
        int k = 0;
        for (int source = 0; source < end.length; source++) {
            int start = source == 0 ? 0 : end[source - 1];
            if (end[source] > start) {
                sources[k] = source;
                starts[k + 1] = end[source];
                k++;
            }
        }
        return new RowUses(sources, starts, uses);
    }
}
