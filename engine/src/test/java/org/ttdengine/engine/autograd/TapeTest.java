package org.ttdengine.engine.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.RowMix;
import org.ttdengine.engine.ops.L2Normalize;
import org.ttdengine.engine.ops.LayerNorm;
import org.ttdengine.engine.ops.Linear;
import org.ttdengine.engine.ops.MixRows;

/** What a tape records, what it keeps for the way back, and what it frees when. */
class TapeTest {
    private static final RowMix SAME = RowMix.select(0, 1);

    private final Device device = Device.reference(DType.F64);
    private final Scope scope = device.scope("step");
    private final Tape tape = new Tape(scope, true);

    @AfterEach
    void close() {
        scope.close();
        assertThat(device.bytesInUse()).isZero();
        device.close();
    }

    private Tensor matrix(String name, double... values) {
        return scope.empty(name, Shape.of(2, values.length / 2)).set(values);
    }

    /** {@code x W'} plus the residual. */
    private Var linear(Tape on, Var x, Var weight, Var residual) {
        return Linear.apply(on, x, weight, null, Activation.NONE, residual);
    }

    @Test
    void aValueThatBackwardReadsSurvivesItsRelease() {
        Var x = tape.variable(matrix("x", 1, 2, 3, 5));
        Var gamma = tape.constant(scope.of("gamma", Shape.of(2), 1, 1));
        Var between = MixRows.apply(tape, x, SAME);
        Var y = LayerNorm.apply(tape, between, gamma, gamma, 1e-5);
        tape.release(between);
        assertThat(between.value().isReleased()).isFalse();
        tape.backward(y, matrix("dy", 1, 0, 0, 1));
        assertThat(between.value().isReleased()).isTrue();
        assertThat(x.gradient()).isNotNull();
    }

