package org.ttdengine.trainer.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.engine.Device;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipCheckpoint;

class ContrastiveLearnerTest {
    private static final Path MODEL = Path.of("src/test/resources/golden/pretrain");

    /** The factor of cosines is 100 at most, whose log is 4.605. */
    @ParameterizedTest
    @CsvSource({"5, 4.6051702", "4.7, 4.6051702", "4.6, 4.6", "-1, -1"})
    void anUpdateLeavesTheTemperatureAtOneHundredthAtLeast(float after, float kept) throws IOException {
        try (Device device = Device.cpu(1);
                Clip clip = Clip.trainable(ClipCheckpoint.read(MODEL), null, device)) {
            clip.logScale().value().set(new float[] {after});
            new ContrastiveLearner(clip, null, null, MODEL).updated();
            assertThat(clip.logScale().value().toFloats()).containsExactly(kept);
        }
    }
}
