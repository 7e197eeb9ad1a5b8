package org.ttdengine.engine.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class GemmTest {
    /** Unit roundoff of fp32. */
    private static final double UNIT = 0x1p-24;

    /** Panel widths in vectors. */
    private static final List<Integer> WIDTHS = List.of(1, 2, 3);

    @Test
    void randomProductsAgreeWithDoublePrecisionInEveryOrientation() {
        Random random = new Random(1);
        try (WorkerPool pool = new WorkerPool(2)) {
            for (int width : WIDTHS) {
                Gemm gemm = new Gemm(pool);
                for (int trial = 0; trial < 60; trial++) {
                    int m = random.nextInt(201);
                    int n = random.nextInt(201);
                    int k = random.nextInt(201);
                    checkProduct(gemm, width, random, m, n, k);
                }
            }
        }
    }

    @Test
    void depthsOfSeveralBlocksAgreeWithDoublePrecision() {
        Random random = new Random(2);
        int block = PanelLayout.BLOCK_DEPTH;
        try (WorkerPool pool = new WorkerPool(2)) {
            for (int width : WIDTHS) {
                Gemm gemm = new Gemm(pool);
                for (int k : new int[] {block - 1, block, block + 1, 2 * block, 3 * block + 5}) {
                    checkProduct(gemm, width, random, 20, 150, k);
                    checkProduct(gemm, width, random, 150, 20, k);
                    checkProduct(gemm, width, random, 211, 1, k);
                }
            }
        }
    }

    @Test
    void emptyProductsTouchNothingAndEmptySumsAreZero() {
        Random random = new Random(3);
        try (WorkerPool pool = new WorkerPool(2)) {
            Gemm gemm = new Gemm(pool);
            int[][] shapes = {{0, 5, 5}, {5, 0, 5}, {5, 5, 0}, {0, 0, 0}};
            for (int[] shape : shapes) {
                checkProduct(gemm, 3, random, shape[0], shape[1], shape[2]);
            }
        }
    }

    private static void checkProduct(Gemm gemm, int width, Random random, int m, int n, int k) {
        boolean aTransposed = random.nextBoolean();
        boolean bTransposed = random.nextBoolean();
        float alpha = random.nextBoolean() ? 1 : random.nextFloat() * 4 - 2;
        FloatView a = Products.random(random, m, k, aTransposed);
        FloatView b = Products.random(random, k, n, bTransposed);
        FloatView before = Products.random(random, m, n, false);
        RightOperand right = random.nextBoolean() ? b : PackedPanels.pack(b, new PanelLayout(k, n, width));

        FloatView c = Products.copy(before);
        gemm.multiply(m, n, k, alpha, a, right, c, Epilogue.NONE);
        FloatView sum = Products.copy(before);
        gemm.multiplyAdd(m, n, k, alpha, a, right, sum);

        String what = m + "x" + n + "x" + k + " of " + a.transposed() + " and " + b.transposed() + " times " + alpha;
        assertThat(Products.guardsIntact(c, m, n)).as(what).isTrue();
        assertThat(Products.guardsIntact(sum, m, n)).as(what).isTrue();
        DMatrixRMaj exact = Products.product(a, b, m, n, k);
        DMatrixRMaj magnitude = Products.absoluteProduct(a, b, m, n, k);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double product = alpha * exact.get(i, j);
                double old = Products.at(before, i, j);
                // k roundings of the sum, one of the scaling, one of the addition
                double bound = (k + 1) * UNIT * Math.abs(alpha) * magnitude.get(i, j) * 1.01;
                assertThat(Math.abs(Products.at(c, i, j) - product))
                        .as("C(%d, %d) of %s", i, j, what)
                        .isLessThanOrEqualTo(bound);
                assertThat(Math.abs(Products.at(sum, i, j) - (old + product)))
                        .as("sum (%d, %d) of %s", i, j, what)
                        .isLessThanOrEqualTo(bound + UNIT * (Math.abs(old + product) + bound));
            }
        }
    }

    @Test
    void theBitsOfARowDoNotDependOnThreadsOrOtherRowsOrPackingOrPanelWidth() {
        Random random = new Random(4);
        int m = 131;
        int n = 147;
        int k = 1000;
        FloatView a = Products.random(random, m, k, false);
        FloatView b = Products.random(random, k, n, false);
        float[] expected = null;
        for (int threads : new int[] {1, 2, 3, 5}) {
            for (int width : WIDTHS) {
                try (WorkerPool pool = new WorkerPool(threads)) {
                    Gemm gemm = new Gemm(pool);
                    for (RightOperand right : List.of(b, PackedPanels.pack(b, new PanelLayout(k, n, width)))) {
                        FloatView c = Products.random(random, m, n, false);
                        gemm.multiply(m, n, k, 0.7f, a, right, c, Epilogue.NONE);
                        float[] bits = Products.elements(c, m, n);
                        expected = expected == null ? bits : expected;
                        assertThat(bits).containsExactly(expected);

                        int row = random.nextInt(m - 1);
                        int rows = 1 + random.nextInt(m - row);
                        FloatView some = FloatView.of(a.data(), a.offset() + row * a.stride(), a.stride());
                        gemm.multiply(rows, n, k, 0.7f, some, right, c, Epilogue.NONE);
                        float[] part = Products.elements(c, rows, n);
                        assertThat(part).containsExactly(Arrays.copyOfRange(expected, row * n, (row + rows) * n));
                    }
                }
            }
        }
    }

    /** A tile or two of great depth, which many threads share by blocks of k, and few threads do not. */
    @Test
    void fewDeepTilesHaveTheSameBitsHoweverTheirDepthIsShared() {
        Random random = new Random(5);
        int depth = 5 * PanelLayout.BLOCK_DEPTH + 7;
        for (boolean transposed : new boolean[] {false, true}) {
            FloatView a = Products.random(random, 20, depth, transposed);
            FloatView b = Products.random(random, depth, 60, !transposed);
            float[] expected = null;
            for (int threads : new int[] {1, 2, 5}) {
                try (WorkerPool pool = new WorkerPool(threads)) {
                    FloatView c = Products.random(random, 20, 60, false);
                    new Gemm(pool).multiply(20, 60, depth, 1, a, b, c, Epilogue.NONE);
                    float[] bits = Products.elements(c, 20, 60);
                    expected = expected == null ? bits : expected;
                    assertThat(bits).containsExactly(expected);
                }
            }
        }
    }

    @Test
    void aTransposedResultHasTheBitsOfTheStraightOne() {
        Random random = new Random(6);
        try (WorkerPool pool = new WorkerPool(2)) {
            Gemm gemm = new Gemm(pool);
            for (int n : new int[] {9, 70}) {
                FloatView a = Products.random(random, 50, 40, true);
                FloatView b = Products.random(random, 40, n, false);
                FloatView straight = Products.random(random, 50, n, false);
                FloatView turned = Products.random(random, 50, n, true);
                gemm.multiply(50, n, 40, 0.3f, a, b, straight, Epilogue.NONE);
                gemm.multiply(50, n, 40, 0.3f, a, b, turned, Epilogue.NONE);
                gemm.multiplyAdd(50, n, 40, 0.9f, a, b, straight);
                gemm.multiplyAdd(50, n, 40, 0.9f, a, b, turned);
                assertThat(Products.elements(turned, 50, n)).containsExactly(Products.elements(straight, 50, n));
                assertThat(Products.guardsIntact(turned.transpose(), n, 50)).isTrue();
            }
        }
    }

    @Test
    void operandsThatDoNotFitAreRefused() {
        try (WorkerPool pool = new WorkerPool(1)) {
            Gemm gemm = new Gemm(pool);
            FloatView small = FloatView.of(new float[11], 0, 4);
            FloatView large = FloatView.of(new float[64], 0, 8);
            assertThatThrownBy(() -> gemm.multiply(3, 4, 4, 1, small, large, large, Epilogue.NONE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("matrix A of 3x4 does not fit");
            assertThatThrownBy(() -> gemm.multiply(4, 4, 3, 1, large, small, large, Epilogue.NONE))
                    .hasMessageContaining("matrix B of 3x4 does not fit");
            assertThatThrownBy(() -> gemm.multiply(3, 4, 4, 1, large, large, small, Epilogue.NONE))
                    .hasMessageContaining("matrix C of 3x4 does not fit");
            PackedPanels packed = PackedPanels.pack(large, 8, 8);
            assertThatThrownBy(() -> gemm.multiply(4, 8, 4, 1, large, packed, large, Epilogue.NONE))
                    .hasMessage("packed matrix B is 8x8, the product needs 4x8");
            assertThatThrownBy(() -> gemm.multiply(-1, 8, 4, 1, large, packed, large, Epilogue.NONE))
                    .hasMessageContaining("negative size");
        }
    }
}
