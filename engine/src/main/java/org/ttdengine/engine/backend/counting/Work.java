package org.ttdengine.engine.backend.counting;

/**
 * What one primitive operation costs at the least.
 *
 * @param operation the primitive
 * @param flops floating-point operations, a multiply-add counting two, padding nothing
 * @param bytes moved to and from memory when every operand is touched once
 * @param tensorCores whether the operations are those of matrix products
 */
public record Work(String operation, long flops, long bytes, boolean tensorCores) {
    /** Work that is no matrix product. */
    static Work of(String operation, long flops, long bytes) {
        return new Work(operation, flops, bytes, false);
    }
}
