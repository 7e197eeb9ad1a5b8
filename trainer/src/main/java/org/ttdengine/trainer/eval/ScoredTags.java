package org.ttdengine.trainer.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ttdengine.trainer.ttd.TagScorer;
import org.ttdengine.trainer.ttd.TagSelection;

/**
 * Tags by a scorer of the paper.
 *
 * @param scorer gives every candidate a score
 * @param rule how the selection is called in tables
 * @param selection which scores are selected
 */
public record ScoredTags(TagScorer scorer, String rule, TagSelection selection) implements TagMethod {
    /** The scorer with the selection that goes with it: the largest gap for pixel scores, else a threshold. */
    public static ScoredTags usual(TagScorer scorer) {
        return switch (scorer) {
            case PIXEL -> new ScoredTags(scorer, "gap", scorer.usualSelection());
            case SEGMENTATION -> new ScoredTags(scorer, "> 0", scorer.usualSelection());
            case IMAGE, TEXT, IMAGE_TEXT -> new ScoredTags(scorer, "> 0.5", scorer.usualSelection());
        };
    }

    /** The scorer with a threshold. */
    public static ScoredTags above(TagScorer scorer, double threshold) {
        return new ScoredTags(scorer, String.format(Locale.ROOT, "> %.1f", threshold), TagSelection.above(threshold));
    }

    /** Every scorer with its own selection (Table 2), and pixel scores with thresholds of 0.2 to 0.8 (Fig. 8). */
    public static List<TagMethod> paper() {
        List<TagMethod> methods = new ArrayList<>();
        for (TagScorer scorer : TagScorer.values()) {
            methods.addAll(paper(scorer));
        }
        return List.copyOf(methods);
    }

    /** Those of {@link #paper()} with one scorer. */
    public static List<TagMethod> paper(TagScorer scorer) {
        List<TagMethod> methods = new ArrayList<>(List.of(usual(scorer)));
        for (int tenths = 2; scorer == TagScorer.PIXEL && tenths <= 8; tenths++) {
            methods.add(above(scorer, tenths / 10.0));
        }
        return List.copyOf(methods);
    }

    @Override
    public String name() {
        return scorer.toString();
    }

    @Override
    public Optional<TagAnswer> answer(Observation observation) {
        double[] scores = scorer.scores(observation.grounding());
        boolean[] barred = observation.grounding().barred();
        boolean[] selected = selection.select(scores, barred);
        for (int t = 0; barred != null && t < scores.length; t++) {
            scores[t] = barred[t] ? Double.NEGATIVE_INFINITY : scores[t];
        }
        return Optional.of(observation.words().answer(selected, scores));
    }
}
