package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ttdengine.engine.DType.F32;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.cuda.CudaImages.Axis;
import org.ttdengine.engine.backend.cuda.CudaRows.PixelScale;
import org.ttdengine.engine.backend.cuda.Twins.Twin;
import org.ttdengine.engine.io.TensorFile;
import org.ttdengine.engine.io.TensorFiles;
import org.ttdengine.engine.testing.SharedFiles;

/** The image kernels against torch's and Pillow's results, and against their formulas. */
class CudaImagesTest {
    @RegisterExtension
    static final RunsEvery KERNELS = RunsEvery.ofModules("image");

    /** Leaves v/255. */
    private static final PixelScale BYTES = new PixelScale(new float[3], new float[] {1, 1, 1});

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void upsampledMapsAreTorchs(boolean alignCorners) throws IOException {
        String name = "interp.bilinear_9x4_align" + (alignCorners ? "True" : "False");
        try (TensorFile golden = golden();
                Twins twins = new Twins(1)) {
            Tensor maps = twins.empty("maps", F32, 2, 5, 7).gpu().set(golden.readFloats("interp.in"));
            Tensor out = twins.empty("out", F32, 2, 9, 4).gpu();
            new CudaImages(twins.context()).upsample(maps, alignCorners, out);
            assertThat(out.toFloats()).containsExactly(golden.readFloats(name), within(1e-6f));
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1,1,5,3", "3,4,6,32,48", "2,1,9,1,1", "1,7,7,300,5"})
    void upsampledMapsFollowTheFormula(int count, int h, int w, int height, int width) {
        for (boolean alignCorners : new boolean[] {false, true}) {
            try (Twins twins = new Twins(2)) {
                Twin maps = twins.gaussian("maps", F32, count, h, w);
                Twin out = twins.empty("out", F32, count, height, width);
                new CudaImages(twins.context()).upsample(maps.gpu(), alignCorners, out.gpu());
                double[] from = maps.expected().toDoubles();
                double[] expected = new double[out.gpu().size()];
                for (int i = 0; i < expected.length; i++) {
                    double y = position(i / width % height, h, height, alignCorners);
                    double x = position(i % width, w, width, alignCorners);
                    int map = i / width / height * h * w;
                    int top = (int) y;
                    int bottom = Math.min(top + 1, h - 1);
                    int left = (int) x;
                    int right = Math.min(left + 1, w - 1);
                    double upper =
                            from[map + top * w + left] * (1 - x + left) + from[map + top * w + right] * (x - left);
                    double lower = from[map + bottom * w + left] * (1 - x + left)
                            + from[map + bottom * w + right] * (x - left);
                    expected[i] = upper * (1 - y + top) + lower * (y - top);
                }
                out.expected().set(expected);
                assertThat(out.gpu().toDoubles()).containsExactly(expected, within(1e-4));
            }
        }
    }

    private static double position(int i, int in, int out, boolean alignCorners) {
        if (alignCorners) {
            return out > 1 ? (double) i * (in - 1) / (out - 1) : 0;
        }
        return Math.min(Math.max((i + 0.5) * in / out - 0.5, 0), in - 1);
    }

    @ParameterizedTest
    @CsvSource({"down,19,13,0,0,19,13", "up,45,33,0,0,45,33", "up,45,33,7,5,20,27", "down,19,13,18,0,1,1"})
    void resizedWindowsHavePillowsBits(
            String name, int fullWidth, int fullHeight, int left, int top, int width, int height) throws IOException {
        try (TensorFile golden = golden();
                Twins twins = new Twins(3)) {
            byte[] expected = golden.readBytes("pil.bicubic_" + name + "_" + fullWidth + "x" + fullHeight);
            long source = upload(twins, golden.readBytes("pil.in_u8_hwc"));
            int size = 50;
            int toX = 3;
            int toY = 4;
            Tensor out = twins.empty("out", F32, 2, 3, size, size).gpu();
            new CudaImages(twins.context())
                    .resizeAndCrop(
                            source,
                            new Axis(30, fullWidth, left, toX, width),
                            new Axis(20, fullHeight, top, toY, height),
                            BYTES,
                            out,
                            1);
            float[] pixels = out.toFloats();
            for (int i = 0; i < 3 * size * size; i++) {
                int channel = i / size / size;
                int y = i / size % size - toY;
                int x = i % size - toX;
                boolean inside = y >= 0 && y < height && x >= 0 && x < width;
                int at = ((top + y) * fullWidth + left + x) * 3 + channel;
                assertThat(pixels[3 * size * size + i])
                        .as("channel %d, row %d, column %d", channel, y, x)
                        .isEqualTo(inside ? (expected[at] & 0xff) / 255f : 0);
            }
        }
    }

    @Test
    void aPictureOfOneColourKeepsItWhateverItsSize() {
        Random random = new Random(4);
        PixelScale scale = new PixelScale(new float[] {.5f, .4f, .3f}, new float[] {.2f, .3f, .4f});
        for (int trial = 0; trial < 6; trial++) {
            int width = 1 + random.nextInt(60);
            int height = 1 + random.nextInt(60);
            try (Twins twins = new Twins(5)) {
                byte[] grey = new byte[3 * width * height];
                Arrays.fill(grey, (byte) 200);
                Tensor out = twins.empty("out", F32, 1, 3, 8, 8).gpu();
                new CudaImages(twins.context())
                        .resizeAndCrop(
                                upload(twins, grey),
                                new Axis(width, 11, 3, 0, 8),
                                new Axis(height, 8, 0, 0, 8),
                                scale,
                                out,
                                0);
                float[] pixels = out.toFloats();
                for (int i = 0; i < pixels.length; i++) {
                    float value = (200 / 255f - scale.mean()[i / 64]) / scale.std()[i / 64];
                    assertThat(pixels[i]).isEqualTo(value);
                }
            }
        }
    }

    @Test
    void aWindowBeyondThePictureIsRefused() {
        assertThatThrownBy(() -> new Axis(10, 20, 15, 0, 6)).isInstanceOf(IllegalArgumentException.class);
        try (Twins twins = new Twins(6)) {
            Tensor out = twins.empty("out", F32, 1, 3, 4, 4).gpu();
            Axis axis = new Axis(10, 20, 0, 0, 5);
            assertThatThrownBy(() -> new CudaImages(twins.context()).resizeAndCrop(0, axis, axis, BYTES, out, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("out");
        }
    }

    private static TensorFile golden() throws IOException {
        return TensorFiles.open(SharedFiles.require("golden").resolve("tiny_outputs.safetensors"));
    }

    private static long upload(Twins twins, byte[] bytes) {
        int[] words = new int[bytes.length / 4 + 1];
        for (int i = 0; i < bytes.length; i++) {
            words[i / 4] |= (bytes[i] & 0xff) << i % 4 * 8;
        }
        return twins.context().upload(words);
    }
}
