package org.ttdengine.engine.backend.cuda;

import static org.ttdengine.engine.backend.cuda.TensorChecks.requireF32;
import static org.ttdengine.engine.backend.cuda.TensorChecks.requireSize;

import org.ttdengine.engine.DeviceStorage;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.cuda.CudaRows.PixelScale;
import org.ttdengine.kernels.ImageKernels;

/** Pictures and maps resized on a GPU; see image.cu. */
final class CudaImages {
    private static final int THREADS = 256;
    private static final int MOST_MAPS = 65_535;
    /** Numbers of an output pixel's taps before its weights. */
    private static final int HEADER = 2;

    private final CudaContext context;

    CudaImages(CudaContext context) {
        this.context = context;
    }

    /**
     * Bilinear interpolation as torch does it.
     *
     * @param maps {@code [..., h, w]}
     * @param alignCorners true: the corner pixels' centres stay put; false: the maps' outer edges do
     * @param out {@code [..., height, width]}, as many maps
     */
    void upsample(Tensor maps, boolean alignCorners, Tensor out) {
        requireF32(maps, out);
        int h = maps.shape().size(-2);
        int w = maps.shape().size(-1);
        int height = out.shape().size(-2);
        int width = out.shape().size(-1);
        if (maps.size() == 0 || out.size() == 0) {
            throw new IllegalArgumentException("nothing to interpolate from " + maps + " to " + out);
        }
        int count = maps.size() / (h * w);
        requireSize(Math.multiplyExact(count, height * width), out);
        LaunchShape covering = LaunchShape.covering((long) height * width, THREADS);
        context.kernel(ImageKernels.BILINEAR_UPSAMPLE_F32)
                .launch(
                        LaunchShape.of(covering.gridX(), Math.min(count, MOST_MAPS), 1)
                                .threads(THREADS),
                        maps,
                        count,
                        h,
                        w,
                        alignCorners ? 1 : 0,
                        scale(h, height, alignCorners),
                        scale(w, width, alignCorners),
                        out,
                        height,
                        width);
    }

    private static float scale(int in, int out, boolean alignCorners) {
        if (!alignCorners) {
            return (float) in / out;
        }
        return out > 1 ? (float) (in - 1) / (out - 1) : 0;
    }

    /**
     * One axis of a resize with crop: {@code in} pixels become {@code full}, of which those from {@code from} on are shown.
     *
     * @param in pixels of the source
     * @param full pixels of the whole resized picture
     * @param from first pixel of it that is shown
     * @param to where that pixel goes in the result
     * @param length pixels shown
     */
    record Axis(int in, long full, long from, int to, int length) {
        Axis {
            if (in < 1 || full < 1 || from < 0 || to < 0 || length < 1 || from + length > full) {
                throw new IllegalArgumentException("impossible window: " + length + " pixels from " + from + " to " + to
                        + " of " + in + " resized to " + full);
            }
        }

        private double scale() {
            return (double) in / full;
        }

        /** Half the width of the filter, which widens on reduction. */
        private double support() {
            return 2 * Math.max(scale(), 1);
        }

        private int stride() {
            return HEADER + (int) Math.min(Math.ceil(support()) * 2 + 1, in);
        }

        /** First source pixel that the window needs. */
        private int begin() {
            return Math.max((int) ((from + 0.5) * scale() - support() + 0.5), 0);
        }

        /** One past the last source pixel that the window needs. */
        private int end() {
            return Math.min((int) ((from + length - 1 + 0.5) * scale() + support() + 0.5), in);
        }
    }

    /**
     * A window of a picture resized with Pillow's bicubic filter, bit for bit, normalised, on zeros.
     *
     * @param source address on the device of {@code [down.in, across.in, 3]} bytes
     * @param out {@code [images, 3, size, size]}
     * @param image which of its pictures is written
     */
    void resizeAndCrop(long source, Axis across, Axis down, PixelScale scale, Tensor out, int image) {
        requireF32(out);
        int size = out.shape().size(-1);
        int elements = Math.multiplyExact(3 * size, size);
        if (image < 0 || (image + 1L) * elements > out.size() || out.shape().size(-2) != size) {
            throw new IllegalArgumentException("picture " + image + " of 3 channels has no place in " + out);
        }
        if (across.to() + across.length() > size || down.to() + down.length() > size) {
            throw new IllegalArgumentException("a window " + across + " by " + down + " does not fit into " + out);
        }
        int top = down.begin();
        int rows = down.end() - top;
        long narrowedBytes = 3L * rows * across.length();
        long target = ((DeviceStorage) out.storage()).address() + (long) image * elements * Float.BYTES;
        try (ScratchMemory.Block columnTaps = taps(across);
                ScratchMemory.Block rowTaps = taps(down);
                ScratchMemory.Block narrowed = context.scratch(narrowedBytes)) {
            context.kernel(ImageKernels.RESIZE_HORIZONTAL)
                    .launch(
                            LaunchShape.covering(narrowedBytes, THREADS),
                            source,
                            across.in(),
                            top,
                            columnTaps,
                            across.stride(),
                            narrowed,
                            rows,
                            across.length());
            context.kernel(ImageKernels.RESIZE_VERTICAL)
                    .launch(
                            LaunchShape.covering(elements, THREADS),
                            narrowed,
                            top,
                            rowTaps,
                            down.stride(),
                            across.length(),
                            down.length(),
                            across.to(),
                            down.to(),
                            scale.mean()[0],
                            scale.mean()[1],
                            scale.mean()[2],
                            scale.std()[0],
                            scale.std()[1],
                            scale.std()[2],
                            target,
                            size);
        }
    }

    private ScratchMemory.Block taps(Axis axis) {
        ScratchMemory.Block taps = context.scratch((long) Integer.BYTES * axis.stride() * axis.length());
        context.kernel(ImageKernels.RESAMPLE_TAPS)
                .launch(
                        LaunchShape.covering(axis.length(), THREADS),
                        axis.in(),
                        axis.full(),
                        axis.from(),
                        axis.length(),
                        axis.stride(),
                        taps);
        return taps;
    }
}
