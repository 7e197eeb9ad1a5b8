package org.ttdengine.trainer.eval;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.trainer.ttd.PseudoTags;
import org.ttdengine.trainer.ttd.StopWordRule;
import org.ttdengine.trainer.ttd.TagOptions;
import org.ttdengine.trainer.ttd.TtdOptions;
import org.ttdengine.vit.image.RgbImage;

/** What a model sees, made up: cosines on a grid of 2x2. */
final class Observations {
    private Observations() {}

    /**
     * A sample.
     *
     * @param truth its true tags
     * @param mask where they are
     * @param cosines four of the caption, then four of each candidate
     */
    static Observation of(
            String name, String caption, Set<String> truth, Mask mask, StopWordRule rule, float... cosines) {
        TagOptions tags = new TagOptions(rule, false, true, 40);
        TtdOptions options = new TtdOptions(tags, Phi.COSINE, true, 1, 1, true, false, false, PseudoTags.PIXEL);
        CaptionWords words = CaptionWords.of(caption, truth, tags);
        int candidates = words.candidates().size();
        Grounding grounding = new Grounding(
                options,
                words.candidates(),
                new Grounding.Grid(2, 2, null),
                new float[4],
                new float[1 + candidates],
                cosines,
                new boolean[candidates]);
        LabelledSample sample =
                new LabelledSample(name, caption, new RgbImage(1, 1, new byte[3]), truth, new OneMask(mask));
        return new Observation(sample, words, Optional.ofNullable(mask), grounding);
    }

    /** A caption whose words peak at given cosines. */
    static Observation peaks(String name, String caption, StopWordRule rule, List<Float> peaks, String... truth) {
        float[] cosines = new float[4 + 4 * peaks.size()];
        for (int t = 0; t < peaks.size(); t++) {
            cosines[4 + 4 * t + t % 4] = peaks.get(t);
        }
        return of(name, caption, Set.of(truth), null, rule, cosines);
    }

    private record OneMask(Mask union) implements TagMasks {
        @Override
        public Optional<Mask> of(String tag) {
            return Optional.empty();
        }
    }
}
