package org.ttdengine.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LrScheduleTest {
    /** Worked apart: 0.75^0.9; cos(pi / 3) = 1 / 2. */
    @ParameterizedTest
    @CsvSource({
        "poly, 0, 100, 1",
        "poly, 25, 100, 0.7718895067235705",
        "poly, 100, 100, 0",
        "poly, 101, 100, 0",
        "cosine, 0, 100, 1",
        "cosine, 1, 3, 0.75",
        "cosine, 50, 100, 0.5",
        "cosine, 100, 100, 0",
        "constant, 99, 100, 1",
    })
    void theMultiplierFollowsTheFormula(String schedule, long step, long total, double expected) {
        assertThat(LrSchedule.parse(schedule).at(step, total)).isCloseTo(expected, within(1e-12));
    }

    @ParameterizedTest
    @EnumSource
    void theNameOnTheCommandLineReadsBack(LrSchedule schedule) {
        assertThat(LrSchedule.parse(schedule.toString())).isEqualTo(schedule);
    }

    @Test
    void anUnknownNameIsAnsweredWithTheKnownOnes() {
        assertThatThrownBy(() -> LrSchedule.parse("linear"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--schedule: \"linear\" is none of poly, cosine, constant");
    }

    @Test
    void aStepBeforeTheFirstIsRefused() {
        assertThatThrownBy(() -> LrSchedule.POLY.at(-1, 10)).isInstanceOf(IllegalArgumentException.class);
    }
}
