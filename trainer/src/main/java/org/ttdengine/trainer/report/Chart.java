package org.ttdengine.trainer.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A line chart as SVG.
 *
 * @param title what it shows
 * @param series its lines; all have a value per step
 * @param steps the steps, ascending
 */
record Chart(String title, List<Series> series, double[] steps) {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 200;
    private static final int LEFT = 56;
    private static final int BOTTOM = 24;
    private static final int TOP = 10;
    private static final List<String> COLOURS = List.of("#3b6fb6", "#d1662b", "#4f9a5b");

    /**
     * A line.
     *
     * @param name in the legend
     * @param values one per step
     */
    @SuppressWarnings("ArrayRecordComponent") // drawn once
    record Series(String name, double[] values) {}

    /** The chart as a figure of an HTML page. */
    String toHtml() {
        double largest = series.stream()
                .flatMapToDouble(s -> Arrays.stream(s.values))
                .filter(Double::isFinite)
                .max()
                .orElse(1);
        double least = Math.min(
                0,
                series.stream()
                        .flatMapToDouble(s -> Arrays.stream(s.values))
                        .filter(Double::isFinite)
                        .min()
                        .orElse(0));
        double range = largest > least ? largest - least : 1;
        StringBuilder html = new StringBuilder("<figure><figcaption>").append(title);
        for (int i = 0; i < series.size() && series.size() > 1; i++) {
            html.append(" <span style=\"color:").append(colour(i)).append("\">&#9644; ");
            html.append(series.get(i).name).append("</span>");
        }
        html.append("</figcaption><svg viewBox=\"0 0 ")
                .append(WIDTH)
                .append(' ')
                .append(HEIGHT);
        html.append("\" role=\"img\">");
        for (int tick = 0; tick <= 4; tick++) {
            double value = least + range * tick / 4;
            html.append(grid(y(value, least, range), number(value)));
        }
        for (int i = 0; i < series.size(); i++) {
            html.append(line(series.get(i).values, least, range, colour(i)));
        }
        html.append(label(LEFT, "start", number(steps[0])));
        html.append(label(WIDTH - 4, "end", "step " + number(steps[steps.length - 1])));
        return html.append("</svg></figure>\n").toString();
    }

    private static String colour(int i) {
        return COLOURS.get(i % COLOURS.size());
    }

    private String line(double[] values, double least, double range, String colour) {
        StringBuilder points = new StringBuilder();
        double first = steps[0];
        double span = Math.max(1e-9, steps[steps.length - 1] - first);
        for (int i = 0; i < values.length; i++) {
            if (Double.isFinite(values[i])) {
                double x = LEFT + (WIDTH - LEFT - 4) * (steps[i] - first) / span;
                points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y(values[i], least, range)));
            }
        }
        return "<polyline fill=\"none\" stroke-width=\"1.6\" stroke=\"" + colour + "\" points=\"" + points + "\"/>";
    }

    private static double y(double value, double least, double range) {
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - least) / range);
    }

    private static String grid(double y, String text) {
        return String.format(
                Locale.ROOT,
                "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>"
                        + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                LEFT,
                WIDTH - 4,
                y,
                y,
                LEFT - 6,
                y + 4,
                text);
    }

    private static String label(int x, String anchor, String text) {
        return "<text x=\"" + x + "\" y=\"" + (HEIGHT - 6) + "\" text-anchor=\"" + anchor + "\">" + text + "</text>";
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e6
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.3g", value);
    }
}