    @Test
    void aValueThatNobodyReadsAgainIsFreedByItsRelease() {
        Var x = tape.variable(matrix("x", 1, 2, 3, 5));
        Var between = MixRows.apply(tape, x, SAME);
        Var y = MixRows.apply(tape, between, SAME);
        tape.release(between);
        assertThat(between.value().isReleased()).isTrue();
        tape.backward(y, matrix("dy", 1, 2, 3, 4));
        assertThat(x.gradient().toDoubles()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void aResultThatItsOwnBackwardReadsSurvivesItsRelease() {
        Var x = tape.variable(matrix("x", 3, 4, 0, 2));
        Var unit = L2Normalize.apply(tape, x);
        Var y = MixRows.apply(tape, unit, SAME);
        tape.release(unit);
        assertThat(unit.value().isReleased()).isFalse();
        tape.backward(y, matrix("dy", 1, 0, 0, 1));
        assertThat(unit.value().isReleased()).isTrue();
    }

    @Test
    void backwardFreesAllButTheInputsAndTheirGradients() {
        Var x = tape.variable(matrix("x", 1, 2, 3, 5));
        Var weight = tape.variable(matrix("w", 1, 0, 2, 1));
        Var hidden = Linear.apply(tape, x, weight, null, Activation.QUICK_GELU, null);
        Var y = linear(tape, L2Normalize.apply(tape, hidden), weight, x);
        tape.backward(y, matrix("dy", 1, 0, 0, 1));
        assertThat(scope.tensors()).isEqualTo(4);
        assertThat(y.value().isReleased()).isTrue();
    }

    @Test
    void withoutRecordingNothingIsKept() {
        Tape plain = new Tape(scope, false);
        Var x = plain.variable(matrix("x", 1, 2, 3, 5));
        Var y = L2Normalize.apply(plain, x);
        assertThat(scope.tensors()).isEqualTo(2);
        assertThat(y.requiresGrad()).isFalse();
        plain.release(y);
        assertThat(scope.tensors()).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plain.backward(x, matrix("dy", 1, 1, 1, 1)))
                .withMessage("x[2, 2] does not depend on anything that can be differentiated");
    }

    @Test
    void operationsOnConstantsAreNotRecorded() {
        Var y = L2Normalize.apply(tape, tape.constant(matrix("x", 1, 2, 3, 5)));
        assertThat(y.requiresGrad()).isFalse();
        assertThat(scope.tensors()).isEqualTo(2);
    }

    @Test
    void aGradientMovedToTheResidualIsFreedOnce() {
        Var x = tape.variable(matrix("x", 1, 2, 3, 5));
        Var weight = tape.constant(matrix("w", 1, 0, 2, 1));
        Var stream = MixRows.apply(tape, x, SAME);
        for (int block = 0; block < 3; block++) {
            Var branch = MixRows.apply(tape, stream, SAME);
            stream = linear(tape, branch, weight, stream);
        }
        tape.backward(stream, matrix("dy", 1, 0, 0, 1));
        // One block maps dy to dy + dy W = dy (I + W); W is unipotent but for the factor 2 of I + W.
        assertThat(x.gradient().toDoubles()).containsExactly(8, 0, 24, 8);
        assertThat(scope.tensors()).isEqualTo(3);
    }

    @Test
    void aResidualThatAlreadyHasAGradientIsAddedTo() {
        Var x = tape.variable(matrix("x", 1, 2, 3, 5));
        Var weight = tape.constant(matrix("w", 1, 0, 2, 1));
        tape.backward(linear(tape, x, weight, x), matrix("dy", 1, 0, 0, 1));
        assertThat(x.gradient().toDoubles()).containsExactly(2, 0, 2, 2);
        assertThat(scope.tensors()).isEqualTo(3);
    }

    @Test
    void aResidualWithoutGradientLeavesNothingBehind() {
        Var x = tape.variable(matrix("x", 1, 2, 3, 5));
        Var weight = tape.constant(matrix("w", 1, 0, 2, 1));
        Var residual = tape.constant(matrix("r", 1, 1, 1, 1));
        tape.backward(linear(tape, x, weight, residual), matrix("dy", 1, 0, 0, 1));
        assertThat(x.gradient().toDoubles()).containsExactly(1, 0, 2, 1);
        assertThat(scope.tensors()).isEqualTo(4);
    }

    @Test
    void theResidualIsAVariableItself() {
        Var x = tape.variable(matrix("x", 1, 2, 3, 5));
        Var residual = tape.variable(matrix("r", 1, 1, 1, 1));
        Var weight = tape.constant(matrix("w", 1, 0, 2, 1));
        tape.backward(linear(tape, x, weight, residual), matrix("dy", 1, 0, 0, 1));
        assertThat(residual.gradient().toDoubles()).containsExactly(1, 0, 0, 1);
        assertThat(scope.tensors()).isEqualTo(5);
    }

    @Test
    void aBranchThatDoesNotReachTheLossIsFreedWithoutGradient() {
        Var x = tape.variable(matrix("x", 1, 2, 3, 5));
        Var y = MixRows.apply(tape, x, SAME);
        Var unused = L2Normalize.apply(tape, MixRows.apply(tape, x, SAME));
        tape.backward(y, matrix("dy", 1, 2, 3, 4));
        assertThat(unused.value().isReleased()).isTrue();
        assertThat(x.gradient().toDoubles()).containsExactly(1, 2, 3, 4);
        assertThat(scope.tensors()).isEqualTo(2);
    }

    @Test
    void gradientsOfAParameterAddUpOverTapes() {
        try (Scope model = device.scope("model")) {
            Parameter weight = Parameter.trainable("w", model.of("w", Shape.of(1, 2), 3, 4), model);
            for (double factor : new double[] {1, 10}) {
                Tape each = new Tape(scope, true);
                Var x = each.constant(matrix("x", factor, 2 * factor, 0, factor));
                Var y = linear(each, x, each.parameter(weight), null);
                each.backward(y, scope.of("dy", Shape.of(2, 1), 1, 1));
            }
            assertThat(weight.gradient().toDoubles()).containsExactly(11, 33);
            assertThat(weight.gradient().owner()).isSameAs(model);
        }
    }

    @Test
    void aParameterUsedTwiceOnOneTapeCollectsBothGradients() {
        Parameter weight = Parameter.trainable("w", scope.of("w", Shape.of(1, 2), 3, 4), scope);
        Var x = tape.constant(matrix("x", 1, 2, 0, 1));
        Var once = linear(tape, x, tape.parameter(weight), null);
        tape.backward(linear(tape, x, tape.parameter(weight), once), scope.of("dy", Shape.of(2, 1), 1, 1));
        assertThat(weight.gradient().toDoubles()).containsExactly(2, 6);
    }

    @Test
    void aFrozenParameterHasNoGradientAndIsNeverFreedByTheTape() {
        Parameter weight = Parameter.frozen("w", matrix("w", 1, 0, 2, 1));
        Var x = tape.variable(matrix("x", 1, 2, 3, 5));
        Var frozen = tape.parameter(weight);
        tape.backward(linear(tape, x, frozen, null), matrix("dy", 1, 0, 0, 1));
        tape.release(frozen);
        assertThat(weight.value().isReleased()).isFalse();
        assertThat(weight.isTrainable()).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(weight::gradient)
                .withMessage("parameter 'w' is frozen and has no gradient");
    }

    @Test
    void whileNothingIsRecordedATrainableParameterGetsNoGradient() {
        Tape plain = new Tape(scope, false);
        Parameter weight = Parameter.trainable("w", matrix("w", 1, 0, 2, 1), scope);
        assertThat(plain.parameter(weight).requiresGrad()).isFalse();
        assertThat(plain.records(plain.parameter(weight))).isFalse();
        assertThat(tape.records(tape.parameter(weight), null)).isTrue();
    }

    @Test
    void seedsCountUpFromTheTapesOwn() {
        Tape seeded = new Tape(scope, true, 41);
        assertThat(seeded.nextSeed()).isEqualTo(41);
        assertThat(seeded.nextSeed()).isEqualTo(42);
    }
}
