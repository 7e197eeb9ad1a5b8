package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ttdengine.engine.DType.BF16;
import static org.ttdengine.engine.DType.F32;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.backend.RowMix;
import org.ttdengine.engine.backend.cuda.CudaRows.PixelScale;
import org.ttdengine.engine.backend.cuda.CudaRows.RgbPictures;
import org.ttdengine.engine.backend.cuda.Twins.Twin;

/** The row kernels against the double-precision reference. */
class CudaRowsTest {
    @RegisterExtension
    static final RunsEvery KERNELS = RunsEvery.ofModules("rows");

    private static final DType[] TYPES = {F32, BF16};

    /** Mixes of 6 rows: selection, absent rows, one row used by all, weighted taps, sixteen taps, nothing. */
    private static Stream<RowMix> mixes() {
        Random random = new Random(1);
        return Stream.of(
                RowMix.select(4, 0, 0, 2, 5),
                RowMix.select(-1, 3, -1),
                RowMix.select(new int[70]),
                random(random, 3, 40),
                random(random, 16, 9),
                RowMix.select());
    }

    private static RowMix random(Random random, int taps, int rows) {
        int[] index = new int[taps * rows];
        float[] weight = new float[index.length];
        for (int i = 0; i < index.length; i++) {
            index[i] = random.nextInt(7) - 1;
            weight[i] = random.nextFloat();
        }
        return new RowMix(taps, index, weight);
    }

