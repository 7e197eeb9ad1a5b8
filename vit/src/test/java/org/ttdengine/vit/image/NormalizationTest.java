package org.ttdengine.vit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.ttdengine.vit.image.Normalization.Channels;

class NormalizationTest {
    @Test
    void aSampleIsScaledShiftedAndDivided() {
        assertThat(Normalization.IMAGENET.table(0)[0]).isCloseTo(-0.485f / 0.229f, within(1e-6f));
        assertThat(Normalization.IMAGENET.table(2)[255]).isCloseTo((1 - 0.406f) / 0.225f, within(1e-6f));
        assertThat(Normalization.CLIP.table(1)[51]).isCloseTo((float) ((0.2 - 0.4578275) / 0.26130258), within(1e-6f));
    }

    @Test
    void aDeviationOfZeroIsRefused() {
        assertThatThrownBy(() -> new Normalization(new Channels(0, 0, 0), new Channels(1, 0, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a standard deviation must be positive");
    }
}
