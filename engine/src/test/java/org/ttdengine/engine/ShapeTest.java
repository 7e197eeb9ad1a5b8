package org.ttdengine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ShapeTest {
    @Test
    void sizesRowsAndElementsAreCounted() {
        Shape shape = Shape.of(2, 3, 4);
        assertThat(shape.rank()).isEqualTo(3);
        assertThat(shape.size()).isEqualTo(24);
        assertThat(shape.rows()).isEqualTo(6);
        assertThat(shape.size(1)).isEqualTo(3);
        assertThat(shape.size(-1)).isEqualTo(4);
    }

    @Test
    void aScalarHasOneElement() {
        assertThat(Shape.of().size()).isEqualTo(1);
        assertThat(Shape.of().rows()).isEqualTo(1);
    }

    @Test
    void shapesAreValues() {
        int[] sizes = {2, 3};
        Shape shape = Shape.of(sizes);
        sizes[0] = 7;
        shape.toArray()[0] = 7;
        assertThat(shape)
                .isEqualTo(Shape.of(2, 3))
                .hasSameHashCodeAs(Shape.of(2, 3))
                .hasToString("[2, 3]");
        assertThat(shape).isNotEqualTo(Shape.of(3, 2));
    }

    @Test
    void aNegativeSizeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shape.of(2, -1))
                .withMessage("negative size in shape [2, -1]");
    }

    @Test
    void moreElementsThanAnArrayHoldsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shape.of(1 << 16, 1 << 15))
                .withMessage("shape [65536, 32768] has too many elements");
        assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(1 << 30, 1 << 30, 1 << 30, 1 << 30));
    }
}
