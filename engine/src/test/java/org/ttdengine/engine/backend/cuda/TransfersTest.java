package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.io.HalfPrecision;
import org.ttdengine.engine.testing.EmulatedGpu;

class TransfersTest {
    @ParameterizedTest
    @CsvSource({"F32,1", "F32,16384", "F32,16385", "F32,3000000", "BF16,1", "BF16,7", "BF16,32769", "BF16,5000001"})
    void whatIsWrittenIsReadBack(DType dtype, int size) {
        try (Device device = EmulatedGpu.open(dtype);
                Scope scope = device.scope("test")) {
            float[] first = values(size, 1);
            float[] second = values(size, 2);
            Tensor a = scope.empty("a", Shape.of(size), dtype).set(first);
            Tensor b = scope.empty("b", Shape.of(size), dtype).set(second);
            Tensor c = scope.empty("c", Shape.of(size), dtype).set(first);
            assertThat(b.toFloats()).isEqualTo(rounded(second, dtype));
            assertThat(a.toFloats()).isEqualTo(rounded(first, dtype));
            assertThat(c.toFloats()).isEqualTo(rounded(first, dtype));
            assertThat(a.storage().get(size - 1)).isEqualTo(rounded(first, dtype)[size - 1]);
        }
    }

    @ParameterizedTest
    @CsvSource({"F32", "BF16"})
    void singleElementsAreReached(DType dtype) {
        try (Device device = EmulatedGpu.open(dtype);
                Scope scope = device.scope("test")) {
            Tensor a = scope.empty("a", Shape.of(5), dtype).set(new float[] {1, 2, 3, 4, 5});
            a.storage().set(3, -8);
            assertThat(a.toFloats()).containsExactly(1, 2, 3, -8, 5);
        }
    }

    private static float[] values(int size, int seed) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (i * 31 % 1009 + seed) / 7f;
        }
        return values;
    }

    private static float[] rounded(float[] values, DType dtype) {
        float[] rounded = values.clone();
        for (int i = 0; dtype == DType.BF16 && i < rounded.length; i++) {
            rounded[i] = HalfPrecision.bfloat16ToFloat(HalfPrecision.floatToBfloat16(rounded[i]));
        }
        return rounded;
    }
}
