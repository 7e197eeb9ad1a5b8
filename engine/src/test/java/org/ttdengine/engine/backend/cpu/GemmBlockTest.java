package org.ttdengine.engine.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GemmBlockTest {
    private final Random random = new Random(1);

    @Test
    void givesTheBitsOfTheParallelProduct() {
        int[][] shapes = {{64, 64, 64}, {64, 785, 64}, {64, 64, 785}, {400, 50, 30}, {1, 1, 1}, {7, 49, 400}, {0, 3, 3}
        };
        try (WorkerPool pool = new WorkerPool(2)) {
            Gemm gemm = new Gemm(pool);
            for (int[] shape : shapes) {
                for (int orientation = 0; orientation < 4; orientation++) {
                    check(gemm, shape[0], shape[1], shape[2], (orientation & 1) != 0, (orientation & 2) != 0);
                }
            }
        }
    }

    private void check(Gemm gemm, int m, int n, int k, boolean aTransposed, boolean bTransposed) {
        FloatView a = Products.random(random, m, k, aTransposed);
        FloatView b = Products.random(random, k, n, bTransposed);
        FloatView expected = Products.random(random, m, n, false);
        FloatView expectedSum = Products.copy(expected);
        FloatView c = Products.copy(expected);
        FloatView sum = Products.copy(expected);
        float[] scratch = new float[GemmBlock.scratchSize(m, n, k)];
        Arrays.fill(scratch, Float.NaN);
        gemm.multiply(m, n, k, 0.125f, a, b, expected, Epilogue.NONE);
        gemm.multiplyAdd(m, n, k, 0.7f, a, b, expectedSum);
        GemmBlock.multiply(m, n, k, 0.125f, a, b, c, Epilogue.NONE, scratch);
        Arrays.fill(scratch, Float.NaN);
        GemmBlock.multiplyAdd(m, n, k, 0.7f, a, b, sum, scratch);
        assertThat(c.data()).containsExactly(expected.data());
        assertThat(sum.data()).containsExactly(expectedSum.data());

        PackedPanels packed = PackedPanels.pack(b, k, n, new float[PackedPanels.packedSize(k, n)]);
        GemmBlock.multiply(m, n, k, 0.125f, a, packed, c, Epilogue.NONE, scratch);
        assertThat(c.data()).containsExactly(expected.data());
    }

    @Test
    void tooLittleWorkingMemoryIsRefused() {
        FloatView square = FloatView.of(new float[16], 0, 4);
        float[] scratch = new float[GemmBlock.scratchSize(4, 4, 4) - 1];
        assertThatThrownBy(() -> GemmBlock.multiply(4, 4, 4, 1, square, square, square, Epilogue.NONE, scratch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("working memory");
        assertThatThrownBy(() -> PackedPanels.pack(square, 4, 4, new float[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("takes");
    }
}
