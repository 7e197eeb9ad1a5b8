package org.ttdengine.engine.backend.cpu;

import java.util.Arrays;

/**
 * {@code softmax(Q K' scale) V} of one head of one sequence, a tile of queries at a time, with all keys they see at once.
 * What a query gets does not depend on the other queries of its tile.
 */
final class AttentionForward {
    /** Most queries of a tile, a multiple of every register block: their scores stay in the second-level cache. */
    private static final int TILE = 72;

    private final AttentionHead head;
    private final float[] qkv;
    private final PanelLayout keys;
    private final PanelLayout values;
    private final int tileRows;
    private final float[] work;
    private final int packedKeys;
    private final int packedValues;
    private final int queries;
    private final int scores;
    private final int scoreStride;
    private final int results;
    private final int resultStride;
    private final int sums;

    AttentionForward(AttentionHead head, float[] qkv, Scratch scratch, int worker) {
        this.head = head;
        this.qkv = qkv;
        keys = BlockProduct.layout(head.size(), head.length());
        values = BlockProduct.layout(head.length(), head.size());
        scoreStride = keys.panels() * keys.panelWidth();
        resultStride = values.panels() * values.panelWidth();
        tileRows = BlockProduct.tileRows(head.length(), TILE);
        packedKeys = MicroKernel.LANES;
        packedValues = packedKeys + keys.size();
        queries = packedValues + values.size();
        scores = queries + tileRows * head.size();
        results = scores + tileRows * scoreStride;
        sums = results + tileRows * resultStride;
        work = scratch.floats(worker, sums + tileRows);
        BlockProduct.pack(FloatView.transposed(qkv, head.key(0), head.stride()), keys, work, packedKeys);
        BlockProduct.pack(FloatView.of(qkv, head.value(0), head.stride()), values, work, packedValues);
    }

    /** Tiles of queries in a sequence. */
    static int tiles(int length) {
        return (length + TILE - 1) / TILE;
    }

    /** Writes results and log-sum-exps of one tile of queries. */
    void tile(int tile, float[] out, float[] logSumExp) {
        int first = tile * tileRows;
        int rows = Math.min(tileRows, head.length() - first);
        int seen = head.seen(first + rows - 1);
        for (int i = 0; i < rows; i++) {
            System.arraycopy(qkv, head.query(first + i), work, queries + i * head.size(), head.size());
        }
        Arrays.fill(work, scores, sums, 0);
        int panels = (seen + keys.panelWidth() - 1) / keys.panelWidth();
        BlockProduct.multiplyAdd(
                rows,
                head.size(),
                panels,
                work,
                queries,
                head.size(),
                keys,
                work,
                packedKeys,
                work,
                scores,
                scoreStride);
        for (int i = 0; i < rows; i++) {
            logSumExp[head.sums() + first + i] = exponentials(i, head.seen(first + i), seen);
        }
        BlockProduct.multiplyAdd(
                rows,
                seen,
                values.panels(),
                work,
                scores,
                scoreStride,
                values,
                work,
                packedValues,
                work,
                results,
                resultStride);
        for (int i = 0; i < rows; i++) {
            int from = results + i * resultStride;
            VectorMath.scale(1 / work[sums + i], work, from, out, head.result(first + i), head.size());
        }
    }

    /**
     * Row i of the scores becomes {@code e^(scale (s - largest))}, 0 for keys the query does not see, and their sum is
     * noted; returns the log-sum-exp of the scaled scores.
     */
    private float exponentials(int i, int seen, int end) {
        int row = scores + i * scoreStride;
        Arrays.fill(work, row + seen, row + ScoreMath.wholeVectors(seen), Float.NEGATIVE_INFINITY);
        float largest = ScoreMath.largest(work, row, seen);
        float sum = ScoreMath.exponentials(work, row, seen, head.scale(), largest, work);
        if (end > seen) {
            Arrays.fill(work, row + seen, row + end, 0);
        }
        work[sums + i] = sum + 0 * largest; // not a number where a score is not finite
        return (float) (largest * head.scale() + Math.log(sum));
    }
}
