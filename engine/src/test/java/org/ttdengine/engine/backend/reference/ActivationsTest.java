package org.ttdengine.engine.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.ttdengine.engine.backend.Activation;

class ActivationsTest {
    /** Values of C's erfc. */
    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "0.1, 0.8875370839817152",
        "0.5, 0.4795001221869535",
        "1, 0.15729920705028513",
        "2, 0.004677734981047266",
        "2.4999999, 0.00040695223527343607",
        "2.5, 0.0004069520174449589",
        "3, 2.209049699858544e-05",
        "5, 1.5374597944280347e-12",
        "10, 2.088487583762545e-45",
        "-1, 1.8427007929497148",
        "-5, 1.9999999999984626",
        "-30, 2"
    })
    void erfcHasItsKnownValues(double x, double expected) {
        assertThat(Activations.erfc(x)).isCloseTo(expected, Offset.offset(1e-12 * expected));
    }

    @Test
    void erfcOfLargeNumbersVanishes() {
        assertThat(Activations.erfc(40)).isZero();
        assertThat(Activations.erfc(1e300)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void slopesAreThoseOfTheValues(Activation activation) {
        double h = 1e-5;
        for (double x = -6; x <= 6; x += 0.37) {
            double difference = (Activations.value(activation, x + h) - Activations.value(activation, x - h)) / (2 * h);
            assertThat(Activations.slope(activation, x)).isCloseTo(difference, Offset.offset(1e-9));
        }
    }

    @Test
    void quickGeluIsTheSigmoidOfItsArgumentTimesIt() {
        assertThat(Activations.value(Activation.QUICK_GELU, 1)).isCloseTo(0.8457957659328212, Offset.offset(1e-15));
        assertThat(Activations.value(Activation.QUICK_GELU, 0)).isZero();
    }

    @Test
    void exactGeluIsTheNormalDistributionOfItsArgumentTimesIt() {
        assertThat(Activations.value(Activation.GELU_ERF, 1)).isCloseTo(0.8413447460685429, Offset.offset(1e-15));
        assertThat(Activations.value(Activation.GELU_ERF, -2)).isCloseTo(-0.04550026389635842, Offset.offset(1e-15));
    }
}
