package org.ttdengine.engine.backend.counting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.AttentionPlan;
import org.ttdengine.engine.backend.MatMul;
import org.ttdengine.engine.backend.MatrixView;

class CountingBackendTest {
    @Test
    void aProductReadsItsFactorsAndWritesItsResultOnce() {
        try (Device device = Device.counting(DType.BF16);
                Scope scope = device.scope("test")) {
            Tensor a = scope.empty("a", Shape.of(10, 20), DType.BF16);
            Tensor b = scope.empty("b", Shape.of(30, 20), DType.BF16);
            Tensor c = scope.empty("c", Shape.of(10, 30));
            MatMul product = MatMul.of(MatrixView.of(a), false, MatrixView.of(b), true, MatrixView.of(c));
            device.backend().matmul(product);
            device.backend().matmul(product.accumulating(true));
            long factors = 2 * (10 * 20 + 30 * 20);
            assertThat(work(device))
                    .containsExactly(
                            new Work("matmul", 2 * 10 * 20 * 30, factors + 4 * 10 * 30, true),
                            new Work("matmul", 2 * 10 * 20 * 30, factors + 2 * 4 * 10 * 30, true));
        }
    }

    @Test
    void causalAttentionCountsThePairsThatAreSeen() {
        try (Device device = Device.counting(DType.F32);
                Scope scope = device.scope("test")) {
            Tensor qkv = scope.empty("qkv", Shape.of(3, 24));
            Tensor out = scope.empty("out", Shape.of(3, 8));
            Tensor sums = scope.empty("sums", Shape.of(2, 3));
            device.backend().attention(AttentionPlan.regular(1, 3, 2, true), qkv, out, sums);
            assertThat(work(device))
                    .containsExactly(new Work("attention", 4 * 6 * 8, 4 * (3 * 24 + 3 * 8 + 2 * 3), true));
        }
    }

    @Test
    void memoryIsCountedAndNotTaken() {
        try (Device device = Device.counting(DType.BF16);
                Scope scope = device.scope("test")) {
            Tensor large = scope.empty("large", Shape.of(1 << 30), DType.BF16);
            assertThat(large.bytes()).isEqualTo(1L << 31);
            assertThat(device.peakBytes()).isEqualTo(1L << 31);
            assertThat(scope.of("x", Shape.of(2), 3, 4).toFloats()).containsOnly(0);
        }
    }

    private static List<Work> work(Device device) {
        return ((CountingBackend) device.backend()).work();
    }
}
