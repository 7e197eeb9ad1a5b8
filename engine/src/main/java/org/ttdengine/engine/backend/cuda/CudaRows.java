package org.ttdengine.engine.backend.cuda;

import static org.ttdengine.engine.backend.cuda.TensorChecks.requireF32;
import static org.ttdengine.engine.backend.cuda.TensorChecks.requireSize;
import static org.ttdengine.engine.backend.cuda.TensorChecks.requireType;

import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.RowMix;
import org.ttdengine.kernels.RowKernels;

/** Mixes of rows and pictures as rows of patches on a GPU; see rows.cu. */
final class CudaRows {
    private static final int THREADS = 256;
    private static final int WARP = 32;
    private static final int WARPS = THREADS / WARP;
    /** Fewest columns that a warp takes of an output row, and of a source row. */
    private static final int SPAN = 256;

    private static final int MOST_PLANES = 65_535;

    private static final TypedKernels FORWARD = new TypedKernels(
            RowKernels.MIX_ROWS_FORWARD_F32_F32,
            RowKernels.MIX_ROWS_FORWARD_F32_BF16,
            RowKernels.MIX_ROWS_FORWARD_BF16_F32,
            RowKernels.MIX_ROWS_FORWARD_BF16_BF16);
    private static final TypedKernels FORWARD_PLAIN = new TypedKernels(
            RowKernels.MIX_ROWS_FORWARD_PLAIN_F32_F32,
            RowKernels.MIX_ROWS_FORWARD_PLAIN_F32_BF16,
            RowKernels.MIX_ROWS_FORWARD_PLAIN_BF16_F32,
            RowKernels.MIX_ROWS_FORWARD_PLAIN_BF16_BF16);
    private static final TypedKernels BACKWARD = new TypedKernels(
            RowKernels.MIX_ROWS_BACKWARD_F32_F32,
            RowKernels.MIX_ROWS_BACKWARD_F32_BF16,
            RowKernels.MIX_ROWS_BACKWARD_BF16_F32,
            RowKernels.MIX_ROWS_BACKWARD_BF16_BF16);
    private static final TypedKernels BACKWARD_PLAIN = new TypedKernels(
            RowKernels.MIX_ROWS_BACKWARD_PLAIN_F32_F32,
            RowKernels.MIX_ROWS_BACKWARD_PLAIN_F32_BF16,
            RowKernels.MIX_ROWS_BACKWARD_PLAIN_BF16_F32,
            RowKernels.MIX_ROWS_BACKWARD_PLAIN_BF16_BF16);
    private static final TypedKernels PATCHES =
            TypedKernels.of(RowKernels.PATCHES_F32_F32, RowKernels.PATCHES_F32_BF16);
    private static final TypedKernels PATCHES_PLAIN =
            TypedKernels.of(RowKernels.PATCHES_F32_PLAIN_F32, RowKernels.PATCHES_F32_PLAIN_BF16);
    private static final TypedKernels PATCHES_U8 =
            TypedKernels.of(RowKernels.PATCHES_U8_F32, RowKernels.PATCHES_U8_BF16);
    private static final TypedKernels PATCHES_U8_PLAIN =
            TypedKernels.of(RowKernels.PATCHES_U8_PLAIN_F32, RowKernels.PATCHES_U8_PLAIN_BF16);

    private final CudaContext context;
    private final boolean plain;

    CudaRows(CudaContext context) {
        this(context, false);
    }

    /** With {@code plain}, the reference kernels run instead of the fast ones. */
    CudaRows(CudaContext context, boolean plain) {
        this.context = context;
        this.plain = plain;
    }

    /** {@link org.ttdengine.engine.backend.Backend#mixRows}. */
    void mixRows(RowMix mix, Tensor in, Tensor out, boolean accumulate) {
        forward(mix, in, null, null, out, accumulate);
    }

    /**
     * {@code out (+)=} the mixed rows of {@code first} plus those of {@code second}, for example tokens plus positions, in
     * one pass over the result.
     *
     * @param second of the first's type
     */
    void mixRowsSum(RowMix firstMix, Tensor first, RowMix secondMix, Tensor second, Tensor out, boolean accumulate) {
        requireType(first.dtype(), second);
        if (firstMix.rows() != secondMix.rows()) {
            throw new IllegalArgumentException("the rows of " + first + " and " + second + " are mixed to "
                    + firstMix.rows() + " and " + secondMix.rows() + " rows; their sum needs the same number");
        }
        forward(firstMix, first, secondMix, second, out, accumulate);
    }

    private void forward(RowMix mix, Tensor in, RowMix mix2, Tensor in2, Tensor out, boolean accumulate) {
        int rows = mix.rows();
        int width = out.shape().size(-1);
        check(mix, in, width);
        if (mix2 != null) {
            check(mix2, in2, width);
        }
        requireSize(Math.multiplyExact(rows, width), out);
        if (out.size() == 0) {
            return;
        }
        LaunchShape shape =
                plain ? LaunchShape.covering(out.size(), THREADS) : warps((long) rows * ((width - 1) / SPAN + 1));
        context.kernel((plain ? FORWARD_PLAIN : FORWARD).of(in, out))
                .launch(
                        shape,
                        in,
                        context.upload(mix.index()),
                        weights(mix),
                        mix.taps(),
                        in2,
                        mix2 == null ? null : context.upload(mix2.index()),
                        mix2 == null ? null : weights(mix2),
                        mix2 == null ? 0 : mix2.taps(),
                        out,
                        accumulate ? 1 : 0,
                        rows,
                        width);
    }

