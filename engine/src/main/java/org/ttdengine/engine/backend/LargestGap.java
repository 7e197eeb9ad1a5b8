package org.ttdengine.engine.backend;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Largest-gap selection (TTD section 3.1): scores in descending order are cut at the first of the largest differences
 * between neighbours; those above it are selected. At least one score is rejected unless there is only one.
 */
public final class LargestGap {
    private LargestGap() {}

    /** Which scores are selected; see {@link #select(double[], boolean[])}. */
    public static boolean[] select(double[] scores) {
        return select(scores, null);
    }

    /**
     * Which scores are selected.
     *
     * @param scores one per tag; none may be NaN
     * @param barred tags to reject whatever their score, or null; they take part in the search for the gap, and where
     *     nothing else is left above it, the best tag that is not barred is selected
     */
    public static boolean[] select(double[] scores, boolean[] barred) {
        boolean[] selected = new boolean[scores.length];
        if (scores.length == 0) {
            return selected;
        }
        int[] order = IntStream.range(0, scores.length)
                .boxed()
                .sorted((i, j) -> Double.compare(scores[j], scores[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        int count = cut(scores, order);
        for (int i = 0; i < count; i++) {
            selected[order[i]] = barred == null || !barred[order[i]];
        }
        if (barred != null && !IntStream.range(0, scores.length).anyMatch(i -> selected[i])) {
            Arrays.stream(order).filter(i -> !barred[i]).findFirst().ifPresent(best -> selected[best] = true);
        }
        return selected;
    }

    private static int cut(double[] scores, int[] order) {
        int count = 1;
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i + 1 < order.length; i++) {
            double gap = scores[order[i]] - scores[order[i + 1]];
            if (gap > largest) {
                largest = gap;
                count = i + 1;
            }
        }
        return count;
    }
}
