package org.ttdengine.engine.backend.cuda;

import java.util.Arrays;
import org.ttdengine.engine.backend.AttentionPlan;
import org.ttdengine.kernels.AttentionKernels;

/**
 * Work list of the attention kernels: the rows of every sequence cut into tiles, those with the most work first, so that no
 * block is idle and no long tile begins last. Each entry is four numbers, {@code AttentionTile} of the kernels: first token
 * of the sequence, its length, first row of the tile within it, rows.
 *
 * @param entries the numbers
 */
record AttentionTiles(int[] entries) {
    private static final int NUMBERS = 4;

    /** Tiles of queries: a causal one sees the keys up to its own end. */
    static AttentionTiles ofQueries(AttentionPlan plan) {
        return of(plan, (length, start, rows) -> plan.causal() ? start + rows : length);
    }

    /** Tiles of keys: a causal one is seen by the queries from its own start. */
    static AttentionTiles ofKeys(AttentionPlan plan) {
        return of(plan, (length, start, rows) -> plan.causal() ? length - start : length);
    }

    private interface Work {
        int partners(int length, int start, int rows);
    }

    private static AttentionTiles of(AttentionPlan plan, Work work) {
        int count = 0;
        for (int s = 0; s < plan.sequences(); s++) {
            count += tiles(plan.length(s));
        }
        int[] listed = new int[NUMBERS * count];
        long[] order = new long[count];
        int tile = 0;
        for (int s = 0; s < plan.sequences(); s++) {
            int length = plan.length(s);
            for (int start = 0; start < length; start += AttentionKernels.TILE_ROWS) {
                int rows = Math.min(AttentionKernels.TILE_ROWS, length - start);
                listed[NUMBERS * tile] = plan.offsets()[s];
                listed[NUMBERS * tile + 1] = length;
                listed[NUMBERS * tile + 2] = start;
                listed[NUMBERS * tile + 3] = rows;
                order[tile] = ((long) -work.partners(length, start, rows) << Integer.SIZE) + tile;
                tile++;
            }
        }
        Arrays.sort(order);
        int[] entries = new int[listed.length];
        for (int i = 0; i < count; i++) {
            System.arraycopy(listed, NUMBERS * (int) order[i], entries, NUMBERS * i, NUMBERS);
        }
        return new AttentionTiles(entries);
    }

    private static int tiles(int length) {
        return (length + AttentionKernels.TILE_ROWS - 1) / AttentionKernels.TILE_ROWS;
    }

    /** Number of tiles. */
    int count() {
        return entries.length / NUMBERS;
    }
}
