package org.ttdengine.engine.backend.cpu;

import java.util.Arrays;

/**
 * Gradient of attention for one head of one sequence. The probabilities P = e^(scale S - lse) are computed again, a tile of
 * queries at a time, and with D = rowsum(dO O) they give dV = P'dO, dS = P (dO V' - D), dQ = scale dS K and
 * dK = scale dS'Q (FlashAttention, Dao et al. 2022, algorithm 4).
 *
 * <p>P and dS lie in panels of keys, which makes them packed right factors as they stand: dV' and dK', channels by keys,
 * are summed over the tiles in their order. The products that give S and dO V' start from {@code -lse/scale} and -D, so that
 * what is left to do is the same for every element.
 */
final class AttentionBackward {
    /** Queries of a tile: few enough for their scores to stay in the second-level cache. */
    private static final int TILE = 48;

    private final BlockProduct product;
    private final AttentionHead head;
    private final float[] qkv;
    private final float[] dout;
    private final PanelLayout keys;
    private final PanelLayout channels;
    private final PanelLayout lastChannels;
    private final float[] work;
    private final int tileRows;
    private final int channelRows;
    private final int keyStride;
    private final int channelStride;
    private final int keysTransposed;
    private final int valuesTransposed;
    private final int packedKeys;
    private final int queriesTransposed;
    private final int doutTransposed;
    private final int dkeys;
    private final int dvalues;
    private final int p;
    private final int ds;
    private final int dqueries;
    private final int expected;

    AttentionBackward(
            BlockProduct product, AttentionHead head, float[] qkv, float[] dout, Scratch scratch, int worker) {
        this.product = product;
        this.head = head;
        this.qkv = qkv;
        this.dout = dout;
        int n = head.length();
        int size = head.size();
        keys = product.layout(size, n);
        channels = product.layout(keys.panelWidth(), size);
        lastChannels = product.layout(n - (keys.panels() - 1) * keys.panelWidth(), size);
        keyStride = keys.panels() * keys.panelWidth();
        channelStride = channels.panels() * channels.panelWidth();
        tileRows = product.paddedRows(Math.min(TILE, n));
        channelRows = product.paddedRows(size);
        keysTransposed = RowMath.LANES;
        valuesTransposed = keysTransposed + keys.size();
        packedKeys = valuesTransposed + keys.size();
        queriesTransposed = packedKeys + keys.panels() * channels.size();
        doutTransposed = queriesTransposed + size * n;
        dkeys = doutTransposed + size * n;
        dvalues = dkeys + channelRows * keyStride;
        p = dvalues + channelRows * keyStride;
        ds = p + tileRows * keyStride;
        dqueries = ds + tileRows * keyStride;
        expected = dqueries + tileRows * channelStride;
        work = scratch.floats(worker, expected + n);
    }

    /** Writes the head's part of {@code dqkv}. */
    void run(float[] out, float[] logSumExp, float[] dqkv) {
        pack();
        for (int i = 0; i < head.length(); i++) {
            int at = head.result(i);
            work[expected + i] = RowMath.dot(out, at, dout, at, head.size(), work);
        }
        Arrays.fill(work, dkeys, p, 0);
        for (int first = 0; first < head.length(); first += TILE) {
            int rows = Math.min(TILE, head.length() - first);
            int seen = head.seen(first + rows - 1);
            int panels = (seen + keys.panelWidth() - 1) / keys.panelWidth();
            Arrays.fill(work, dqueries, dqueries + tileRows * channelStride, 0);
            for (int panel = 0; panel < panels; panel++) {
                panel(first, rows, panel, logSumExp);
            }
            for (int i = 0; i < rows; i++) {
                VectorMath.scale(
                        head.scale(), work, dqueries + i * channelStride, dqkv, head.query(first + i), head.size());
            }
        }
        VectorMath.scale(head.scale(), work, dkeys, work, dkeys, channelRows * keyStride);
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

    /** What {@code rows} queries from {@code first} on and one panel of keys have to do with each other. */
    private void panel(int first, int rows, int panel, float[] logSumExp) {
        int width = keys.vectors(panel) * keys.lanes();
        int firstKey = panel * keys.panelWidth();
        int pPanel = p + tileRows * firstKey;
        int dsPanel = ds + tileRows * firstKey;
        for (int i = 0; i < rows; i++) {
            float lse = logSumExp[head.sums() + first + i] / head.scale();
            Arrays.fill(work, pPanel + i * width, pPanel + (i + 1) * width, -lse);
            Arrays.fill(work, dsPanel + i * width, dsPanel + (i + 1) * width, -work[expected + first + i]);
        }
        int size = head.size();
        int query = head.query(first);
        product.multiplyAddPanel(
                rows, size, panel, qkv, query, head.stride(), keys, work, keysTransposed, work, pPanel, width);
        int result = head.result(first);
        product.multiplyAddPanel(
                rows, size, panel, dout, result, head.width(), keys, work, valuesTransposed, work, dsPanel, width);
        ScoreMath.gradients(work, pPanel, work, dsPanel, rows * width, head.scale());
        for (int i = 0; i < rows; i++) {
            int unseen = Math.max(0, head.seen(first + i) - firstKey);
            if (unseen < width) {
                Arrays.fill(work, pPanel + i * width + unseen, pPanel + (i + 1) * width, 0);
                Arrays.fill(work, dsPanel + i * width + unseen, dsPanel + (i + 1) * width, 0);
            }
        }
        int n = head.length();
        int vectors = keys.vectors(panel);
        product.multiplyAddStrip(
                vectors,
                size,
                rows,
                work,
                doutTransposed + first,
                n,
                work,
                pPanel,
                work,
                dvalues + firstKey,
                keyStride);
        product.multiplyAddStrip(
                vectors,
                size,
                rows,
                work,
                queriesTransposed + first,
                n,
                work,
                dsPanel,
                work,
                dkeys + firstKey,
                keyStride);
        PanelLayout right = channels(panel);
        int packed = packedKeys + panel * channels.size();
        product.multiplyAdd(
                rows,
                right.depth(),
                right.panels(),
                work,
                dsPanel,
                width,
                right,
                work,
                packed,
                work,
                dqueries,
                channelStride);
    }
}
