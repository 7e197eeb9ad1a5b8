package org.ttdengine.trainer.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A line of a table of text-level masks.
 *
 * @param map which map was cut, or that every pixel was marked
 * @param protocol how its threshold came about
 * @param threshold similarity above which a pixel is marked; empty where there is none
 * @param readings how well the masks agree with the truth
 */
public record TextSegRow(String map, Protocol protocol, OptionalDouble threshold, MaskReadings readings) {
    /** How a threshold came about. */
    public enum Protocol {
        /** It was given. */
        FIXED("fixed"),
        /** It gave the largest CaptionIoU on other samples. */
        CHOSEN("chosen on validation"),
        /** There is none. */
        NONE("");

        private final String title;

        Protocol(String title) {
            this.title = title;
        }

        @Override
        public String toString() {
            return title;
        }
    }

    /**
     * The table: every map at the fixed threshold and at its own chosen one, and every pixel marked.
     *
     * @param test what is reported, swept over {@code fixed} among others
     * @param validation what thresholds are chosen on; empty if there is nothing to choose on
     */
    public static List<TextSegRow> of(
            TextSegEvaluation.Result test, Optional<TextSegEvaluation.Result> validation, double fixed) {
        List<TextSegRow> rows = new ArrayList<>();
        for (MapKind kind : MapKind.values()) {
            rows.add(row(kind, Protocol.FIXED, test.sweeps().get(kind).at(fixed)));
            validation.ifPresent(choice -> {
                double chosen = choice.sweeps().get(kind).best().threshold();
                rows.add(row(kind, Protocol.CHOSEN, test.sweeps().get(kind).at(chosen)));
            });
        }
        rows.add(new TextSegRow("mark everything", Protocol.NONE, OptionalDouble.empty(), test.everything()));
        return List.copyOf(rows);
    }

    private static TextSegRow row(MapKind kind, Protocol protocol, SweepResult.Point point) {
        return new TextSegRow(kind.toString(), protocol, OptionalDouble.of(point.threshold()), point.readings());
    }
}
