package org.ttdengine.vit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.vit.image.Augmentations.ResizeSide;

class AugmentationsTest {
    @Test
    void everyCaseMadeWithPillowAndASeparateGeneratorIsReproducedBitForBit() throws IOException {
        var rows = TestData.table("augmentation_hashes.tsv");

        assertThat(rows).hasSize(66).allSatisfy(row -> {
            int size = Integer.parseInt(row[1]);
            Normalization normalization = row[5].equals("CLIP") ? Normalization.CLIP : Normalization.IMAGENET;
            Augmentation augmentation =
                    switch (row[0]) {
                        case "CENTER" -> Augmentations.centerCrop(size, normalization);
                        case "SQUASH" -> Augmentations.squash(size, normalization);
                        default -> Augmentations.paper(size, normalization, ResizeSide.valueOf(row[0]));
                    };
            RgbImage image = TestData.pattern(Integer.parseInt(row[2]), Integer.parseInt(row[3]));

            PreparedImage prepared = augmentation.apply(image, Long.parseLong(row[4]));

            PreparedImage.Region valid = prepared.valid();
            assertThat(valid.x() + "," + valid.y() + "," + valid.width() + "," + valid.height())
                    .as(String.join(" ", row))
                    .isEqualTo(row[6]);
            assertThat(TestData.crc32(littleEndian(prepared.pixels())))
                    .as(String.join(" ", row))
                    .isEqualTo(row[7]);
        });
    }

    @Test
    void thePaddingIsZeroAndThePictureIsNot() {
        RgbImage white = new RgbImage(30, 10, filled(30 * 10));

        PreparedImage prepared = Augmentations.paper(28, Normalization.IMAGENET).apply(white, 5);

        PreparedImage.Region valid = prepared.valid();
        assertThat(valid.height()).isBetween(7, 13);
        for (int i = 0; i < prepared.pixels().length; i++) {
            int x = i % 28;
            int y = i / 28 % 28;
            boolean inside =
                    x >= valid.x() && x < valid.x() + valid.width() && y >= valid.y() && y < valid.y() + valid.height();
            assertThat(prepared.pixels()[i] != 0).isEqualTo(inside);
        }
    }

    @Test
    void theRandomSideReachesBothBoundsAndEverySizeBetween() {
        Augmentation augmentation = Augmentations.paper(28, Normalization.IMAGENET);
        RgbImage image = new RgbImage(40, 20, filled(40 * 20));

        TreeSet<Integer> heights = new TreeSet<>();
        for (long seed = 0; seed < 400; seed++) {
            heights.add(augmentation.apply(image, seed).valid().height());
        }

        assertThat(heights).containsExactly(10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20);
    }

    @Test
    void thePlaceOfASmallPictureIsRandomAndInside() {
        Augmentation augmentation = Augmentations.paper(28, Normalization.IMAGENET);
        RgbImage image = new RgbImage(40, 20, filled(40 * 20));

        TreeSet<Integer> tops = new TreeSet<>();
        for (long seed = 0; seed < 400; seed++) {
            PreparedImage.Region valid = augmentation.apply(image, seed).valid();
            tops.add(valid.y());
            assertThat(valid.y() + valid.height()).isLessThanOrEqualTo(28);
        }

        assertThat(tops).hasSizeGreaterThan(15).first().isEqualTo(0);
    }

    @Test
    void anImageOfExactlyTheSizeIsUntouchedByTheCentreCrop() {
        RgbImage image = TestData.pattern(16, 16);

        float[] pixels =
                Augmentations.centerCrop(16, Normalization.CLIP).apply(image, 0).pixels();

        for (int c = 0; c < 3; c++) {
            float[] table = Normalization.CLIP.table(c);
            for (int p = 0; p < 256; p++) {
                assertThat(pixels[256 * c + p]).isEqualTo(table[image.rgb()[3 * p + c] & 0xff]);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "12000, 50", "50, 12000", "1, 65535", "65535, 1"})
    void extremeShapesWorkInEveryWay(int width, int height) {
        RgbImage image = new RgbImage(width, height, filled(width * height));

        for (ResizeSide side : ResizeSide.values()) {
            PreparedImage.Region valid = Augmentations.paper(448, Normalization.IMAGENET, side)
                    .apply(image, 1)
                    .valid();
            assertThat(valid.width()).isBetween(1, 448);
            assertThat(valid.height()).isBetween(1, 448);
        }
        assertAllWhite(Augmentations.centerCrop(224, Normalization.CLIP).apply(image, 0));
        assertAllWhite(Augmentations.squash(224, Normalization.CLIP).apply(image, 0));
    }

    @Test
    void stretchingShowsTheWholePictureAtTheGivenSize() {
        RgbImage image = TestData.pattern(5, 9);

        PreparedImage prepared =
                Augmentations.stretch(7, 4, Normalization.IMAGENET).apply(image, 0);

        assertThat(prepared.width()).isEqualTo(7);
        assertThat(prepared.height()).isEqualTo(4);
        assertThat(prepared.valid()).isEqualTo(new PreparedImage.Region(0, 0, 7, 4));
        byte[] resized =
                PillowResize.resize(image, 7, 4, PillowResize.Filter.BICUBIC).rgb();
        for (int i = 0; i < 28; i++) {
            for (int c = 0; c < 3; c++) {
                assertThat(prepared.pixels()[c * 28 + i])
                        .isEqualTo(Normalization.IMAGENET.table(c)[resized[3 * i + c] & 0xff]);
            }
        }
    }

    @Test
    void anImpossibleSizeIsRefused() {
        assertThatThrownBy(() -> Augmentations.squash(0, Normalization.CLIP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("image size must be between 1 and 16384, not 0");
    }

    private static void assertAllWhite(PreparedImage prepared) {
        assertThat(prepared.valid()).isEqualTo(new PreparedImage.Region(0, 0, prepared.width(), prepared.height()));
        int plane = prepared.width() * prepared.height();
        for (int c = 0; c < 3; c++) {
            assertThat(Arrays.copyOfRange(prepared.pixels(), c * plane, (c + 1) * plane))
                    .containsOnly(Normalization.CLIP.table(c)[255]);
        }
    }

    private static byte[] filled(int pixels) {
        byte[] rgb = new byte[3 * pixels];
        Arrays.fill(rgb, (byte) 255);
        return rgb;
    }

    private static byte[] littleEndian(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }
}
