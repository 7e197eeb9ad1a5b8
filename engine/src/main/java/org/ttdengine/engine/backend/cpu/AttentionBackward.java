package org.ttdengine.engine.backend.cpu;

import java.util.Arrays;

/**
 * Gradient of attention for one head of one sequence. The probabilities P = e^(scale S - lse) are computed again, a tile of
 * queries and a panel of keys at a time, and with D = rowsum(dO O) they give dV = P'dO, dS = P (dO V' - D),
 * dQ = scale dS K and dK = scale dS'Q (FlashAttention, Dao et al. 2022, algorithm 4). Sums over the queries are formed tile
 * by tile in their order.
 *
 * <p>P and dS come out as one panel of a packed right factor, so that dV' and dK', channels by keys, need no packing. The
 * products that give S and dO V' start from {@code -lse/scale} and -D: what is left to do is the same for every element.
 */
final class AttentionBackward {
    /** Most queries of a tile: few enough for a panel of P and of dS to stay in the first-level cache. */
    private static final int TILE = 96;

    private final AttentionHead head;
    private final float[] qkv;
    private final float[] dout;
    private final PanelLayout keys;
    private final PanelLayout channels;
    private final PanelLayout lastChannels;
    private final int tile;
    private final int keyStride;
    private final int channelStride;

    private final float[] work;
    private final int keysTransposed;
    private final int valuesTransposed;
    private final int packedKeys;
    private final int queriesTransposed;
    private final int doutTransposed;
    private final int dkeys;
    private final int dvalues;
    private final int p;
    private final int ds;
    private final int queries;
    private final int douts;
    private final int dqueries;
    private final int expected;

    AttentionBackward(AttentionHead head, float[] qkv, float[] dout, Scratch scratch, int worker) {
        this.head = head;
        this.qkv = qkv;
        this.dout = dout;
        int n = head.length();
        int size = head.size();
        keys = BlockProduct.layout(size, n);
        channels = BlockProduct.layout(keys.panelWidth(), size);
        lastChannels = BlockProduct.layout(n - (keys.panels() - 1) * keys.panelWidth(), size);
        tile = BlockProduct.tileRows(n, TILE);
        keyStride = keys.panels() * keys.panelWidth();
        channelStride = channels.panels() * channels.panelWidth();
        keysTransposed = MicroKernel.LANES;
        valuesTransposed = keysTransposed + keys.size();
        packedKeys = valuesTransposed + keys.size();
        queriesTransposed = packedKeys + keys.panels() * channels.size();
        doutTransposed = queriesTransposed + size * n;
        dkeys = doutTransposed + size * n;
        dvalues = dkeys + BlockProduct.paddedRows(size) * keyStride;
        p = dvalues + BlockProduct.paddedRows(size) * keyStride;
        ds = p + tile * keys.panelWidth();
        queries = ds + tile * keys.panelWidth();
        douts = queries + tile * size;
        dqueries = douts + tile * size;
        expected = dqueries + tile * channelStride;
        work = scratch.floats(worker, expected + n);
    }

    /** Writes the head's part of {@code dqkv}. */
    void run(float[] out, float[] logSumExp, float[] dqkv) {
        pack();
        for (int i = 0; i < head.length(); i++) {
            int at = head.result(i);
            work[expected + i] = (float) VectorMath.dot(out, at, dout, at, head.size());
        }
        Arrays.fill(work, dkeys, p, 0);
        for (int first = 0; first < head.length(); first += tile) {
            int rows = Math.min(tile, head.length() - first);
            int seen = head.seen(first + rows - 1);
            for (int i = 0; i < rows; i++) {
                System.arraycopy(qkv, head.query(first + i), work, queries + i * head.size(), head.size());
                System.arraycopy(dout, head.result(first + i), work, douts + i * head.size(), head.size());
            }
            Arrays.fill(work, dqueries, expected, 0);
            for (int panel = 0; panel * keys.panelWidth() < seen; panel++) {
                gradients(first, rows, panel, logSumExp);
                addProducts(first, rows, panel);
            }
            for (int i = 0; i < rows; i++) {
                int from = dqueries + i * channelStride;
                VectorMath.scale(head.scale(), work, from, dqkv, head.query(first + i), head.size());
            }
        }
        VectorMath.scale(head.scale(), work, dkeys, work, dkeys, head.size() * keyStride);
        int stride = head.stride();
        PanelPacker.transpose(work, dkeys, keyStride, head.size(), head.length(), dqkv, head.key(0), stride);
        PanelPacker.transpose(work, dvalues, keyStride, head.size(), head.length(), dqkv, head.value(0), stride);
    }

    private void pack() {
        int n = head.length();
        int stride = head.stride();
        BlockProduct.pack(FloatView.transposed(qkv, head.key(0), stride), keys, work, keysTransposed);
        BlockProduct.pack(FloatView.transposed(qkv, head.value(0), stride), keys, work, valuesTransposed);
        for (int panel = 0; panel < keys.panels(); panel++) {
            FloatView rows = FloatView.of(qkv, head.key(panel * keys.panelWidth()), stride);
            BlockProduct.pack(rows, channels(panel), work, packedKeys + panel * channels.size());
        }
        PanelPacker.transpose(qkv, head.query(0), stride, n, head.size(), work, queriesTransposed, n);
        PanelPacker.transpose(dout, head.result(0), head.width(), n, head.size(), work, doutTransposed, n);
    }

    /** Layout of one panel's keys as rows of a right factor. */
    private PanelLayout channels(int panel) {
        return panel == keys.panels() - 1 ? lastChannels : channels;
    }

    /** P and dS, unscaled, of {@code rows} queries from {@code first} on and one panel of keys. */
    private void gradients(int first, int rows, int panel, float[] logSumExp) {
        int width = keys.vectors(panel) * MicroKernel.LANES;
        int size = head.size();
        ScoreMath.fillRows(work, p, rows, width, -1 / head.scale(), logSumExp, head.sums() + first);
        ScoreMath.fillRows(work, ds, rows, width, -1, work, expected + first);
        BlockProduct.multiplyAddPanel(
                rows, size, panel, work, queries, size, keys, work, keysTransposed, work, p, width);
        BlockProduct.multiplyAddPanel(
                rows, size, panel, work, douts, size, keys, work, valuesTransposed, work, ds, width);
        ScoreMath.gradients(work, p, work, ds, rows * width, head.scale());
        for (int i = 0; i < rows && head.causal(); i++) {
            int seen = Math.max(0, head.seen(first + i) - panel * keys.panelWidth());
            if (seen < width) {
                Arrays.fill(work, p + i * width + seen, p + (i + 1) * width, 0);
                Arrays.fill(work, ds + i * width + seen, ds + (i + 1) * width, 0);
            }
        }
    }

    /** What P and dS of the given queries and keys add to dV', dK' and dQ. */
    private void addProducts(int first, int rows, int panel) {
        int n = head.length();
        int size = head.size();
        int vectors = keys.vectors(panel);
        int column = panel * keys.panelWidth();
        BlockProduct.multiplyAddStrip(
                vectors, size, rows, work, doutTransposed + first, n, work, p, work, dvalues + column, keyStride);
        BlockProduct.multiplyAddStrip(
                vectors, size, rows, work, queriesTransposed + first, n, work, ds, work, dkeys + column, keyStride);
        PanelLayout right = channels(panel);
        int packed = packedKeys + panel * channels.size();
        BlockProduct.multiplyAdd(
                rows,
                right.depth(),
                right.panels(),
                work,
                ds,
                vectors * MicroKernel.LANES,
                right,
                work,
                packed,
                work,
                dqueries,
                channelStride);
    }
}
