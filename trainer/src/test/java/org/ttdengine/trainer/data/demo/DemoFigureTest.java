package org.ttdengine.trainer.data.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DemoFigureTest {
    private static final int SIDE = 100;

    @ParameterizedTest
    @EnumSource(DemoFigure.class)
    void aFigureFillsAFairPartOfItsSquareAndHasAPattern(DemoFigure figure) {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        int inside = 0;
        int own = 0;
        for (int i = 0; i < SIDE * SIDE; i++) {
            Part part = figure.at((i % SIDE + 0.5) / SIDE * 2 - 1, (i / SIDE + 0.5) / SIDE * 2 - 1);
            parts.add(part);
            inside += part != Part.NONE ? 1 : 0;
            own += part == Part.MAIN || part == Part.DEEP || part == Part.PALE ? 1 : 0;
        }
        assertThat(inside).isBetween(SIDE * SIDE / 6, SIDE * SIDE * 2 / 3);
        assertThat(own).as("points in the thing's own colour").isGreaterThan(inside / 2);
        assertThat(parts).contains(Part.MAIN).hasSizeGreaterThanOrEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(DemoFigure.class)
    void whatStandsReachesItsFoot(DemoFigure figure) {
        double lowest = -1;
        for (double y = -1; y <= 1; y += 0.01) {
            for (double x = -1; x <= 1; x += 0.01) {
                if (figure.at(x, y) != Part.NONE) {
                    lowest = y;
                }
            }
        }
        if (!figure.floats()) {
            assertThat(lowest).isBetween(0.85, 1.0);
        }
    }
}
