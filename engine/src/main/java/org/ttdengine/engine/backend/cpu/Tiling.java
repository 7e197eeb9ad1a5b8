package org.ttdengine.engine.backend.cpu;

/**
 * The division of C into {@link Tile}s: tall enough that a panel of B in the first-level cache pays, small enough that
 * the sums and the rows of A stay in the second-level cache and that no thread waits long for the last one.
 *
 * @param rows rows of C
 * @param layout panels of B, which the columns of C are divided by
 * @param tileRows rows of a tile
 * @param tilePanels panels of a tile
 */
record Tiling(int rows, PanelLayout layout, int tileRows, int tilePanels) {
    private static final int TALLEST = 16;
    private static final int SHORTEST = 4;
    private static final int WIDEST = 8;
    private static final int TILES_PER_THREAD = 6;

    /** Tiles for that many threads. */
    static Tiling of(int rows, PanelLayout layout, int threads) {
        int blocks = Math.max(1, ceilDiv(rows, MicroKernel.ROWS));
        int wanted = TILES_PER_THREAD * threads;
        int tallest = TALLEST;
        while (tallest > SHORTEST && ceilDiv(blocks, tallest) * layout.panels() < wanted) {
            tallest /= 2;
        }
        int down = ceilDiv(blocks, tallest);
        int tileBlocks = ceilDiv(blocks, down);
        int tilePanels = Math.max(1, Math.min(WIDEST, layout.panels() * down / wanted));
        return new Tiling(rows, layout, tileBlocks * MicroKernel.ROWS, tilePanels);
    }

    /** Tiles for one thread, taller, so that a B not packed beforehand is packed seldom. */
    static Tiling sequential(int rows, PanelLayout layout) {
        int blocks = Math.max(1, ceilDiv(rows, MicroKernel.ROWS));
        int tileRows = Math.min(2 * TALLEST + 2, blocks) * MicroKernel.ROWS;
        return new Tiling(rows, layout, tileRows, Math.max(1, Math.min(WIDEST / 2, layout.panels())));
    }

    /** Tiles on top of each other. */
    int down() {
        return ceilDiv(rows, tileRows);
    }

    private int across() {
        return ceilDiv(layout.panels(), tilePanels);
    }

    /** Number of tiles; 0 where C is empty. */
    int tiles() {
        return down() * across();
    }

    /** The tile of a number; neighbours in number share panels of B. */
    Tile tile(int number) {
        int row = number % down() * tileRows;
        int panel = number / down() * tilePanels;
        return new Tile(
                row,
                Math.min(tileRows, rows - row),
                panel,
                Math.min(tilePanels, layout.panels() - panel),
                layout.panelWidth());
    }

    /** The largest tile, by which working memory is sized. */
    Tile largest() {
        return new Tile(0, Math.min(tileRows, rows), 0, Math.min(tilePanels, layout.panels()), layout.panelWidth());
    }

    private static int ceilDiv(int x, int y) {
        return (x + y - 1) / y;
    }
}
