package org.ttdengine.engine.backend;

/**
 * A low-rank term of a matrix product {@code C = A op(B) + ...}: adds {@code scale P B'} with {@code P = A a'} to columns
 * of C (LoRA, Hu et al. 2021). P is stored, rounded to its own type, before it is multiplied on.
 *
 * @param a {@code [rank, k]}, multiplied by the same rows of length k as op(B)
 * @param b {@code [columns, rank]}
 * @param scale factor of the term
 * @param firstColumn first column of C it is added to
 * @param projection receives P, {@code [m, rank]}
 */
public record LowRankAddend(MatrixView a, MatrixView b, double scale, int firstColumn, MatrixView projection) {
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

    /** Columns of C it is added to. */
    public int columns() {
        return b.rows();
    }
}
