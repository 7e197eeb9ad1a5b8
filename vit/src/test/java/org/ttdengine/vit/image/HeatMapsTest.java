package org.ttdengine.vit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HeatMapsTest {
    @Test
    void theScaleGrowsSteadilyLighter() {
        double previous = -1;
        for (int step = 0; step <= 100; step++) {
            double lightness = lightness(HeatMaps.inferno(step / 100f));
            assertThat(lightness - previous).as("step %d", step).isBetween(0.2, 2.0);
            previous = lightness;
        }
    }

    @Test
    void scoresOutsideTheRangeTakeTheEndColours() {
        assertThat(HeatMaps.inferno(0)).isEqualTo(0x000004);
        assertThat(HeatMaps.inferno(1)).isEqualTo(0xfcffa4);
        assertThat(HeatMaps.inferno(-3)).isEqualTo(HeatMaps.inferno(0));
        assertThat(HeatMaps.inferno(Float.NaN)).isEqualTo(HeatMaps.inferno(0));
        assertThat(HeatMaps.inferno(7)).isEqualTo(HeatMaps.inferno(1));
    }

    @Test
    void aMapIsStretchedBilinearly() {
        RgbImage picture = HeatMaps.render(new float[] {0, 1}, 1, 2, 4, 1);

        assertThat(color(picture, 0)).isEqualTo(HeatMaps.inferno(0));
        assertThat(color(picture, 1)).isEqualTo(HeatMaps.inferno(0.25f));
        assertThat(color(picture, 2)).isEqualTo(HeatMaps.inferno(0.75f));
        assertThat(color(picture, 3)).isEqualTo(HeatMaps.inferno(1));
    }

    @Test
    void opacityMixesPictureAndMap() {
        RgbImage image = TestData.pattern(6, 4);
        float[] map = {0.1f, 0.9f, 0.4f, 0.6f};

        RgbImage heat = HeatMaps.render(map, 2, 2, 6, 4);
        assertThat(HeatMaps.overlay(image, map, 2, 2, 0).rgb()).isEqualTo(image.rgb());
        assertThat(HeatMaps.overlay(image, map, 2, 2, 1).rgb()).isEqualTo(heat.rgb());
        byte[] half = HeatMaps.overlay(image, map, 2, 2, 0.5).rgb();
        for (int i = 0; i < half.length; i++) {
            int sum = (image.rgb()[i] & 0xff) + (heat.rgb()[i] & 0xff);
            assertThat(half[i] & 0xff).isEqualTo((sum + 1) / 2);
        }
    }

    @Test
    void anOpacityOutsideTheRangeIsRefused() {
        assertThatThrownBy(() -> HeatMaps.overlay(TestData.pattern(1, 1), new float[1], 1, 1, 1.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("opacity must lie in 0..1, not 1.5");
    }

    private static int color(RgbImage image, int pixel) {
        byte[] rgb = image.rgb();
        return (rgb[3 * pixel] & 0xff) << 16 | (rgb[3 * pixel + 1] & 0xff) << 8 | (rgb[3 * pixel + 2] & 0xff);
    }

    /** CIE L* of an sRGB colour. */
    private static double lightness(int color) {
        double y = 0.2126 * linear(color >> 16) + 0.7152 * linear(color >> 8) + 0.0722 * linear(color);
        return y > 216.0 / 24389 ? 116 * Math.cbrt(y) - 16 : y * 24389 / 27;
    }

    private static double linear(int sample) {
        double v = (sample & 0xff) / 255.0;
        return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
    }
}
