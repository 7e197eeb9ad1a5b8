package org.ttdengine.emulator.driver;

import org.ttdengine.emulator.memory.GlobalMemory;

/**
 * C = alpha op(A) op(B) + beta C in fp32 accumulation, op(A) being m by k and op(B) k by n.
 *
 * @param transposeA whether op(A) is the transpose of A
 * @param transposeB whether op(B) is the transpose of B
 */
record Gemm(
        boolean transposeA,
        boolean transposeB,
        int m,
        int n,
        int k,
        float alpha,
        ColumnMatrix a,
        ColumnMatrix b,
        float beta,
        ColumnMatrix c) {

    /** Refuses negative sizes and columns that overlap. */
    void requireShapes() {
        boolean columns = a.leading() >= Math.max(1, transposeA ? k : m)
                && b.leading() >= Math.max(1, transposeB ? n : k)
                && c.leading() >= Math.max(1, m);
        if (m < 0 || n < 0 || k < 0 || !columns) {
            throw new CudaException(
                    CudaStatus.INVALID_VALUE,
                    "gemm of " + m + "x" + n + "x" + k + " with leading dimensions " + a.leading() + ", " + b.leading()
                            + ", " + c.leading());
        }
    }

    /** Computes one batch. As BLAS says, C is not read if beta is 0. */
    void run(GlobalMemory memory, int batch) {
        if (m == 0 || n == 0) {
            return;
        }
        float[] rows = a.read(memory, batch, transposeA ? k : m, transposeA ? m : k);
        float[] columns = b.read(memory, batch, transposeB ? n : k, transposeB ? k : n);
        float[] result = beta == 0 ? new float[m * n] : c.read(memory, batch, m, n);
        float[] row = new float[k];
        for (int i = 0; i < m; i++) {
            for (int p = 0; p < k; p++) {
                row[p] = transposeA ? rows[i * k + p] : rows[p * m + i];
            }
            for (int j = 0; j < n; j++) {
                float sum = 0;
                for (int p = 0; p < k; p++) {
                    sum = Math.fma(row[p], transposeB ? columns[p * n + j] : columns[j * k + p], sum);
                }
                float old = beta == 0 ? 0 : beta * result[j * m + i];
                result[j * m + i] = alpha * sum + old;
            }
        }
        c.write(memory, batch, m, n, result);
    }
}
