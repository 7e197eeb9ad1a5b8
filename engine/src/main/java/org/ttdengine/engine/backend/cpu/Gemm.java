package org.ttdengine.engine.backend.cpu;

/**
 * The matrix product of the CPU backend: fp32, row-major, spread over a {@link WorkerPool}.
 *
 * <p>Every element of C is summed in an order that depends on k alone: its bits are the same whatever the number of
 * threads, whatever other rows and columns are computed with it, and whether B was packed beforehand.
 *
 * <p>The design is that of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008): B packed
 * into panels that stay close to the core while the rows of A pass by, a register block in the middle. A is read in
 * place. Working memory is kept between calls; an instance serves one call at a time.
 */
public final class Gemm {
    /** Most floats of working memory spent on sharing out one tile's blocks of k. */
    private static final long LARGEST_SPLIT = 1 << 22;
    /** Up to this many columns, A transposed is cheaper taken as the right factor of the transposed product. */
    private static final int NARROW = 8 * MicroKernel.ROWS;

    private final WorkerPool pool;
    private final Scratch scratch;
    private float[] packed = new float[0];
    private float[] partialSums = new float[0];

    /** A product over the given threads, which the caller closes. */
    public Gemm(WorkerPool pool) {
        this.pool = pool;
        this.scratch = new Scratch(pool.threads());
    }

    /**
     * C = epilogue(alpha A B). C must not overlap A or B, and may be a transposed view only where the epilogue is
     * {@link Epilogue#NONE}.
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
        RightFactor right = RightFactor.of(b, product);
        if (product.rows() == 0 || product.columns() == 0) {
            return;
        }
        boolean swap = product.a().transposed() && product.columns() <= NARROW && product.isPlain();
        if (swap && b instanceof FloatView view) {
            compute(product.swapped(view), RightFactor.of(product.a().transpose(), product.swapped(view)));
        } else {
            compute(product, right);
        }
    }

    private void compute(Product product, RightFactor b) {
        Tiling tiling = Tiling.of(product.rows(), b.layout(), pool.threads());
        int blocks = b.layout().blocks();
        long split = (long) blocks * tiling.tiles() * tiling.largest().sumsSize();
        if (tiling.tiles() < pool.threads() && blocks > 1 && split <= LARGEST_SPLIT) {
            computeSplit(product, b, tiling, (int) split);
            return;
        }
        RightFactor right = b.isPacked() || tiling.down() == 1 ? b : pack(b);
        int scratchSize = tiling.largest().scratchSize();
        pool.run(tiling.tiles(), (task, worker) -> {
            float[] memory = scratch.floats(worker, scratchSize);
            Tile tile = tiling.tile(task);
            tile.clear(memory);
            for (int block = 0; block < blocks; block++) {
                tile.addBlock(block, product.a(), right, memory);
            }
            tile.write(product, memory);
        });
    }

    /** For few tiles of great depth: threads share the blocks of k, whose sums are then added in order. */
    private void computeSplit(Product product, RightFactor b, Tiling tiling, int size) {
        if (partialSums.length < size) {
            partialSums = new float[size];
        }
        int blocks = b.layout().blocks();
        int tiles = tiling.tiles();
        int stride = tiling.largest().sumsSize();
        int scratchSize = tiling.largest().scratchSize();
        RightFactor right = b.isPacked() || tiling.down() == 1 ? b : pack(b);
        pool.run(blocks * tiles, (task, worker) -> {
            float[] memory = scratch.floats(worker, scratchSize);
            Tile tile = tiling.tile(task % tiles);
            tile.clear(memory);
            tile.addBlock(task / tiles, product.a(), right, memory);
            System.arraycopy(memory, 0, partialSums, task * stride, tile.sumsSize());
        });
        pool.run(tiles, (task, worker) -> {
            float[] memory = scratch.floats(worker, scratchSize);
            Tile tile = tiling.tile(task);
            tile.clear(memory);
            for (int block = 0; block < blocks; block++) {
                int start = (block * tiles + task) * stride;
                VectorMath.add(memory, 0, partialSums, start, memory, 0, tile.sumsSize());
            }
            tile.write(product, memory);
        });
    }

    private RightFactor pack(RightFactor b) {
        if (packed.length < b.layout().size()) {
            packed = new float[b.layout().size()];
        }
        RightFactor target = b.packedIn(packed);
        pool.run(target.parts(), target::pack);
        return target;
    }
}
