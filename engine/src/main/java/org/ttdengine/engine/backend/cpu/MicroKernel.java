package org.ttdengine.engine.backend.cpu;

/**
 * The innermost part of the matrix product: a register block of C, some rows by some vectors, kept in registers over a
 * run of k. Every element is summed over k in ascending order by fused multiply-adds starting at zero and then added to
 * C, so that its bits do not depend on the size of the register block.
 */
interface MicroKernel {
    /** Rows of the register block. */
    int rows();

    /** Most vectors a row of the register block has. */
    int vectors();

    /** Floats in a vector. */
    int lanes();

    /**
     * C += A B for one register block.
     *
     * @param vectors width of the block in vectors, 1 to {@link #vectors()}
     * @param a left factor, row-major
     * @param aStart index of its first element
     * @param aStride distance of its rows
     * @param aRows its number of rows, 1 to {@link #rows()}; the others repeat the last
     * @param b right factor: for each k, {@code vectors * lanes()} consecutive floats
     * @param bStart index of its first element
     * @param depth length of the run of k
     * @param c result; {@link #rows()} rows are written whatever {@code aRows} is
     * @param cStart index of its first element
     * @param cStride distance of its rows
     */
    void multiplyAdd(
            int vectors,
            float[] a,
            int aStart,
            int aStride,
            int aRows,
            float[] b,
            int bStart,
            int depth,
            float[] c,
            int cStart,
            int cStride);

    /**
     * The fastest block for this machine and JVM. It should fill the vector registers with accumulators, leaving room
     * for a row of B: 32 registers of 512 bits, 16 of 256 bits, 32 of 128 bits (NEON). The compiler of JDK 17 makes
     * the best of two vectors a row, later ones of three.
     */
    static MicroKernel best() {
        return switch (SixRowKernel.LANES) {
            case 16 -> Runtime.version().feature() < 21 ? new EightRowKernel() : new SixRowKernel(3);
            case 8 -> new SixRowKernel(2);
            default -> new EightRowKernel();
        };
    }
}
