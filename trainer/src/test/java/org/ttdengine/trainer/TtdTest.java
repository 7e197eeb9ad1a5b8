package org.ttdengine.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ttdengine.engine.Device;
import org.ttdengine.lora.Lora;
import org.ttdengine.lora.LoraConfig;
import org.ttdengine.trainer.data.PairSource;
import org.ttdengine.trainer.train.TrainOptions;
import org.ttdengine.trainer.ttd.TagScore;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.image.RgbImage;

/** TTD as a library, on the demo's model. */
class TtdTest {
    private static final int SIDE = DemoModel.IMAGE_SIZE;

    private final Device device = Device.cpu(2);
    private Clip clip;

    @TempDir
    private Path folder;

    @BeforeEach
    void open() throws IOException {
        clip = Clip.of(DemoModel.state(), DemoModel.tokenizer(), device);
    }

    @AfterEach
    void close() {
        clip.close();
        device.close();
    }

    @Test
    void aRunLearnsAdaptersThatCanBeLoadedAgain() throws IOException {
        List<Long> steps = new ArrayList<>();
        Path adapter = train(2, steps);
        assertThat(steps).containsExactly(1L, 2L);
        assertThat(Files.readAllLines(folder.resolve("run/log.jsonl"))).hasSize(2);
        try (Lora lora = Lora.load(clip, adapter, false)) {
            assertThat(lora.size()).isPositive();
        }
    }

    @Test
    void aRunInTheSameFolderGoesOnWhereItStopped() throws IOException {
        train(2, new ArrayList<>());
        List<Long> more = new ArrayList<>();
        train(3, more);
        assertThat(more).containsExactly(3L);
    }

    @Test
    void everyWordOfATextIsScoredAndAtLeastOneOfSeveralRejected() throws IOException {
        RgbImage picture = DemoModel.pairs(1, 3).scene(0).render(SIDE);
        List<TagScore> tags = Ttd.tags(clip, picture, "a red ball on the grass", SIDE);
        assertThat(tags).extracting(t -> t.tag().word()).containsExactly("a", "red", "ball", "on", "the", "grass");
        assertThat(tags.stream().filter(TagScore::selected).count()).isBetween(1L, 5L);
    }

    @Test
    void aTextWithoutWordsIsRefused() {
        RgbImage picture = new RgbImage(8, 8, new byte[192]);
        assertThatThrownBy(() -> Ttd.tags(clip, picture, " ... ", SIDE)).hasMessageContaining("no word");
    }

    private Path train(long steps, List<Long> seen) throws IOException {
        try (PairSource pairs = DemoModel.pairs(64, 1)) {
            return Ttd.trainer(clip)
                    .pairs(pairs)
                    .lora(LoraConfig.paper())
                    .options(TrainOptions.paper(SIDE).with(steps, 4))
                    .listener(report -> seen.add(report.step()))
                    .run(folder.resolve("run"));
        }
    }
}
