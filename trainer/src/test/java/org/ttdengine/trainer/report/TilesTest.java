package org.ttdengine.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.ttdengine.trainer.eval.Mask;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.vit.image.RgbImage;

class TilesTest {
    private static final Grounding.Grid ONE_ROW = new Grounding.Grid(1, 2, null);

    private static BufferedImage decoded(byte[] png) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(png));
    }

    private static int rgb(BufferedImage image, int x, int y) {
        return image.getRGB(x, y) & 0xffffff;
    }

    private static Mask leftHalf(int width, int height) {
        boolean[] pixels = new boolean[width * height];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i % width < width / 2;
        }
        return new Mask(width, height, pixels);
    }

    @Test
    void largePicturesShrinkAndSmallOnesStay() {
        Tiles large = Tiles.of(new RgbImage(448, 224, new byte[3 * 448 * 224]));
        assertThat(large.picture().width() + "x" + large.picture().height()).isEqualTo("112x56");
        Tiles small = Tiles.of(new RgbImage(30, 20, new byte[1800]));
        assertThat(small.picture().width() + "x" + small.picture().height()).isEqualTo("30x20");
        Tiles thin = Tiles.of(new RgbImage(1000, 1, new byte[3000]));
        assertThat(thin.picture().width() + "x" + thin.picture().height()).isEqualTo("112x1");
    }

    @Test
    void heatRunsFromBlackToPaleYellowAndTheTruthHasAnOutline() throws IOException {
        Tiles tiles = Tiles.of(new RgbImage(8, 4, new byte[96]));
        BufferedImage heat = decoded(tiles.heat(new float[] {0, 1}, ONE_ROW, leftHalf(16, 8)));
        assertThat(rgb(heat, 0, 0)).isEqualTo(0x000004);
        assertThat(rgb(heat, 7, 3)).isEqualTo(0xfcffa4);
        for (int y = 0; y < 4; y++) {
            assertThat(rgb(heat, 3, y)).isEqualTo(0x40f0ff);
            assertThat(rgb(heat, 2, y)).isNotEqualTo(0x40f0ff);
            assertThat(rgb(heat, 4, y)).isNotEqualTo(0x40f0ff);
        }
    }

    @Test
    void allButTheMaskedPartIsDim() throws IOException {
        byte[] rgb = new byte[96];
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = (byte) 240;
        }
        BufferedImage lit = decoded(Tiles.of(new RgbImage(8, 4, rgb)).spotlight(leftHalf(8, 4)));
        assertThat(rgb(lit, 0, 0)).isEqualTo(0xf00000);
        assertThat(rgb(lit, 7, 0)).isEqualTo(0x141414);
    }

    @Test
    void featuresKeepTheirPlaceAndColour() throws IOException {
        float[] features = {0, 0, 0, 1, 2, 0};
        PrincipalColours plain = new PrincipalColours(
                new double[3], new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, new double[3], new double[] {1, 4, 3});
        BufferedImage colours =
                decoded(Tiles.of(new RgbImage(8, 4, new byte[96])).colours(plain, features, ONE_ROW));
        assertThat(rgb(colours, 0, 0)).isZero();
        assertThat(rgb(colours, 7, 3)).isEqualTo(0xff8000);
    }
}