    static Stream<Arguments> cases() {
        return Stream.of(1, 7, 40, 768, 1100).flatMap(width -> Stream.of(TYPES)
                .flatMap(in -> Stream.of(TYPES).map(out -> Arguments.of(width, in, out))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rowsAreMixedAndAdded(int width, DType in, DType out) {
        try (Twins twins = new Twins(2)) {
            Twin x = twins.gaussian("x", in, 6, width);
            mixes().forEach(mix -> {
                for (int variant = 0; variant < 4; variant++) {
                    boolean accumulate = (variant & 1) != 0;
                    boolean plain = (variant & 2) != 0;
                    Twin y = twins.gaussian("y", out, mix.rows(), width);
                    twins.reference().mixRows(mix, x.expected(), y.expected(), accumulate);
                    new CudaRows(twins.context(), plain).mixRows(mix, x.gpu(), y.gpu(), accumulate);
                    y.assertAgrees(mix.rows() + " rows of " + mix.taps() + " taps, plain " + plain);
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsOfMixedRowsAreAddedToTheirSources(int width, DType out, DType in) {
        try (Twins twins = new Twins(3)) {
            mixes().forEach(mix -> {
                Twin dy = twins.gaussian("dy", out, mix.rows(), width);
                Twin dx = twins.gaussian("dx", in, 6, width);
                twins.reference().mixRowsBackward(mix, dy.expected(), dx.expected());
                new CudaRows(twins.context()).mixRowsBackward(mix, dy.gpu(), dx.gpu());
                dx.assertAgrees(mix.rows() + " rows of " + mix.taps() + " taps");
                if (in == F32) {
                    twins.reference().mixRowsBackward(mix, dy.expected(), dx.expected());
                    new CudaRows(twins.context(), true).mixRowsBackward(mix, dy.gpu(), dx.gpu());
                    dx.assertAgrees(mix.rows() + " rows of " + mix.taps() + " taps, plain");
                }
            });
        }
    }

    /** The plain kernel rounds its sums to the type of the sources after every use. */
    @ParameterizedTest
    @MethodSource("cases")
    void thePlainKernelRoundsTheGradientOfARowUsedOnceLikeTheFastOne(int width, DType out, DType in) {
        try (Twins twins = new Twins(9)) {
            RowMix mix = RowMix.select(4, -1, 0, 5);
            Twin dy = twins.gaussian("dy", out, mix.rows(), width);
            Twin dx = twins.gaussian("dx", in, 6, width);
            twins.reference().mixRowsBackward(mix, dy.expected(), dx.expected());
            new CudaRows(twins.context(), true).mixRowsBackward(mix, dy.gpu(), dx.gpu());
            dx.assertAgrees("plain");
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void twoMixesAreSummedInOnePass(int width, DType in, DType out) {
        try (Twins twins = new Twins(4)) {
            Twin tokens = twins.gaussian("tokens", in, 6, width);
            Twin positions = twins.gaussian("positions", in, 3, width);
            RowMix tokenMix = RowMix.select(5, 5, -1, 0);
            RowMix positionMix =
                    new RowMix(2, new int[] {0, 1, 1, 2, 2, -1, 0, 0}, new float[] {1, 2, 3, 4, 5, 6, 7, 8});
            for (boolean plain : new boolean[] {false, true}) {
                Twin y = twins.empty("y", out, 4, width);
                twins.reference().mixRows(tokenMix, tokens.expected(), y.expected(), false);
                twins.reference().mixRows(positionMix, positions.expected(), y.expected(), true);
                new CudaRows(twins.context(), plain)
                        .mixRowsSum(tokenMix, tokens.gpu(), positionMix, positions.gpu(), y.gpu(), false);
                y.assertAgrees("plain " + plain);
            }
        }
    }

    @Test
    void aRowThatDoesNotExistIsRefused() {
        try (Twins twins = new Twins(5)) {
            Twin x = twins.gaussian("x", F32, 2, 4);
            Twin y = twins.empty("y", F32, 1, 4);
            assertThatThrownBy(() -> new CudaRows(twins.context()).mixRows(RowMix.select(2), x.gpu(), y.gpu(), false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("x");
        }
    }

    /** Images, channels, height, width, patch: the models' patches, odd ones, a border left over, less than one patch. */
    static Stream<Arguments> pictures() {
        return Stream.of(new int[][] {
                    {2, 3, 32, 48, 16},
                    {1, 3, 28, 28, 14},
                    {1, 3, 66, 70, 32},
                    {3, 2, 19, 35, 5},
                    {1, 1, 1, 1, 1},
                    {1, 3, 7, 40, 8},
                    {2, 3, 16, 528, 16}
                })
                .flatMap(shape -> Stream.of(TYPES).map(type -> Arguments.of(shape, type)));
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void picturesAreCutIntoPatches(int[] shape, DType type) {
        int patch = shape[4];
        int rows = shape[0] * (shape[2] / patch) * (shape[3] / patch);
        for (boolean plain : new boolean[] {false, true}) {
            try (Twins twins = new Twins(6)) {
                Twin pixels = twins.gaussian("pixels", F32, shape[0], shape[1], shape[2], shape[3]);
                Twin patches = twins.empty("patches", type, rows, shape[1] * patch * patch);
                twins.reference().patches(pixels.expected(), patch, patches.expected());
                new CudaRows(twins.context(), plain).patches(pixels.gpu(), patch, patches.gpu());
                patches.assertAgrees("plain " + plain);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void picturesInBytesBecomePatchesOfNormalisedPixels(int[] shape, DType type) {
        int images = shape[0];
        int height = shape[2];
        int width = shape[3];
        int patch = shape[4];
        PixelScale scale = new PixelScale(new float[] {.485f, .456f, .406f}, new float[] {.229f, .224f, .225f});
        Random random = new Random(7);
        byte[] bytes = new byte[images * height * width * 3];
        random.nextBytes(bytes);
        int[] regions = new int[4 * images];
        for (int i = 0; i < images; i++) {
            regions[4 * i] = random.nextInt(width);
            regions[4 * i + 1] = random.nextInt(height);
            regions[4 * i + 2] = 1 + random.nextInt(width);
            regions[4 * i + 3] = 1 + random.nextInt(height);
        }
        for (int variant = 0; variant < 4; variant++) {
            int[] valid = (variant & 1) == 0 ? null : regions;
            boolean plain = (variant & 2) != 0;
            try (Twins twins = new Twins(8)) {
                Twin pixels = twins.empty("pixels", F32, images, 3, height, width);
                pixels.expected().set(planes(bytes, images, height, width, scale, valid));
                int rows = images * (height / patch) * (width / patch);
                Twin patches = twins.empty("patches", type, rows, 3 * patch * patch);
                twins.reference().patches(pixels.expected(), patch, patches.expected());
                RgbPictures pictures = new RgbPictures(upload(twins, bytes), images, height, width);
                new CudaRows(twins.context(), plain).patches(pictures, scale, valid, patch, patches.gpu());
                patches.assertAgrees("variant " + variant);
            }
        }
    }

    private static long upload(Twins twins, byte[] bytes) {
        int[] words = new int[bytes.length / 4 + 1];
        for (int i = 0; i < bytes.length; i++) {
            words[i / 4] |= (bytes[i] & 0xff) << i % 4 * 8;
        }
        return twins.context().upload(words);
    }

    /** Interleaved bytes as normalised planes, in the precision the program's own preprocessing has. */
    private static float[] planes(byte[] bytes, int images, int height, int width, PixelScale scale, int[] regions) {
        float[] planes = new float[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            int channel = i % 3;
            int pixel = i / 3;
            int x = pixel % width;
            int y = pixel / width % height;
            int image = pixel / width / height;
            if (regions == null || inside(regions, image, x, y)) {
                float value = (bytes[i] & 0xff) / 255f;
                planes[((image * 3 + channel) * height + y) * width + x] =
                        (value - scale.mean()[channel]) / scale.std()[channel];
            }
        }
        return planes;
    }

    private static boolean inside(int[] regions, int image, int x, int y) {
        int left = regions[4 * image];
        int top = regions[4 * image + 1];
        return x >= left && x < left + regions[4 * image + 2] && y >= top && y < top + regions[4 * image + 3];
    }

    @Test
    void usesOfRowsAreListedInTheOrderOfTheMix() {
        RowMix mix = new RowMix(2, new int[] {3, 1, -1, 3, 1, 1}, new float[] {1, 2, 3, 4, 5, 6});
        RowUses uses = RowUses.of(mix, 5);
        assertThat(uses.sources()).containsExactly(1, 3);
        assertThat(uses.starts()).containsExactly(0, 3, 5);
        int[] expected = {0, bits(2), 2, bits(5), 2, bits(6), 0, bits(1), 1, bits(4)};
        assertThat(uses.uses()).containsExactly(expected);
    }

    private static int bits(float weight) {
        return Float.floatToRawIntBits(weight);
    }
}
