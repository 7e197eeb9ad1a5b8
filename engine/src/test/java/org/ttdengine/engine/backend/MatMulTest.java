package org.ttdengine.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;

/** A product that does not fit is refused when it is described, before any memory is touched. */
class MatMulTest {
    private final Device device = Device.reference(DType.F32);
    private final Scope scope = device.scope("test");
    private final MatrixView a = matrix("a", 2, 3);
    private final MatrixView b = matrix("b", 3, 5);
    private final MatrixView c = matrix("c", 2, 5);
    private final MatMul product = MatMul.of(a, false, b, false, c);

    @AfterEach
    void close() {
        scope.close();
        device.close();
    }

    private MatrixView matrix(String name, int rows, int columns) {
        return MatrixView.of(scope.zeros(name, Shape.of(rows, columns)));
    }

    @Test
    void sizesAreThoseOfTheTransposedOperands() {
        MatMul transposed = MatMul.of(matrix("a'", 3, 2), true, matrix("b'", 5, 3), true, c);
        assertThat(transposed.m()).isEqualTo(2);
        assertThat(transposed.n()).isEqualTo(5);
        assertThat(transposed.k()).isEqualTo(3);
        assertThat(transposed.flops()).isEqualTo(2 * 2 * 3 * 5);
    }

    @Test
    void operandsThatDoNotFitAreRefusedWithTheirSizes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MatMul.of(a, true, b, false, c))
                .withMessage("matrix product of 3x2 and 3x5 does not give 2x5 (a[2, 3], b[3, 5])");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MatMul.of(a, false, b, true, c))
                .withMessage("matrix product of 2x3 and 5x3 does not give 2x5 (a[2, 3], b[3, 5])");
        assertThatIllegalArgumentException().isThrownBy(() -> MatMul.of(a, false, b, false, matrix("c", 5, 2)));
    }

    @Test
    void aBiasMustCoverTheColumns() {
        Tensor bias = scope.zeros("bias", Shape.of(6));
        assertThat(product.then(bias, 1, Activation.NONE, null, null).biasOffset())
                .isEqualTo(1);
        String message = "bias[6] does not cover 5 columns from element ";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> product.then(bias, 2, Activation.NONE, null, null))
                .withMessage(message + 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> product.then(bias, -1, Activation.NONE, null, null))
                .withMessage(message + -1);
    }

    @Test
    void residualAndPreActivationMustHaveTheShapeOfTheResult() {
        MatrixView other = matrix("other", 5, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> product.then(null, 0, Activation.NONE, null, other))
                .withMessage("a 5x2 view of other[5, 2] does not fit a product of 2x5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> product.then(null, 0, Activation.QUICK_GELU, other, null))
                .withMessage("a 5x2 view of other[5, 2] does not fit a product of 2x5");
    }

    @Test
    void anAccumulatingProductTakesNoEpilogue() {
        MatMul adding = product.accumulating(true);
        String message = "an accumulating matrix product takes no bias, activation or residual";
        Tensor bias = scope.zeros("bias", Shape.of(5));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> adding.then(bias, 0, Activation.NONE, null, null))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> adding.then(null, 0, Activation.GELU_ERF, null, null))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> adding.then(null, 0, Activation.NONE, null, c))
                .withMessage(message);
    }

    @Test
    void aGatedProductTakesAnActivationAndNothingElse() {
        assertThat(product.gated(Activation.GELU_ERF, c).gate()).isEqualTo(c);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> product.gated(Activation.NONE, c))
                .withMessage("a gated matrix product needs the activation of its gate");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> product.gated(Activation.QUICK_GELU, matrix("other", 5, 2)))
                .withMessage("a 5x2 view of other[5, 2] does not fit a product of 2x5");
        String message = "a gated matrix product does not accumulate and takes no bias, pre-activation or residual";
        MatMul gated = product.gated(Activation.QUICK_GELU, c);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gated.then(scope.zeros("bias", Shape.of(5)), 0, Activation.QUICK_GELU, null, null))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gated.then(null, 0, Activation.QUICK_GELU, c, null))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gated.then(null, 0, Activation.QUICK_GELU, null, c))
                .withMessage(message);
    }

    @Test
    void anOperandPackedForAnotherProductIsRefused() {
        record Packed(int k, int n) implements PackedMatrix {}
        assertThat(product.packed(null).packedB()).isNull();
        assertThat(product.packed(new Packed(3, 5)).packedB()).isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> product.packed(new Packed(5, 3)))
                .withMessage("the operand packed as 5x3 is not the 3x5 one of the product");
    }
}
