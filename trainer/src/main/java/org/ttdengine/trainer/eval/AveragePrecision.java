package org.ttdengine.trainer.eval;

import java.util.stream.IntStream;

/**
 * Average precision of a ranking: the sum over the steps of the ranking of (gain in recall) x (precision after the step).
 * Items of equal score are one step, so that the order of the items does not matter.
 */
final class AveragePrecision {
    private AveragePrecision() {}

    /**
     * Average precision of some items.
     *
     * @param relevant which items ought to rank first
     * @param scores larger ones rank first; none is NaN
     * @return NaN if no item is relevant
     */
    static double of(boolean[] relevant, double[] scores) {
        int[] order = IntStream.range(0, scores.length)
                .boxed()
                .sorted((i, j) -> Double.compare(scores[j], scores[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double sum = 0;
        int found = 0;
        int foundBefore = 0;
        for (int i = 0; i < order.length; i++) {
            found += relevant[order[i]] ? 1 : 0;
            boolean endOfStep = i + 1 == order.length || scores[order[i + 1]] != scores[order[i]];
            if (endOfStep) {
                sum += (found - foundBefore) * (double) found / (i + 1);
                foundBefore = found;
            }
        }
        return sum / found;
    }
}
