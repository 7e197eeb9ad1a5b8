package org.ttdengine.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0      | 0.47   | 0.0 0.1 0.2 0.3 0.4 0.5 | 0",
                "0      | 0.3    | 0.0 0.1 0.2 0.3 | 0",
                "0      | 30     | 0 10 20 30 | 0",
                "0      | 0.0001 | 0.0 0.2 0.4 0.6 0.8 1.0 | -4",
                "-0.3   | 0.9    | -0.5 0.0 0.5 1.0 | 0",
                "12.97  | 14.28  | 12.5 13.0 13.5 14.0 14.5 | 0",
                "0      | 123456 | 0.0 0.5 1.0 1.5 | 5",
                "5      | 5      | 5 6 | 0",
                "0      | 0      | 0.0 0.2 | 0"
            })
    void marksAreRoundNumbers(double least, double largest, String labels, int power) {
        Axis axis = Axis.around(least, largest, 5);
        assertThat(axis.power()).isEqualTo(power);
        assertThat(String.join(" ", axis.labels())).isEqualTo(labels);
        assertThat(axis.low()).isLessThanOrEqualTo(least);
        assertThat(axis.high()).isGreaterThanOrEqualTo(largest);
    }

    @ParameterizedTest
    @CsvSource({"1, 60, 10 20 30 40 50 60", "1, 3, 1 2 3", "7, 7, 7 8", "1, 3000, 500 1000 1500 2000 2500 3000"})
    void stepsAreWholeNumbersBetweenTheFirstAndTheLast(double first, double last, String labels) {
        assertThat(String.join(" ", Axis.between(first, last, 6).labels())).isEqualTo(labels);
    }
}
