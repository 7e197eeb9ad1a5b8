package org.ttdengine.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiTest {
    @Test
    void clipsSigmoidIsOneHalfAtACosineOfOneQuarter() {
        assertThat(Phi.CLIP.of(0.25)).isEqualTo(0.5);
        assertThat(Phi.CLIP.of(0.35)).isCloseTo(0.7310585786300049, Offset.offset(1e-12));
        assertThat(Phi.CLIP.of(1)).isBetween(0.99, 1.0);
    }

    @Test
    void withoutTheSigmoidTheCosineStaysWhatItIs() {
        assertThat(Phi.COSINE.of(-0.3)).isEqualTo(-0.3);
        assertThat(Phi.COSINE.slope(-0.3)).isEqualTo(1);
    }

    @Test
    void theSlopeIsThatOfTheValue() {
        Phi phi = Phi.sigmoid(11.5, -2.75);
        double h = 1e-6;
        for (double cosine = -1; cosine <= 1; cosine += 0.1) {
            double difference = (phi.of(cosine + h) - phi.of(cosine - h)) / (2 * h);
            assertThat(phi.slope(phi.of(cosine))).isCloseTo(difference, Offset.offset(1e-8));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-1, 0", "NaN, 0", "Infinity, 0", "1, NaN", "1, -Infinity"})
    void aSlopeThatIsNotPositiveOrAShiftThatIsNotFiniteIsRefused(double w, double b) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Phi.sigmoid(w, b))
                .withMessage("phi needs a positive slope and a finite shift, not " + w + "," + b);
    }

    @Test
    void targetsAreMinMaxNormalisedWithAFloorUnderTheRange() {
        TtdLossOptions soft = TtdLossOptions.of(Phi.COSINE, 1);
        assertThat(soft.target(0.3, 0.2, 0.6)).isCloseTo(0.25, Offset.offset(1e-12));
        assertThat(soft.target(0.5, 0.5, 0.5)).isZero();
        assertThat(soft.target(0.5 + 1e-6, 0.5, 0.5 + 1e-6)).isCloseTo(0.1, Offset.offset(1e-9));
        TtdLossOptions hard = new TtdLossOptions(Phi.COSINE, 1, 1, true, true, 1e-5, 1);
        assertThat(hard.target(0.5, 0.25, 0.75)).isZero();
        assertThat(hard.target(0.51, 0.25, 0.75)).isEqualTo(1);
    }
}
