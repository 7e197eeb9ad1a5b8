package org.ttdengine.engine.backend;

/**
 * How the two losses of TTD are weighed and reduced (Eq. 4 to 6).
 *
 * @param phi from cosine to similarity
 * @param distillWeight factor of L_distill
 * @param tagWeight factor of L_tag
 * @param meanOverCells mean over the valid cells, or their sum
 * @param hardTargets targets cut at one half to 0 and 1 instead of the min-max map itself
 * @param minimumRange least denominator of the min-max normalisation
 * @param batch number of samples the loss is the mean over; larger than those at hand when gradients are accumulated
 */
public record TtdLossOptions(
        Phi phi,
        double distillWeight,
        double tagWeight,
        boolean meanOverCells,
        boolean hardTargets,
        double minimumRange,
        int batch) {

    /** The paper's losses as written, mean over cells and samples, sum over tags. */
    public static TtdLossOptions of(Phi phi, int batch) {
        return new TtdLossOptions(phi, 1, 1, true, false, 1e-5, batch);
    }

    /** Weighted sum of the two losses of a sample. */
    public double weighted(double distill, double tag) {
        return distillWeight * distill + tagWeight * tag;
    }

    /** norm(S) of Eq. 4 for one cell, given the least and largest S of its map. */
    public double target(double s, double least, double largest) {
        double norm = (s - least) / Math.max(largest - least, minimumRange);
        return hardTargets ? (norm > 0.5 ? 1 : 0) : norm;
    }
}
