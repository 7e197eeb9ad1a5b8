package org.ttdengine.vit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.vit.image.PillowResize.Filter;
import org.ttdengine.vit.image.PillowResize.Window;

class PillowResizeTest {
    @ParameterizedTest
    @CsvSource({
        "BICUBIC, bicubic_down, 19, 13",
        "BILINEAR, bilinear_down, 19, 13",
        "BICUBIC, bicubic_up, 45, 33",
        "BILINEAR, bilinear_up, 45, 33"
    })
    void theGoldenPicturesAreReproducedBitForBit(Filter filter, String name, int width, int height) throws IOException {
        RgbImage image = new RgbImage(30, 20, TestData.goldenBytes("pil.in_u8_hwc"));

        RgbImage resized = PillowResize.resize(image, width, height, filter);

        assertThat(resized.rgb()).isEqualTo(TestData.goldenBytes("pil." + name + "_" + width + "x" + height));
    }

    @Test
    void everySizeInPillowsTableIsReproducedBitForBit() throws IOException {
        var rows = TestData.table("resize_hashes.tsv");

        assertThat(rows).hasSize(80).allSatisfy(row -> {
            RgbImage image = TestData.pattern(Integer.parseInt(row[1]), Integer.parseInt(row[2]));
            RgbImage resized = PillowResize.resize(
                    image, Integer.parseInt(row[3]), Integer.parseInt(row[4]), Filter.valueOf(row[0]));
            assertThat(TestData.crc32(resized.rgb()))
                    .as(String.join(" ", Arrays.copyOf(row, 5)))
                    .isEqualTo(row[5]);
        });
    }

    @ParameterizedTest
    @CsvSource({"90, 70, 0, 0, 90, 70", "90, 70, 13, 41, 20, 9", "17, 11, 16, 10, 1, 1", "40, 200, 7, 180, 30, 20"})
    void aWindowIsAPartOfTheWholeResizedPicture(
            int fullWidth, int fullHeight, int left, int top, int width, int height) {
        RgbImage image = TestData.pattern(40, 30);
        byte[] whole = PillowResize.resize(image, fullWidth, fullHeight, Filter.BICUBIC)
                .rgb();

        RgbImage part =
                PillowResize.window(image, new Window(fullWidth, fullHeight, left, top, width, height), Filter.BICUBIC);

        for (int y = 0; y < height; y++) {
            int from = 3 * ((top + y) * fullWidth + left);
            assertThat(Arrays.copyOfRange(part.rgb(), 3 * width * y, 3 * width * (y + 1)))
                    .isEqualTo(Arrays.copyOfRange(whole, from, from + 3 * width));
        }
    }

    @Test
    void sizesThatCannotBeArePolitelyRefused() {
        RgbImage image = TestData.pattern(4, 4);

        assertThatThrownBy(() -> PillowResize.resize(image, 0, 5, Filter.BICUBIC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cannot resize a picture to 0x5");
        assertThatThrownBy(() -> PillowResize.resize(image, 40_000, 40_000, Filter.BICUBIC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cannot resize a picture to 40000x40000");
    }
}
