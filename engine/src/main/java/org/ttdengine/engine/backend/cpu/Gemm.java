package org.ttdengine.engine.backend.cpu;

/**
 * The matrix product of the CPU backend: fp32, row-major, spread over a {@link WorkerPool}.
 *
 * <p>Every element of C is summed in an order that depends on k alone: its bits are the same whatever the number of
 * threads, whatever other rows and columns are computed with it, and whether B was packed beforehand.
 *
 * <p>The design is that of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008): B packed
 * into panels that stay in the first-level cache while the rows of A pass by, a register block in the middle. A is read
 * in place. Working memory is kept between calls; an instance serves one call at a time.
 */
public final class Gemm {
    private static final int TILE_ROWS = 96;
    private static final int TILE_PANELS = 8;
    private static final int TILES_PER_THREAD = 6;

    private final WorkerPool pool;
    private final MicroKernel kernel;
    private final Scratch scratch;
    private float[] packed = new float[0];

    /** A product over the given threads, which the caller closes. */
    public Gemm(WorkerPool pool) {
        this(pool, MicroKernel.best());
    }

    Gemm(WorkerPool pool, MicroKernel kernel) {
        this.pool = pool;
        this.kernel = kernel;
        this.scratch = new Scratch(pool.threads());
    }

    /**
     * C = epilogue(alpha A B). C must not overlap A or B.
     *
     * @param m rows of A and C
     * @param n columns of B and C
     * @param k columns of A, rows of B; where 0, A B is zero
     * @throws IllegalArgumentException if an operand does not have room for its size
     */
    public void multiply(
            int m, int n, int k, float alpha, FloatView a, RightOperand b, FloatView c, Epilogue epilogue) {
        compute(new Product(m, n, k, alpha, a, c, epilogue), b);
    }

    /** C += alpha A B; sizes and errors as in {@link #multiply}. */
    public void multiplyAdd(int m, int n, int k, float alpha, FloatView a, RightOperand b, FloatView c) {
        compute(new Product(m, n, k, alpha, a, c, null), b);
    }

    private void compute(Product product, RightOperand b) {
        int tileRows = tileRows(product);
        boolean oneRowOfTiles = product.rows() <= tileRows;
        if (b instanceof PackedPanels matrix) {
            requireShape(matrix, product);
            compute(product, matrix, null, matrix.layout(), tileRows);
        } else if (b instanceof FloatView view) {
            view.requireSize("B", product.depth(), product.columns());
            PanelLayout layout = PanelLayout.of(product.depth(), product.columns(), kernel);
            PackedPanels matrix = oneRowOfTiles ? null : packed(view, layout);
            compute(product, matrix, view, layout, tileRows);
        }
    }

    private void compute(Product product, PackedPanels b, FloatView source, PanelLayout layout, int tileRows) {
        if (product.rows() == 0 || product.columns() == 0) {
            return;
        }
        int down = ceilDiv(product.rows(), tileRows);
        int tilePanels =
                Math.max(1, Math.min(TILE_PANELS, layout.panels() * down / (TILES_PER_THREAD * pool.threads())));
        int across = ceilDiv(layout.panels(), tilePanels);
        int size = Tile.scratchSize(tileRows, tilePanels, layout, kernel);
        pool.run(down * across, (task, worker) -> {
            int row = task % down * tileRows;
            int panel = task / down * tilePanels;
            Tile tile = new Tile(
                    row,
                    Math.min(tileRows, product.rows() - row),
                    panel,
                    Math.min(tilePanels, layout.panels() - panel));
            tile.compute(product, b, source, layout, kernel, scratch.floats(worker, size));
        });
    }

    /** Tiles of nearly equal height, each a multiple of the register block. */
    private int tileRows(Product product) {
        int slivers = ceilDiv(product.rows(), kernel.rows());
        int tiles = Math.max(1, ceilDiv(slivers * kernel.rows(), TILE_ROWS));
        return Math.max(1, ceilDiv(slivers, tiles)) * kernel.rows();
    }

    private PackedPanels packed(FloatView source, PanelLayout layout) {
        if (packed.length < layout.size()) {
            packed = new float[layout.size()];
        }
        pool.run(layout.blocks() * layout.panels(), task -> {
            int block = task / layout.panels();
            int panel = task % layout.panels();
            PanelPacker.pack(source, layout, block, panel, packed, layout.start(block, panel));
        });
        return PackedPanels.over(packed, layout);
    }

    private void requireShape(PackedPanels b, Product product) {
        PanelLayout layout = b.layout();
        if (b.k() != product.depth() || b.n() != product.columns()) {
            throw new IllegalArgumentException("packed matrix B is " + b.k() + "x" + b.n() + ", the product needs "
                    + product.depth() + "x" + product.columns());
        }
        if (layout.lanes() != kernel.lanes() || layout.panelVectors() != kernel.vectors()) {
            throw new IllegalArgumentException("matrix B was packed for another micro-kernel");
        }
    }

    private static int ceilDiv(int x, int y) {
        return (x + y - 1) / y;
    }
}
