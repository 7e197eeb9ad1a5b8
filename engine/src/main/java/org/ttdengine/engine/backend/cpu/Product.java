package org.ttdengine.engine.backend.cpu;

/**
 * One matrix product to be computed, checked: {@code C = epilogue(alpha op(A) op(B))}, or {@code C += alpha op(A) op(B)}.
 *
 * @param rows rows of A and C (m)
 * @param columns columns of B and C (n)
 * @param depth columns of A, rows of B (k)
 * @param epilogue null where the product is added to C
 */
record Product(int rows, int columns, int depth, float alpha, FloatView a, FloatView c, Epilogue epilogue) {
    Product {
        if (rows < 0 || columns < 0 || depth < 0) {
            throw new IllegalArgumentException(
                    "matrix product with a negative size: m " + rows + ", n " + columns + ", k " + depth);
        }
        a.requireSize("A", rows, depth);
        c.requireSize("C", rows, columns);
        if (epilogue != null) {
            epilogue.requireSize(rows, columns);
            if (c.transposed() && !epilogue.isNone()) {
                throw new IllegalArgumentException("a product with an epilogue cannot be written transposed");
            }
        }
    }

    /** Whether nothing but alpha is applied to A B. */
    boolean isPlain() {
        return epilogue == null || epilogue.isNone();
    }

    /** The same numbers as the product of the transposed factors in reverse order: C^T = B^T A^T. */
    Product swapped(FloatView b) {
        return new Product(columns, rows, depth, alpha, b.transpose(), c.transpose(), epilogue);
    }
}
