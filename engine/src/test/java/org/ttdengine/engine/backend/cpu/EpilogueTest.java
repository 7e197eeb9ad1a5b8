package org.ttdengine.engine.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.backend.Activation;

class EpilogueTest {
    private static final int M = 101;
    private static final int N = 131;
    private static final int K = 400;

    private final Random random = new Random(1);
    private final FloatView a = Products.random(random, M, K, false);
    private final FloatView b = Products.random(random, K, N, true);
    private final FloatView bias = Products.random(random, 1, N, false);
    private final FloatView residual = Products.random(random, M, N, false);

    /** Every combination, against the same steps taken one by one on the plain product: the bits must agree. */
    @Test
    void scaleBiasActivationAndResidualAreAppliedInThisOrder() {
        try (WorkerPool pool = new WorkerPool(2)) {
            Gemm gemm = new Gemm(pool);
            FloatView plain = Products.random(random, M, N, false);
            gemm.multiply(M, N, K, 1, a, b, plain, Epilogue.NONE);
            float[] sums = Products.elements(plain, M, N);
            for (float alpha : new float[] {1, -0.125f, 0.3f}) {
                for (Activation activation : Activation.values()) {
                    for (int parts = 0; parts < 8; parts++) {
                        check(gemm, sums, alpha, activation, (parts & 1) != 0, (parts & 2) != 0, (parts & 4) != 0);
                    }
                }
            }
        }
    }

    private void check(
            Gemm gemm,
            float[] sums,
            float alpha,
            Activation activation,
            boolean withBias,
            boolean withPre,
            boolean withResidual) {
        FloatView c = Products.random(random, M, N, false);
        FloatView pre = Products.random(random, M, N, false);
        Epilogue epilogue = Epilogue.NONE.withActivation(activation);
        float[] expected = new float[M * N];
        for (int i = 0; i < M * N; i++) {
            expected[i] = alpha * sums[i] + (withBias ? Products.at(bias, 0, i % N) : 0);
        }
        float[] expectedPre = expected.clone();
        switch (activation) {
            case NONE -> {}
            case QUICK_GELU -> VectorFunctions.quickGelu(expected, 0, expected, 0, M * N);
            case GELU_ERF -> VectorFunctions.gelu(expected, 0, expected, 0, M * N);
        }
        if (withBias) {
            epilogue = epilogue.withBias(bias.data(), bias.offset());
        }
        if (withPre) {
            epilogue = epilogue.withPreActivation(pre.data(), pre.offset(), pre.stride());
        }
        if (withResidual) {
            epilogue = epilogue.withResidual(residual.data(), residual.offset(), residual.stride());
            for (int i = 0; i < M * N; i++) {
                expected[i] += Products.at(residual, i / N, i % N);
            }
        }
        gemm.multiply(M, N, K, alpha, a, b, c, epilogue);
        assertThat(Products.elements(c, M, N)).containsExactly(expected);
        assertThat(Products.guardsIntact(c, M, N)).isTrue();
        if (withPre) {
            assertThat(Products.elements(pre, M, N)).containsExactly(expectedPre);
            assertThat(Products.guardsIntact(pre, M, N)).isTrue();
        }
    }

    @Test
    void theResidualMayBeTheResultItself() {
        try (WorkerPool pool = new WorkerPool(2)) {
            Gemm gemm = new Gemm(pool);
            FloatView apart = Products.random(random, M, N, false);
            Epilogue epilogue = Epilogue.NONE
                    .withBias(bias.data(), bias.offset())
                    .withResidual(residual.data(), residual.offset(), residual.stride());
            gemm.multiply(M, N, K, 1, a, b, apart, epilogue);
            gemm.multiply(M, N, K, 1, a, b, residual, epilogue);
            assertThat(Products.elements(residual, M, N)).containsExactly(Products.elements(apart, M, N));
        }
    }

    @Test
    void anEmptySumStillGetsBiasAndResidual() {
        try (WorkerPool pool = new WorkerPool(1)) {
            float[] c = {10, 20};
            Epilogue epilogue = Epilogue.NONE.withBias(new float[] {1, 2}, 0).withResidual(c, 0, 2);
            FloatView none = FloatView.of(new float[0], 0, 0);
            new Gemm(pool).multiply(1, 2, 0, 1, none, none, FloatView.of(c, 0, 2), epilogue);
            assertThat(c).containsExactly(11, 22);
        }
    }

    @Test
    void partsThatDoNotFitAreRefused() {
        try (WorkerPool pool = new WorkerPool(1)) {
            Gemm gemm = new Gemm(pool);
            FloatView square = FloatView.of(new float[16], 0, 4);
            Epilogue shortBias = Epilogue.NONE.withBias(new float[5], 2);
            assertThatThrownBy(() -> gemm.multiply(4, 4, 4, 1, square, square, square, shortBias))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("of biases");
            Epilogue shortResidual = Epilogue.NONE.withResidual(new float[15], 0, 4);
            assertThatThrownBy(() -> gemm.multiply(4, 4, 4, 1, square, square, square, shortResidual))
                    .hasMessageContaining("of residuals");
            Epilogue shortPre = Epilogue.NONE.withPreActivation(new float[16], 1, 4);
            assertThatThrownBy(() -> gemm.multiply(4, 4, 4, 1, square, square, square, shortPre))
                    .hasMessageContaining("of pre-activations");
            Epilogue fine = Epilogue.NONE.withBias(new float[4], 0);
            assertThatThrownBy(() -> gemm.multiply(4, 4, 4, 1, square, square, square.transpose(), fine))
                    .hasMessageContaining("cannot be written transposed");
        }
    }
}
