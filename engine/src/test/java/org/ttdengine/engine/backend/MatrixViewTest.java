package org.ttdengine.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;

class MatrixViewTest {
    private final Device device = Device.reference(DType.F32);
    private final Scope scope = device.scope("test");
    private final Tensor tensor = scope.zeros("w", Shape.of(2, 3, 4));

    @AfterEach
    void close() {
        scope.close();
        device.close();
    }

    @Test
    void allAxesButTheInnermostAreRows() {
        assertThat(MatrixView.of(tensor)).isEqualTo(new MatrixView(tensor, 0, 6, 4, 4));
    }

    @Test
    void partsOfAViewAreViews() {
        MatrixView middle = MatrixView.of(tensor).rows(1, 3).columns(2, 2);
        assertThat(middle).isEqualTo(new MatrixView(tensor, 6, 3, 2, 4));
        assertThat(middle.rows(2, 1)).isEqualTo(new MatrixView(tensor, 14, 1, 2, 4));
        assertThat(middle.columns(1, 1)).isEqualTo(new MatrixView(tensor, 7, 3, 1, 4));
        assertThat(middle.rows(3, 0).rows()).isZero();
        assertThat(MatrixView.of(tensor).rows(6, 0).columns(2, 2).columns()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"-1, 2, 4, 4", "0, 7, 4, 4", "21, 1, 4, 4", "0, 2, 4, 3", "0, -1, 4, 4", "0, 2, -1, 4", "25, 0, 4, 4"})
    void aViewThatLeavesItsTensorIsRefused(int offset, int rows, int columns, int stride) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MatrixView(tensor, offset, rows, columns, stride))
                .withMessage("a " + rows + "x" + columns + " view at " + offset + " with stride " + stride
                        + " does not lie in w[2, 3, 4]");
    }

    @ParameterizedTest
    @CsvSource({"-1, 1", "2, 2", "0, 4", "2147483647, 1"})
    void rowsOutsideOfAPartAreRefusedThoughTheTensorHasThem(int first, int count) {
        MatrixView part = MatrixView.of(tensor).rows(1, 3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> part.rows(first, count))
                .withMessage(
                        "rows " + first + " to " + ((long) first + count) + " are not in a 3x4 view of w[2, 3, 4]");
    }

    @ParameterizedTest
    @CsvSource({"-1, 1", "1, 2", "0, 3", "2147483647, 1"})
    void columnsOutsideOfAPartAreRefusedThoughTheTensorHasThem(int first, int count) {
        MatrixView part = MatrixView.of(tensor).columns(1, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> part.columns(first, count))
                .withMessage(
                        "columns " + first + " to " + ((long) first + count) + " are not in a 6x2 view of w[2, 3, 4]");
    }
}
