package org.ttdengine.trainer.ttd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.vit.image.Normalization;
import org.ttdengine.vit.image.PreparedImage;
import org.ttdengine.vit.image.RgbImage;

class WholePictureTest {
    private static RgbImage picture(int width, int height) {
        return new RgbImage(width, height, new byte[3 * width * height]);
    }

    @ParameterizedTest
    @CsvSource({
        "640, 480, 448, 16, 592, 448", // 597.3 pixels are 37.3 patches
        "480, 640, 448, 16, 448, 592",
        "1, 1, 448, 16, 448, 448",
        "448, 448, 448, 16, 448, 448",
        "100, 90, 20, 8, 24, 24", // 22.2 and 20 pixels are 2.8 and 2.5 patches
        "50, 50, 3, 16, 16, 16"
    })
    void theShortSideIsScaledAndBothAreRoundedToPatches(
            int width, int height, int shortSide, int patch, int seenWidth, int seenHeight) {
        assertThat(WholePicture.of(picture(width, height), shortSide, patch))
                .isEqualTo(new WholePicture(seenWidth, seenHeight, false));
    }

    @ParameterizedTest
    @CsvSource({"12000, 50, 16, 4096, 16", "50, 12000, 16, 16, 4096", "60000, 1, 14, 4088, 14"})
    void aPictureTooLongIsScaledByItsLongSide(int width, int height, int patch, int seenWidth, int seenHeight) {
        assertThat(WholePicture.of(picture(width, height), 448, patch))
                .isEqualTo(new WholePicture(seenWidth, seenHeight, true));
    }

    @Test
    void nothingIsCroppedOrPadded() {
        PreparedImage prepared = WholePicture.of(picture(30, 20), 16, 8).prepare(picture(30, 20), Normalization.CLIP);
        assertThat(prepared.width()).isEqualTo(24);
        assertThat(prepared.height()).isEqualTo(16);
        assertThat(prepared.valid()).isEqualTo(new PreparedImage.Region(0, 0, 24, 16));
    }
}
