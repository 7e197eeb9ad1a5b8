package org.ttdengine.engine.backend;

/** A right operand laid out by a backend for its own matrix product; opaque to everybody else. */
public interface PackedMatrix {
    /** Length of the sums. */
    int k();

    /** Columns of the product. */
    int n();
}
