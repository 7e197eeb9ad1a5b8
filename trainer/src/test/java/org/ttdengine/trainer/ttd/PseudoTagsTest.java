package org.ttdengine.trainer.ttd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.trainer.DemoModel;
import org.ttdengine.trainer.data.demo.DemoScene;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.image.Augmentations;
import org.ttdengine.vit.image.Normalization;
import org.ttdengine.vit.image.PreparedImage;

class PseudoTagsTest {
    private static TtdOptions options(Phi phi, PseudoTags pseudoTags) {
        return new TtdOptions(TtdOptions.paper().tags(), phi, true, 1, 1, true, false, false, pseudoTags);
    }

    /** Three scenes, the last of which fills the upper half of its picture only. */
    private static List<TextBatch.Entry> entries() {
        List<TextBatch.Entry> entries = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            DemoScene scene = DemoModel.pairs(3, 7).scene(i);
            PreparedImage image = Augmentations.centerCrop(DemoModel.IMAGE_SIZE, Normalization.IMAGENET)
                    .apply(scene.render(DemoModel.IMAGE_SIZE), 0);
            int height = i == 2 ? DemoModel.IMAGE_SIZE / 2 : DemoModel.IMAGE_SIZE;
            entries.add(new TextBatch.Entry(
                    scene.caption(),
                    CaptionTags.of(scene.caption(), TagOptions.defaults()),
                    new PreparedImage(
                            image.height(),
                            image.width(),
                            image.pixels(),
                            new PreparedImage.Region(0, 0, image.width(), height))));
        }
        return entries;
    }

    private static List<Grounding> groundings(PseudoTags pseudoTags) throws IOException {
        try (Device device = Device.cpu(1);
                Clip clip = Clip.of(DemoModel.state(), DemoModel.tokenizer(), device)) {
            return Grounding.of(clip, entries(), clip::tokens, options(halving(clip), pseudoTags));
        }
    }

    /** A phi that is one half at the median of the words' cosines with their picture. */
    private static Phi halving(Clip clip) throws IOException {
        double[] cosines = Grounding.of(clip, entries(), clip::tokens, options(Phi.COSINE, PseudoTags.PIXEL)).stream()
                .flatMapToDouble(grounding -> Arrays.stream(TagScorer.IMAGE.scores(grounding)))
                .sorted()
                .toArray();
        return Phi.sigmoid(20, -20 * (cosines[cosines.length / 2] + cosines[cosines.length / 2 - 1]) / 2);
    }

    @Test
    void tagsByImageAreThoseOfTheImageScorer() throws IOException {
        List<Boolean> all = new ArrayList<>();
        for (Grounding grounding : groundings(PseudoTags.IMAGE)) {
            List<TagScore> scores = TagScorer.IMAGE.score(grounding, TagScorer.IMAGE.usualSelection());
            for (int t = 0; t < scores.size(); t++) {
                assertThat(grounding.selected()[t])
                        .as(scores.get(t).toString())
                        .isEqualTo(scores.get(t).selected());
                all.add(grounding.selected()[t]);
            }
        }
        assertThat(all).contains(true, false);
    }

    @Test
    void listedWordsAreTagsWhateverThePictureShows() throws IOException {
        String word = entries().get(1).tags().get(0).word();
        for (Grounding grounding : groundings(new PseudoTags.Listed(Set.of(word, "zebra")))) {
            for (int t = 0; t < grounding.tags().size(); t++) {
                assertThat(grounding.selected()[t])
                        .isEqualTo(grounding.tags().get(t).word().equals(word));
            }
        }
    }

    @Test
    void unlessToldOtherwiseTheLargestGapSelects() throws IOException {
        for (Grounding grounding : groundings(PseudoTags.PIXEL)) {
            List<TagScore> scores = TagScorer.PIXEL.score(grounding, TagSelection.largestGap());
            for (int t = 0; t < scores.size(); t++) {
                assertThat(grounding.selected()[t]).isEqualTo(scores.get(t).selected());
            }
        }
        assertThat(TtdOptions.paper().pseudoTags()).isEqualTo(PseudoTags.PIXEL);
    }
}
