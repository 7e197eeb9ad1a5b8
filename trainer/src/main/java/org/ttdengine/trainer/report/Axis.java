package org.ttdengine.trainer.report;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * An axis with round numbers: marks are multiples of 1, 2 or 5 times a power of ten.
 *
 * @param low its lower end
 * @param high its upper end, above the lower
 * @param step distance between marks
 */
record Axis(double low, double high, double step) {
    /** Guards against {@code 0.3 / 0.1} being a little less than 3. */
    private static final double SLACK = 1e-9;

    /** Powers of ten outside of which numbers on the axis are given in a unit of one. */
    private static final int PLAIN_POWERS = 3;

    /**
     * An axis around some values that begins and ends at marks.
     *
     * @param marks about how many marks there are to be, at least two
     */
    static Axis around(double least, double largest, int marks) {
        double step = step(largest - least, largest, marks);
        double low = Math.floor(least / step + SLACK) * step;
        double high = Math.ceil(largest / step - SLACK) * step;
        return new Axis(low, high > low ? high : low + step, step);
    }

    /** An axis from value to value; its marks lie in between. */
    static Axis between(double low, double high, int marks) {
        double end = high > low ? high : low + 1;
        return new Axis(low, end, Math.max(1, step(end - low, end, marks)));
    }

    private static double step(double range, double largest, int marks) {
        double span = range > 0 ? range : largest == 0 ? 1 : Math.abs(largest);
        double rough = span / marks;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double ratio = rough / power;
        if (ratio <= 1 + SLACK) {
            return power;
        }
        return (ratio <= 2 + SLACK ? 2 : ratio <= 5 + SLACK ? 5 : 10) * power;
    }

    /** The marks, ascending. */
    double[] marks() {
        long first = (long) Math.ceil(low / step - SLACK);
        long last = (long) Math.floor(high / step + SLACK);
        return LongStream.rangeClosed(first, last).mapToDouble(k -> k * step).toArray();
    }

    /** Where a value lies between the ends: 0 at the lower, 1 at the upper. */
    double share(double value) {
        return (value - low) / (high - low);
    }

    /** The power of ten its numbers are given in: 0 where they are short enough without. */
    int power() {
        double extent = Math.max(Math.abs(low), Math.abs(high));
        int digits = (int) Math.floor(Math.log10(extent) + SLACK);
        return digits > PLAIN_POWERS + 1 || digits < -PLAIN_POWERS + 1 ? digits : 0;
    }

    /** A mark's number in units of {@code 10^power()}, all marks with the same places behind the point. */
    String label(double mark) {
        double unit = Math.pow(10, power());
        int places = (int) Math.max(0, -Math.floor(Math.log10(step / unit) + SLACK));
        double value = mark / unit;
        return String.format(Locale.ROOT, "%." + places + "f", Math.abs(value) < SLACK ? 0 : value);
    }

    /** The labels of all marks. */
    String[] labels() {
        return Arrays.stream(marks()).mapToObj(this::label).toArray(String[]::new);
    }
}
