package org.ttdengine.engine.backend;

/**
 * A low-rank addition to the right operand W of a matrix product (LoRA, Hu et al. 2021): rows {@code [firstRow, firstRow +
 * rows())} of W as it lies in memory are taken as {@code W + scale b a}, though that sum is never formed. A product {@code
 * A W'}, a layer, gets {@code scale P b'} added to as many columns, with {@code P = A a'}; a product {@code A W}, its
 * gradient, gets {@code scale P a}, with P as many columns of A, times b. P is stored, rounded to its own type, before it
 * is multiplied on.
 *
 * @param a {@code [rank, columns of W]}
 * @param b {@code [rows, rank]}
 * @param scale factor of the term
 * @param firstRow first row of W it is added to
 * @param projection receives P, {@code [m, rank]}
 */
public record LowRankAddend(MatrixView a, MatrixView b, double scale, int firstRow, MatrixView projection) {
    public LowRankAddend {
        if (b.columns() != a.rows() || projection.columns() != a.rows()) {
            throw new IllegalArgumentException("the factors " + a.tensor() + " and " + b.tensor()
                    + " and the projection " + projection.tensor() + " of a low-rank term differ in rank");
        }
    }

    /** Inner size of the term. */
    public int rank() {
        return a.rows();
    }

    /** Rows of W it is added to. */
    public int rows() {
        return b.rows();
    }

    /** The first row of W behind it. */
    public int endRow() {
        return firstRow + rows();
    }
}
