package org.ttdengine.vit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PngWriterTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 9", "9, 1", "57, 31", "300, 200"})
    void anRgbFileReadsBackAsItWas(int width, int height) throws IOException {
        RgbImage image = faintNoise(width, height);

        PngWriter.write(folder.resolve("picture.png"), image);

        RgbImage read = Images.read(folder.resolve("picture.png"));
        assertThat(read.width()).isEqualTo(width);
        assertThat(read.height()).isEqualTo(height);
        assertThat(read.rgb()).isEqualTo(image.rgb());
    }

    @Test
    void aPaletteFileKeepsIndicesAndColours() throws IOException {
        byte[] indices = {0, 1, 2, 2, 1, 0};
        int[] palette = {0x000000, 0x800080, 0xff7f01};

        byte[] png = PngWriter.encodeIndexed(3, 2, indices, palette);

        BufferedImage read = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(read.getColorModel()).isInstanceOf(IndexColorModel.class);
        assertThat(read.getRaster().getSamples(0, 0, 3, 2, 0, (int[]) null)).containsExactly(0, 1, 2, 2, 1, 0);
        assertThat(read.getRGB(1, 0)).isEqualTo(0xff800080);
        assertThat(read.getRGB(2, 0)).isEqualTo(0xffff7f01);
    }

    @Test
    void anOlderFileIsReplacedAndNothingElseIsLeft() throws IOException {
        Path file = folder.resolve("mask.png");
        Files.writeString(file, "old");

        PngWriter.writeIndexed(file, 1, 1, new byte[] {0}, new int[] {0x123456});

        assertThat(Images.read(file).rgb()).containsExactly(0x12, 0x34, 0x56);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aFolderThatIsNotThereIsNamedInOneLine() {
        Path file = folder.resolve("missing").resolve("a.png");

        assertThatThrownBy(() -> PngWriter.write(file, TestData.pattern(1, 1)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ": cannot be written")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void indicesOutsideThePaletteAreRefused() {
        assertThatThrownBy(() -> PngWriter.encodeIndexed(2, 1, new byte[] {0, (byte) 200}, new int[] {0, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("index 200 lies outside the palette of 2 colours");
        assertThatThrownBy(() -> PngWriter.encodeIndexed(2, 2, new byte[3], new int[] {0}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("3 indices do not fill 2x2");
    }

    /** Neighbours that differ by little or nothing, so that every branch and tie of the predictor occurs. */
    private static RgbImage faintNoise(int width, int height) {
        Random random = new Random(7);
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (random.nextInt(9) - 4);
        }
        return new RgbImage(width, height, rgb);
    }
}
