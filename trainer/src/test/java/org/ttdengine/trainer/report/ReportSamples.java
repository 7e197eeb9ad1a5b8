package org.ttdengine.trainer.report;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.trainer.eval.CaptionWords;
import org.ttdengine.trainer.eval.Evaluation;
import org.ttdengine.trainer.eval.LabelledSample;
import org.ttdengine.trainer.eval.Mask;
import org.ttdengine.trainer.eval.MaskReadings;
import org.ttdengine.trainer.eval.MaskScores;
import org.ttdengine.trainer.eval.ModelScores;
import org.ttdengine.trainer.eval.Observation;
import org.ttdengine.trainer.eval.TagCounts;
import org.ttdengine.trainer.eval.TagEvaluation;
import org.ttdengine.trainer.eval.TagMasks;
import org.ttdengine.trainer.eval.TagMetrics;
import org.ttdengine.trainer.eval.TextSegRow;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.trainer.ttd.PseudoTags;
import org.ttdengine.trainer.ttd.TagOptions;
import org.ttdengine.trainer.ttd.TtdOptions;
import org.ttdengine.vit.image.RgbImage;

/** Samples and figures made up for reports: pictures of 24x16 seen as 2x3 cells, whose left half is true. */
final class ReportSamples {
    static final int CHANNELS = 5;

    private ReportSamples() {}

    /**
     * What a model sees.
     *
     * @param strength similarity of the caption in the left column; 0 elsewhere
     * @param selected which words are selected
     */
    static Observation observation(String name, String caption, Set<String> tags, float strength, boolean... selected) {
        TtdOptions options =
                new TtdOptions(TagOptions.defaults(), Phi.COSINE, true, 1, 1, true, false, false, PseudoTags.PIXEL);
        CaptionWords words = CaptionWords.of(caption, tags, options.tags());
        int texts = 1 + words.candidates().size();
        float[] cosines = new float[6 * texts];
        for (int text = 0; text < texts; text++) {
            cosines[6 * text] = strength;
            cosines[6 * text + 3] = strength;
        }
        float[] features = new float[6 * CHANNELS];
        Random random = new Random(name.hashCode());
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextGaussian();
        }
        Grounding grounding = new Grounding(
                options,
                words.candidates(),
                new Grounding.Grid(2, 3, null),
                features,
                new float[texts * CHANNELS],
                cosines,
                Arrays.copyOf(selected, texts - 1));
        byte[] rgb = new byte[3 * 24 * 16];
        random.nextBytes(rgb);
        LabelledSample sample = new LabelledSample(name, caption, new RgbImage(24, 16, rgb), tags, new LeftThird());
        return new Observation(sample, words, Optional.of(leftThird()), grounding);
    }

    private static Mask leftThird() {
        boolean[] pixels = new boolean[24 * 16];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i % 24 < 8;
        }
        return new Mask(24, 16, pixels);
    }

    private record LeftThird() implements TagMasks {
        @Override
        public Mask union() {
            return leftThird();
        }

        @Override
        public Optional<Mask> of(String tag) {
            return Optional.of(leftThird());
        }
    }

    /** A row of each table. */
    static ModelScores scores(String method, long hits, double iou) {
        TagMetrics metrics = new TagMetrics(new TagCounts(hits, 1, 2, 3), 0.5, 4, 1, 0, 0);
        MaskScores mask = new MaskScores(iou, 0.25, 0.75 - iou);
        return new ModelScores(
                List.of(new TagEvaluation.Row(method, "gap", metrics)),
                List.of(new TextSegRow(
                        "text",
                        TextSegRow.Protocol.FIXED,
                        OptionalDouble.of(0.5),
                        new MaskReadings(4, mask, mask, mask))),
                new Evaluation(4, 0));
    }
}
