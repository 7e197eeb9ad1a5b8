package org.ttdengine.trainer.data.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ttdengine.trainer.data.Batch;
import org.ttdengine.trainer.data.BatchLoader;
import org.ttdengine.trainer.data.BatchPlan;
import org.ttdengine.trainer.data.DataCursor;
import org.ttdengine.trainer.data.ImageDecoder;
import org.ttdengine.trainer.data.Pair;
import org.ttdengine.vit.image.PreparedImage;
import org.ttdengine.vit.image.RgbImage;

class DemoPairsTest {
    private static final ImageDecoder NO_DECODER = (bytes, name) -> {
        throw new AssertionError("made-up scenes need no decoder");
    };

    @Test
    void aSeedGivesTheSamePairsAndAnotherSeedOthers() throws IOException {
        try (DemoPairs pairs = new DemoPairs(100, 1, 24);
                DemoPairs same = new DemoPairs(1000, 1, 24);
                DemoPairs other = new DemoPairs(100, 2, 24)) {
            for (long i = 0; i < 100; i += 13) {
                Pair pair = pairs.get(i);
                RgbImage image = pair.image().load(NO_DECODER);
                assertThat(image.width()).isEqualTo(24);
                assertThat(image.rgb())
                        .isEqualTo(same.get(i).image().load(NO_DECODER).rgb());
                assertThat(pair.caption()).isEqualTo(same.get(i).caption());
                assertThat(image.rgb())
                        .isNotEqualTo(other.get(i).image().load(NO_DECODER).rgb());
            }
        }
    }

    @Test
    void captionsAreSentencesLabelsAndSayings() throws IOException {
        int labels = 0;
        int sayings = 0;
        try (DemoPairs pairs = new DemoPairs(1500, 3, 8)) {
            for (long i = 0; i < pairs.size(); i++) {
                String caption = pairs.get(i).caption();
                List<String> words = Arrays.asList(caption.split(" "));
                if (!caption.equals(pairs.scene(i).caption())) {
                    boolean label = pairs.scene(i).tags().containsAll(words);
                    labels += label ? 1 : 0;
                    sayings += label ? 0 : 1;
                    assertThat(words.size()).isLessThanOrEqualTo(label ? 2 : 11);
                    if (!label) {
                        assertThat(pairs.scene(i).tags()).doesNotContainAnyElementsOf(words);
                    }
                }
            }
        }
        assertThat(labels).isBetween(260, 400);
        assertThat(sayings).isBetween(75, 165);
    }

    @Test
    void batchesOfScenesAreTheSameWithOneWorkerAndThree() throws IOException {
        List<List<String>> runs = new ArrayList<>();
        for (int workers : new int[] {1, 3}) {
            List<String> samples = new ArrayList<>();
            try (DemoPairs pairs = new DemoPairs(20, 1, 16);
                    BatchLoader loader = BatchLoader.start(
                            pairs,
                            DataCursor.of(20, 4, true),
                            NO_DECODER,
                            DemoPairsTest::firstPixel,
                            new BatchPlan(6, workers, 5, 0, 20),
                            (name, reason) -> samples.add("skipped " + name))) {
                for (Batch batch = loader.next().orElse(null);
                        batch != null;
                        batch = loader.next().orElse(null)) {
                    batch.samples()
                            .forEach(s -> samples.add(s.name()
                                    + s.caption()
                                    + Arrays.toString(s.image().pixels())));
                }
            }
            runs.add(samples);
        }
        assertThat(runs.get(0)).hasSize(20).isEqualTo(runs.get(1));
    }

    private static PreparedImage firstPixel(RgbImage image, long seed) {
        float[] pixels = {image.rgb()[0], image.rgb()[1], seed};
        return new PreparedImage(1, 1, pixels, new PreparedImage.Region(0, 0, 1, 1));
    }

    @Test
    void indicesAndSizesThatAreNoneAreRefused() {
        assertThatThrownBy(() -> new DemoPairs(0, 1, 8)).isInstanceOf(IllegalArgumentException.class);
        try (DemoPairs pairs = new DemoPairs(3, 1, 8)) {
            assertThatThrownBy(() -> pairs.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }
}
