package org.ttdengine.trainer.eval;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ttdengine.vit.Clip;

/**
 * Both evaluations of a model, from one forward pass per sample: what a comparison of models needs.
 *
 * @param tags a row per method of finding tags, on the test samples
 * @param masks a row per map and threshold, on the test samples
 * @param test samples evaluated and skipped
 */
public record ModelScores(List<TagEvaluation.Row> tags, List<TextSegRow> masks, Evaluation test) {
    /** The threshold the paper cuts the maps of MaskCLIP at. */
    public static final double PAPER_THRESHOLD = 0.5;

    public ModelScores {
        tags = List.copyOf(tags);
        masks = List.copyOf(masks);
    }

    /**
     * Evaluates a model that has a vocabulary.
     *
     * @param validation samples that thresholds are chosen on; empty for fixed thresholds only
     * @param test samples that the figures are of
     * @param methods the methods of finding tags
     * @param threshold the fixed threshold
     * @param visitors others who look at the test samples
     */
    public static ModelScores of(
            Clip clip,
            Optional<LabelledSamples> validation,
            LabelledSamples test,
            EvalOptions options,
            List<TagMethod> methods,
            double threshold,
            EvalListener listener,
            SampleVisitor... visitors)
            throws IOException {
        Optional<TextSegEvaluation.Result> choice = Optional.empty();
        if (validation.isPresent()) {
            TextSegEvaluation chosen = new TextSegEvaluation();
            Evaluation.run(clip, validation.get(), options, true, listener, List.of(chosen));
            choice = Optional.of(chosen.result());
        }
        TagEvaluation tags = new TagEvaluation(methods);
        TextSegEvaluation masks = new TextSegEvaluation(threshold);
        List<SampleVisitor> all = new ArrayList<>(List.of(tags, masks));
        all.addAll(List.of(visitors));
        Evaluation done = Evaluation.run(clip, test, options, true, listener, all);
        return new ModelScores(tags.rows(), TextSegRow.of(masks.result(), choice, threshold), done);
    }
}