    /** {@link org.ttdengine.engine.backend.Backend#mixRowsBackward}. */
    void mixRowsBackward(RowMix mix, Tensor dout, Tensor din) {
        int width = dout.shape().size(-1);
        check(mix, din, width);
        requireSize(Math.multiplyExact(mix.rows(), width), dout);
        RowUses uses = RowUses.of(mix, din.size() / Math.max(width, 1));
        if (uses.sources().length == 0 || width == 0) {
            return;
        }
        if (plain) {
            context.kernel(BACKWARD_PLAIN.of(dout, din))
                    .launch(
                            LaunchShape.covering(width, THREADS),
                            dout,
                            context.upload(mix.index()),
                            weights(mix),
                            mix.taps(),
                            din,
                            mix.rows(),
                            width);
            return;
        }
        context.kernel(BACKWARD.of(dout, din))
                .launch(
                        warps((long) uses.sources().length * ((width - 1) / WARP + 1)),
                        dout,
                        context.upload(uses.sources()),
                        context.upload(uses.starts()),
                        context.upload(uses.uses()),
                        uses.sources().length,
                        din,
                        width);
    }

    private static void check(RowMix mix, Tensor source, int width) {
        if (width > 0) {
            if (source.size() % width != 0) {
                throw new IllegalArgumentException("tensor " + source + " has no rows of " + width + " elements");
            }
            mix.checkSource(source.size() / width, source.name());
        }
    }

    private Long weights(RowMix mix) {
        return mix.weight() == null ? null : context.upload(mix.weight());
    }

    private static LaunchShape warps(long items) {
        return LaunchShape.of((items + WARPS - 1) / WARPS).threads(THREADS);
    }

    /** {@link org.ttdengine.engine.backend.Backend#patches}; pixels in single precision, patches in either type. */
    void patches(Tensor pixels, int patch, Tensor patches) {
        int images = pixels.shape().size(0);
        int channels = pixels.shape().size(1);
        int height = pixels.shape().size(2);
        int width = pixels.shape().size(3);
        requireF32(pixels);
        checkPatches(images, channels, height, width, patch, patches);
        if (patches.size() == 0) {
            return;
        }
        context.kernel((plain ? PATCHES_PLAIN : PATCHES).of(patches))
                .launch(
                        plain
                                ? LaunchShape.covering(patches.size(), THREADS)
                                : planes(patches.size() / (images * channels), images * channels),
                        pixels,
                        images,
                        channels,
                        height,
                        width,
                        patch,
                        patches);
    }

    /**
     * Colour pictures in bytes, as decoders give them.
     *
     * @param address on the device, of {@code [images, height, width, 3]} bytes: red, green, blue of each pixel
     * @param images number of pictures
     * @param height their rows of pixels
     * @param width their columns
     */
    record RgbPictures(long address, int images, int height, int width) {}

    /**
     * What pixels become: {@code (v/255 - mean)/std} per channel.
     *
     * @param mean of red, green and blue in 0..1
     * @param std their standard deviations
     */
    record PixelScale(float[] mean, float[] std) {
        PixelScale {
            if (mean.length != 3 || std.length != 3 || !(std[0] > 0 && std[1] > 0 && std[2] > 0)) {
                throw new IllegalArgumentException("three means and three positive deviations are needed");
            }
        }
    }

    /**
     * Cuts colour pictures into patches of normalised pixels, as {@link #patches} orders them.
     *
     * @param regions left, top, width and height, per picture, of what is picture; all else counts as zero after
     *     normalisation; null if everything is picture
     * @param patches {@code [images * h * w, 3 * patch * patch]}
     */
    void patches(RgbPictures pictures, PixelScale scale, int[] regions, int patch, Tensor patches) {
        int images = pictures.images();
        checkPatches(images, 3, pictures.height(), pictures.width(), patch, patches);
        if (regions != null && regions.length != 4 * images) {
            throw new IllegalArgumentException(images + " pictures need as many regions of four numbers");
        }
        if (patches.size() == 0) {
            return;
        }
        context.kernel((plain ? PATCHES_U8_PLAIN : PATCHES_U8).of(patches))
                .launch(
                        planes(patches.size() / (3 * images), images),
                        pictures.address(),
                        images,
                        pictures.height(),
                        pictures.width(),
                        patch,
                        scale.mean()[0],
                        scale.mean()[1],
                        scale.mean()[2],
                        scale.std()[0],
                        scale.std()[1],
                        scale.std()[2],
                        regions == null ? null : context.upload(regions),
                        patches);
    }

    private static void checkPatches(int images, int channels, int height, int width, int patch, Tensor patches) {
        if (patch < 1) {
            throw new IllegalArgumentException("patches of " + patch + " pixels are impossible: " + patches);
        }
        long rows = (long) images * (height / patch) * (width / patch);
        requireSize(Math.toIntExact(rows * channels * patch * patch), patches);
    }

    /** A grid that gives every four elements of each plane a thread. */
    private static LaunchShape planes(int planeSize, int planes) {
        int blocks = (planeSize / 4 + THREADS) / THREADS;
        return LaunchShape.of(blocks, Math.min(planes, MOST_PLANES), 1).threads(THREADS);
    }
}
