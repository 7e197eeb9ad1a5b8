package org.ttdengine.trainer.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;

/**
 * A line chart over the steps of a run, as a figure of an HTML page. Where there are many steps the values are drawn
 * pale, and their running mean on top.
 *
 * @param title what it shows
 * @param unit of its values; empty for none
 * @param series its lines; all have a value per step, those that are no finite numbers are left out
 * @param steps the steps, ascending, at least one
 */
@SuppressWarnings("ArrayRecordComponent") // drawn once
record Chart(String title, String unit, List<Series> series, double[] steps) {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 250;
    private static final int LEFT = 52;
    private static final int RIGHT = 14;
    private static final int TOP = 12;
    private static final int BOTTOM = 40;
    private static final int MARKS = 5;

    /** Steps from which on a running mean is drawn. */
    private static final int MANY = 60;

    /** Share of the steps whose weight in the running mean is about two thirds. */
    private static final double SMOOTHING = 0.03;

    /**
     * A line.
     *
     * @param name in the legend
     * @param values one per step
     */
    @SuppressWarnings("ArrayRecordComponent") // drawn once
    record Series(String name, double[] values) {}

    /** The figure. */
    String html() {
        Axis y = vertical();
        Axis x = Axis.between(steps[0], steps[steps.length - 1], MARKS + 1);
        StringBuilder html = new StringBuilder("<figure class=\"chart\"><figcaption><b>");
        html.append(Html.text(title)).append("</b>").append(unit(y)).append(legend());
        html.append("</figcaption>")
                .append(String.format(
                        Locale.ROOT, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH, HEIGHT));
        html.append(Html.text(summary())).append("\">");
        for (double mark : y.marks()) {
            html.append(horizontalMark(toY(y, mark), y.label(mark)));
        }
        for (double mark : x.marks()) {
            html.append(verticalMark(toX(x, mark), x.label(mark)));
        }
        html.append(text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 4.0, "middle", "step" + power(x)));
        for (int i = 0; i < series.size(); i++) {
            html.append(lines(series.get(i).values, i, v -> toX(x, v), v -> toY(y, v)));
        }
        return html.append("</svg></figure>\n").toString();
    }

    private Axis vertical() {
        double least = finite().min().orElse(0);
        double largest = finite().max().orElse(1);
        boolean fromZero = least > 0 && (least < largest / 2 || least == largest);
        return Axis.around(fromZero ? 0 : least, largest, MARKS);
    }

    private DoubleStream finite() {
        return series.stream()
                .flatMapToDouble(line -> Arrays.stream(line.values))
                .filter(Double::isFinite);
    }

    private String unit(Axis y) {
        String all = (unit + power(y)).strip();
        return all.isEmpty() ? "" : " <span class=\"unit\">" + all + "</span>";
    }

    private static String power(Axis axis) {
        return axis.power() == 0 ? "" : " × 10" + superscript(axis.power());
    }

    private static String superscript(int power) {
        StringBuilder raised = new StringBuilder();
        for (char digit : Integer.toString(power).toCharArray()) {
            raised.append(digit == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(digit - '0'));
        }
        return raised.toString();
    }

    private String legend() {
        StringBuilder html = new StringBuilder();
        for (int i = 0; i < series.size() && series.size() > 1; i++) {
            html.append("<span class=\"key s").append(i).append("\"><svg viewBox=\"0 0 24 8\" aria-hidden=\"true\">");
            html.append("<path class=\"line s").append(i).append("\" d=\"M0 4H24\"/></svg>");
            html.append(Html.text(series.get(i).name)).append("</span>");
        }
        return html.toString();
    }

    /** What those hear who do not see it. */
    private String summary() {
        StringBuilder summary = new StringBuilder(title);
        for (Series line : series) {
            summary.append("; ")
                    .append(line.name)
                    .append(String.format(
                            Locale.ROOT,
                            " from %.4g at step %.0f to %.4g at step %.0f",
                            line.values[0],
                            steps[0],
                            line.values[line.values.length - 1],
                            steps[steps.length - 1]));
        }
        return summary.toString();
    }

    private String lines(double[] values, int number, DoubleUnaryOperator x, DoubleUnaryOperator y) {
        if (values.length < MANY) {
            return path("line s" + number, values, x, y);
        }
        return path("raw s" + number, values, x, y) + path("line s" + number, smoothed(values), x, y);
    }

    /** The mean of a value and those before it, weighted down exponentially with their age. */
    static double[] smoothed(double[] values) {
        double keep = Math.exp(-1 / (SMOOTHING * values.length));
        double[] smoothed = new double[values.length];
        double sum = 0;
        double weight = 0;
        for (int i = 0; i < values.length; i++) {
            if (Double.isFinite(values[i])) {
                sum = keep * sum + values[i];
                weight = keep * weight + 1;
            }
            smoothed[i] = Double.isFinite(values[i]) ? sum / weight : Double.NaN;
        }
        return smoothed;
    }

    /** A line that is broken where values are no finite numbers. */
    private String path(String style, double[] values, DoubleUnaryOperator x, DoubleUnaryOperator y) {
        StringBuilder path = new StringBuilder("<path class=\"").append(style).append("\" d=\"");
        boolean drawing = false;
        for (int i = 0; i < values.length; i++) {
            boolean finite = Double.isFinite(values[i]);
            if (finite) {
                path.append(String.format(
                        Locale.ROOT,
                        "%s%.1f %.1f",
                        drawing ? "L" : "M",
                        x.applyAsDouble(steps[i]),
                        y.applyAsDouble(values[i])));
            }
            drawing = finite;
        }
        return path.append("\"/>").toString();
    }

    private static double toX(Axis axis, double value) {
        return LEFT + (WIDTH - LEFT - RIGHT) * axis.share(value);
    }

    private static double toY(Axis axis, double value) {
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * axis.share(value);
    }

    private static String horizontalMark(double y, String label) {
        return String.format(Locale.ROOT, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>", LEFT, y, WIDTH - RIGHT)
                + text(LEFT - 7, y + 4, "end", label);
    }

    private static String verticalMark(double x, String label) {
        return String.format(Locale.ROOT, "<path class=\"tick\" d=\"M%.1f %dv5\"/>", x, HEIGHT - BOTTOM)
                + text(x, HEIGHT - BOTTOM + 18.0, "middle", label);
    }

    private static String text(double x, double y, String anchor, String text) {
        return String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, text);
    }
}
