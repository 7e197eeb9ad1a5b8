package org.ttdengine.trainer.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Masks {@code map > threshold} against the truth, for many thresholds in one pass over the pixels. */
final class ThresholdSweep {
    private final double[] thresholds;
    private final MaskTally[] tallies;

    /** A sweep over distinct thresholds. */
    ThresholdSweep(double... thresholds) {
        this.thresholds = Arrays.stream(thresholds).sorted().distinct().toArray();
        this.tallies = new MaskTally[this.thresholds.length];
        Arrays.setAll(tallies, k -> new MaskTally());
    }

    /**
     * Adds a caption.
     *
     * @param map {@code [height * width]} of the truth
     */
    void add(float[] map, Mask truth) {
        long[] marked = new long[thresholds.length + 1];
        long[] overlap = new long[thresholds.length + 1];
        for (int i = 0; i < map.length; i++) {
            int below = thresholdsBelow(map[i]);
            marked[below]++;
            overlap[below] += truth.pixels()[i] ? 1 : 0;
        }
        int area = truth.area();
        for (int k = thresholds.length - 1; k >= 0; k--) {
            // A pixel is marked at a threshold if at least that one and all before it lie below its value.
            marked[k] += marked[k + 1];
            overlap[k] += overlap[k + 1];
            tallies[k].add(new MaskCounts(overlap[k + 1], marked[k + 1], area, map.length));
        }
    }

    /** How many thresholds a value exceeds. */
    private int thresholdsBelow(float value) {
        int low = 0;
        int high = thresholds.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (value > thresholds[middle]) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The figures so far. */
    SweepResult result() {
        List<SweepResult.Point> points = new ArrayList<>();
        for (int k = 0; k < thresholds.length; k++) {
            points.add(new SweepResult.Point(thresholds[k], tallies[k].readings()));
        }
        return new SweepResult(points);
    }
}
