package org.ttdengine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScopeTest {
    private final Device device = Device.reference(DType.F32);

    @AfterEach
    void close() {
        device.close();
    }

    @Test
    void aTensorUsedAfterItsReleaseFailsWithItsName() {
        try (Scope scope = device.scope("step")) {
            Tensor queries = scope.zeros("queries", Shape.of(2, 3));
            scope.release(queries);
            assertThat(queries.isReleased()).isTrue();
            String message = "tensor 'queries' [2, 3] was used after its release";
            assertThatIllegalStateException().isThrownBy(queries::storage).withMessage(message);
            assertThatIllegalStateException().isThrownBy(queries::toFloats).withMessage(message);
            assertThatIllegalStateException().isThrownBy(queries::toDoubles).withMessage(message);
            assertThatIllegalStateException().isThrownBy(queries::owner).withMessage(message);
            assertThatIllegalStateException()
                    .isThrownBy(() -> queries.set(new float[6]))
                    .withMessage(message);
            assertThatIllegalStateException()
                    .isThrownBy(() -> device.backend().fill(queries, 0))
                    .withMessage(message);
        }
    }

    @Test
    void closingFreesEverything() {
        Scope scope = device.scope("step");
        Tensor a = scope.zeros("a", Shape.of(1000));
        Tensor b = scope.zeros("b", Shape.of(7));
        assertThat(scope.tensors()).isEqualTo(2);
        assertThat(device.bytesInUse()).isPositive();
        scope.close();
        assertThat(a.isReleased()).isTrue();
        assertThat(b.isReleased()).isTrue();
        assertThat(scope.tensors()).isZero();
        assertThat(device.bytesInUse()).isZero();
        scope.close();
        assertThat(device.bytesInUse()).isZero();
    }

    @Test
    void aClosedScopeMakesNoTensors() {
        Scope scope = device.scope("step");
        scope.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> scope.empty("late", Shape.of(1)))
                .withMessage("scope 'step' is closed");
    }

    @Test
    void aTensorIsReleasedOnceAndByItsOwner() {
        try (Scope scope = device.scope("step");
                Scope other = device.scope("other")) {
            Tensor tensor = scope.zeros("x", Shape.of(1));
            assertThatIllegalStateException()
                    .isThrownBy(() -> other.release(tensor))
                    .withMessage("tensor 'x' does not belong to scope 'other'");
            scope.release(tensor);
            assertThatIllegalStateException()
                    .isThrownBy(() -> scope.release(tensor))
                    .withMessage("tensor 'x' does not belong to scope 'step'");
        }
    }

    @Test
    void aTensorMovedToAnotherScopeOutlivesItsFirst() {
        try (Scope other = device.scope("other")) {
            Tensor tensor;
            try (Scope scope = device.scope("step")) {
                tensor = scope.of("x", Shape.of(2), 1, 2);
                scope.moveTo(other, tensor);
                assertThat(scope.tensors()).isZero();
            }
            assertThat(tensor.owner()).isSameAs(other);
            assertThat(tensor.toFloats()).containsExactly(1, 2);
        }
        assertThat(device.bytesInUse()).isZero();
    }

    @Test
    void tensorsTakeExactlyTheirNumberOfValues() {
        try (Scope scope = device.scope("step")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> scope.of("x", Shape.of(2, 2), 1, 2, 3))
                    .withMessage("tensor 'x' [2, 2] takes 4 values, not 3");
            Tensor pair = scope.of("pair", Shape.of(2), 1, 2);
            assertThatIllegalStateException().isThrownBy(pair::item).withMessage("tensor 'pair' [2] is not a scalar");
        }
    }
}
