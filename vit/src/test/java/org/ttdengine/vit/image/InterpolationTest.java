package org.ttdengine.vit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Golden tensors: [1, 2, 5, 7] to [1, 2, 9, 4], by torch. */
class InterpolationTest {
    private static final float TOLERANCE = 1e-5f;

    @Test
    void bilinearFollowsTorch() throws IOException {
        float[] source = TestData.goldenFloats("interp.in");

        assertClose(
                Interpolation.bilinear(source, 2, 5, 7, 9, 4, false),
                TestData.goldenFloats("interp.bilinear_9x4_alignFalse"));
        assertClose(
                Interpolation.bilinear(source, 2, 5, 7, 9, 4, true),
                TestData.goldenFloats("interp.bilinear_9x4_alignTrue"));
    }

    @Test
    void bicubicFollowsTorch() throws IOException {
        assertClose(
                Interpolation.bicubic(TestData.goldenFloats("interp.in"), 2, 5, 7, 9, 4),
                TestData.goldenFloats("interp.bicubic_9x4_alignFalse"));
    }

    @Test
    void nearestFollowsTorch() throws IOException {
        assertThat(Interpolation.nearest(TestData.goldenFloats("interp.in"), 2, 5, 7, 9, 4))
                .isEqualTo(TestData.goldenFloats("interp.nearest_9x4"));
    }

    @Test
    void channelsLastGivesTheSameNumbersInAnotherOrder() throws IOException {
        float[] source = channelsLast(TestData.goldenFloats("interp.in"), 2, 5 * 7);

        assertClose(
                Interpolation.bicubicChannelsLast(source, 5, 7, 2, 9, 4),
                channelsLast(TestData.goldenFloats("interp.bicubic_9x4_alignFalse"), 2, 9 * 4));
    }

    @Test
    void theSameSizeGivesTheSameMap() {
        float[] map = {1, 2, 3, 4, 5, 6};

        assertThat(Interpolation.bilinear(map, 1, 2, 3, 2, 3, false)).isEqualTo(map);
        assertThat(Interpolation.bilinear(map, 1, 2, 3, 2, 3, true)).isEqualTo(map);
        assertThat(Interpolation.bicubic(map, 1, 2, 3, 2, 3)).isEqualTo(map);
        assertThat(Interpolation.nearest(map, 1, 2, 3, 2, 3)).isEqualTo(map);
    }

    @Test
    void aSinglePixelFillsTheMap() {
        assertThat(Interpolation.bilinear(new float[] {3}, 1, 1, 1, 2, 3, true)).containsOnly(3);
        assertClose(Interpolation.bicubic(new float[] {3}, 1, 1, 1, 2, 3), new float[] {3, 3, 3, 3, 3, 3});
        assertThat(Interpolation.bilinear(new float[] {3, 9}, 1, 1, 2, 1, 1, true))
                .containsExactly(3);
    }

    @Test
    void aMapThatIsNotAsLongAsItsShapeIsRefused() {
        assertThatThrownBy(() -> Interpolation.bilinear(new float[5], 1, 2, 3, 4, 4, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5 values, not 1*2*3");
        assertThatThrownBy(() -> Interpolation.nearest(new float[6], 1, 2, 3, 0, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("to 0x4");
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("element %d", i).isCloseTo(expected[i], within(TOLERANCE));
        }
    }

    private static float[] channelsLast(float[] source, int channels, int pixels) {
        float[] turned = new float[source.length];
        for (int c = 0; c < channels; c++) {
            for (int p = 0; p < pixels; p++) {
                turned[p * channels + c] = source[c * pixels + p];
            }
        }
        return turned;
    }
}
