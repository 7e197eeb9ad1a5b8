package org.ttdengine.trainer.ttd;

import org.ttdengine.engine.backend.Phi;
import org.ttdengine.engine.backend.TtdLossOptions;

/**
 * The open choices of TTD.
 *
 * @param tags how captions become tags
 * @param phi from cosine to similarity
 * @param maskPadding whether padded cells are left out of scores, targets and losses
 * @param distillWeight factor of L_distill
 * @param tagWeight factor of L_tag
 * @param meanOverCells mean of squares over cells, or their sum
 * @param hardTargets targets cut to 0 and 1
 * @param frozenTeacher whether tags and targets come from the base weights rather than from the model that learns
 * @param pseudoTags which candidates count as tags
 */
public record TtdOptions(
        TagOptions tags,
        Phi phi,
        boolean maskPadding,
        double distillWeight,
        double tagWeight,
        boolean meanOverCells,
        boolean hardTargets,
        boolean frozenTeacher,
        PseudoTags pseudoTags) {
    /** The paper's method with the recommended choices. */
    public static TtdOptions paper() {
        return new TtdOptions(TagOptions.defaults(), Phi.CLIP, true, 1, 1, true, false, false, PseudoTags.PIXEL);
    }

    /** The same method with other tags to learn from. */
    public TtdOptions with(PseudoTags others) {
        return new TtdOptions(
                tags, phi, maskPadding, distillWeight, tagWeight, meanOverCells, hardTargets, frozenTeacher, others);
    }

    /** The loss over a batch of {@code samples}. */
    TtdLossOptions loss(int samples) {
        return new TtdLossOptions(phi, distillWeight, tagWeight, meanOverCells, hardTargets, 1e-5, samples);
    }
}
