package org.ttdengine.trainer.eval;

import java.util.List;

/**
 * Masks at many thresholds.
 *
 * @param points by ascending threshold
 */
public record SweepResult(List<Point> points) {
    /**
     * Masks at one threshold.
     *
     * @param threshold similarity above which a pixel is marked
     * @param readings how well they agree with the truth
     */
    public record Point(double threshold, MaskReadings readings) {}

    public SweepResult {
        points = List.copyOf(points);
    }

    /** The point of largest CaptionIoU, averaged per caption; the lowest threshold among equals. */
    public Point best() {
        Point best = points.get(0);
        for (Point point : points) {
            if (point.readings.perCaption().iou() > best.readings.perCaption().iou()) {
                best = point;
            }
        }
        return best;
    }

    /**
     * The point of a threshold.
     *
     * @throws IllegalArgumentException if it was not swept over
     */
    public Point at(double threshold) {
        return points.stream()
                .filter(point -> point.threshold == threshold)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(threshold + " is none of the thresholds tried"));
    }
}
