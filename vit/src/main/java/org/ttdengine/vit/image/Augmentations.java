package org.ttdengine.vit.image;

import java.util.SplittableRandom;
import org.ttdengine.vit.image.PillowResize.Filter;
import org.ttdengine.vit.image.PillowResize.Window;

/** The ways a picture becomes tower input. All resizing is Pillow's bicubic. */
public final class Augmentations {
    /** Bounds of the random side, relative to the crop: 320 and 640 for 448. */
    private static final double SMALLEST = 320.0 / 448;

    private static final double LARGEST = 640.0 / 448;

    private Augmentations() {}

    /** The side that a resize sets; the other keeps the aspect ratio. */
    public enum ResizeSide {
        LONG,
        SHORT
    }

    /**
     * TTD's training augmentation: the given side becomes a random integer in {@code [size*320/448, size*640/448]},
     * bounds rounded and included, then a random crop of {@code size x size}; where the picture is smaller, it lies at
     * a random place on normalised zeros.
     */
    public static Augmentation paper(int size, Normalization normalization, ResizeSide side) {
        requireSize(size);
        int smallest = (int) Math.max(1, Math.rint(size * SMALLEST));
        int largest = (int) Math.max(1, Math.rint(size * LARGEST));
        return (image, seed) -> {
            SplittableRandom random = new SplittableRandom(seed);
            int target = smallest + (int) below(random, largest - smallest + 1);
            int reference = side == ResizeSide.LONG
                    ? Math.max(image.width(), image.height())
                    : Math.min(image.width(), image.height());
            double scale = (double) target / reference;
            Placement across = Placement.random(Math.max(1, (long) Math.rint(image.width() * scale)), size, random);
            Placement down = Placement.random(Math.max(1, (long) Math.rint(image.height() * scale)), size, random);
            return place(image, size, size, normalization, across, down);
        };
    }

    /** {@link #paper(int, Normalization, ResizeSide)} by the longer side, as published. */
    public static Augmentation paper(int size, Normalization normalization) {
        return paper(size, normalization, ResizeSide.LONG);
    }

    /**
     * OpenAI's preprocessing: short side to {@code size}, long side to {@code trunc(size*long/short)}, centre crop with
     * the offset rounded half to even. A picture of exactly that size is untouched. Nothing is random.
     */
    public static Augmentation centerCrop(int size, Normalization normalization) {
        requireSize(size);
        return (image, seed) -> {
            long side = Math.min(image.width(), image.height());
            Placement across = Placement.center(size * (long) image.width() / side, size);
            Placement down = Placement.center(size * (long) image.height() / side, size);
            return place(image, size, size, normalization, across, down);
        };
    }

    /** Both sides to {@code size}, whatever the aspect ratio. Nothing is random. */
    public static Augmentation squash(int size, Normalization normalization) {
        return stretch(size, size, normalization);
    }

    /** The whole picture as {@code width x height}, whatever its aspect ratio. Nothing is random. */
    public static Augmentation stretch(int width, int height, Normalization normalization) {
        requireSize(width);
        requireSize(height);
        Placement across = new Placement(width, 0, 0, width);
        Placement down = new Placement(height, 0, 0, height);
        return (image, seed) -> place(image, width, height, normalization, across, down);
    }

    /**
     * One axis of a crop.
     *
     * @param full length of the resized picture
     * @param from first pixel of it that is shown
     * @param to where that pixel goes
     * @param length pixels shown
     */
    private record Placement(long full, long from, int to, int length) {
        static Placement random(long full, int size, SplittableRandom random) {
            return full > size
                    ? new Placement(full, below(random, full - size + 1), 0, size)
                    : new Placement(full, 0, (int) below(random, size - full + 1), (int) full);
        }

        static Placement center(long full, int size) {
            return new Placement(full, (long) Math.rint((full - size) / 2.0), 0, size);
        }
    }

    private static PreparedImage place(
            RgbImage image, int width, int height, Normalization normalization, Placement across, Placement down) {
        Window window =
                new Window(across.full(), down.full(), across.from(), down.from(), across.length(), down.length());
        byte[] rgb = PillowResize.window(image, window, Filter.BICUBIC).rgb();
        float[] pixels = new float[3 * width * height];
        for (int channel = 0; channel < 3; channel++) {
            float[] table = normalization.table(channel);
            int in = channel;
            for (int y = 0; y < down.length(); y++) {
                int out = (channel * height + down.to() + y) * width + across.to();
                for (int x = 0; x < across.length(); x++, in += 3) {
                    pixels[out + x] = table[rgb[in] & 0xff];
                }
            }
        }
        PreparedImage.Region valid = new PreparedImage.Region(across.to(), down.to(), across.length(), down.length());
        return new PreparedImage(height, width, pixels, valid);
    }

    /**
     * A uniform integer in {@code [0, bound)}, bound below 2^32. Made from {@code nextLong}, whose algorithm (SplitMix64)
     * is fixed, whereas that of {@code nextInt(bound)} has changed between JDKs.
     */
    private static long below(SplittableRandom random, long bound) {
        return ((random.nextLong() >>> 32) * bound) >>> 32;
    }

    private static void requireSize(int size) {
        if (size < 1 || size > 16_384) {
            throw new IllegalArgumentException("image size must be between 1 and 16384, not " + size);
        }
    }
}
