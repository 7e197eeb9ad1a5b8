package org.ttdengine.vit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class LabelImageTest {
    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }

    @Test
    void labelsOfAPaletteFileAreItsIndicesWhateverTheColours() throws IOException {
        byte[] indices = {0, 1, 2, 2, 1, 0};
        LabelImage image =
                LabelImage.decode(PngWriter.encodeIndexed(3, 2, indices, new int[] {0xffffff, 0xffffff, 0}), "mask");
        assertThat(image.width()).isEqualTo(3);
        assertThat(image.height()).isEqualTo(2);
        assertThat(image.labels()).isEqualTo(indices);
        assertThat(image.at(2, 0)).isEqualTo(2);
    }

    @Test
    void labelsOfAGreyFileAreItsSamples() throws IOException {
        BufferedImage grey = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSample(1, 0, 0, 200);
        LabelImage image = LabelImage.decode(png(grey), "mask");
        assertThat(image.at(0, 0)).isZero();
        assertThat(image.at(1, 0)).isEqualTo(200);
    }

    @Test
    void labelsOfAOneBitFileAreZeroAndOne() throws IOException {
        BufferedImage bits = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
        bits.getRaster().setSample(0, 0, 0, 1);
        LabelImage image = LabelImage.decode(png(bits), "mask");
        assertThat(image.labels()).containsExactly(1, 0);
    }

    @Test
    void coloursAndWideSamplesAreNoLabels() throws IOException {
        byte[] colours = png(new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB));
        assertThatThrownBy(() -> LabelImage.decode(colours, "mask.png"))
                .isInstanceOf(ImageException.class)
                .hasMessage("mask.png: cannot be read as a label image: it has 3 channels of 8 bits,"
                        + " a label image one of at most 8");
        byte[] wide = png(new BufferedImage(2, 2, BufferedImage.TYPE_USHORT_GRAY));
        assertThatThrownBy(() -> LabelImage.decode(wide, "mask.png"))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("1 channels of 16 bits");
    }

    @Test
    void otherFilesAndTruncatedOnesAreNamed() throws IOException {
        byte[] text = "no picture".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> LabelImage.decode(text, "mask.png"))
                .isInstanceOf(ImageException.class)
                .hasMessage("mask.png: not a PNG file, as label images must be");
        byte[] whole = png(new BufferedImage(20, 20, BufferedImage.TYPE_BYTE_GRAY));
        byte[] half = Arrays.copyOf(whole, whole.length / 2);
        assertThatThrownBy(() -> LabelImage.decode(half, "mask.png"))
                .isInstanceOf(ImageException.class)
                .hasMessageStartingWith("mask.png: cannot be read as a label image: it is truncated");
    }
}
