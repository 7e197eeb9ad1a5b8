package org.ttdengine.kernels;

import java.util.ArrayList;
import java.util.List;

/** Kernels of TTD itself: similarity maps with their extremes and gradients, tag selection, losses. */
public final class TtdKernels {
    /** Threads of a block of the kernels of the maps. */
    public static final int MAP_THREADS = 256;
    /** Cells that a block of the maps' kernels owns. */
    public static final int CELLS = 128;
    /** Maps of a sample that a block takes together. */
    public static final int MAPS = 48;
    /** Channels that a block of the texts' gradient owns. */
    public static final int TEXT_CHANNELS = 128;
    /** The fast kernels of the maps take channels in multiples of this. */
    public static final int CHANNEL_MULTIPLE = 8;
    /** Threads of a block of the loss. */
    public static final int LOSS_THREADS = 128;
    /** Threads of the one block that sums the losses up. */
    public static final int FINISH_THREADS = 256;

    private static final int WARP = 32;
    private static final int FREE_SHARED = 48 << 10;

    /** Most tags of a sample that selection takes. */
    public static final int MOST_TAGS = FREE_SHARED / Double.BYTES;

    /**
     * The kernels of similarity maps for one type of pixels and texts.
     *
     * @param forward maps, and the extremes of each block's cells
     * @param backwardPixels gradient of the pixels
     * @param backwardTexts gradient of the texts
     * @param forwardPlain maps alone, any number of channels
     * @param backwardPixelsPlain gradient of the pixels, any number of channels
     * @param backwardTextsPlain gradient of the texts, any number of channels
     */
    public record Maps(
            KernelSpec forward,
            KernelSpec backwardPixels,
            KernelSpec backwardTexts,
            KernelSpec forwardPlain,
            KernelSpec backwardPixelsPlain,
            KernelSpec backwardTextsPlain) {
        private List<KernelSpec> kernels() {
            return List.of(
                    forward, backwardPixels, backwardTexts, forwardPlain, backwardPixelsPlain, backwardTextsPlain);
        }
    }

    /** Exact single precision. */
    public static final Maps MAPS_F32 = maps("f32", 128, 45056);

    /** Pixels and texts in bfloat16; the maps themselves on tensor cores. */
    public static final Maps MAPS_BF16 = maps("bf16", 96, 28672);

    /** Extremes of maps from those of their blocks. */
    public static final KernelSpec EXTREMES = new KernelSpec("cosine_maps", "cosine_maps_extremes", MAP_THREADS, 40);

    /** Extremes of maps, cell by cell. */
    public static final KernelSpec EXTREMES_PLAIN =
            new KernelSpec("cosine_maps", "cosine_maps_extremes_plain", MAP_THREADS, 40);

    /** Largest-gap selection; its shared memory is dynamic, 8 bytes a tag. */
    public static final KernelSpec SELECT = new KernelSpec("ttd", "ttd_select", WARP, 64, FREE_SHARED);

    /** Largest-gap selection from the best tag down. */
    public static final KernelSpec SELECT_PLAIN = new KernelSpec("ttd", "ttd_select_plain", WARP, 64);

    /** Both losses of each block's cells, and their gradient. */
    public static final KernelSpec LOSS = new KernelSpec("ttd", "ttd_loss", LOSS_THREADS, 48, 1568);

    /** The losses of each sample and their weighted sum. */
    public static final KernelSpec LOSS_FINISH = new KernelSpec("ttd", "ttd_loss_finish", FINISH_THREADS, 48, 32);

    /** The losses as their formulas read. */
    public static final KernelSpec LOSS_PLAIN = new KernelSpec("ttd", "ttd_loss_plain", WARP, 64);

    /** All of them. */
    public static final List<KernelSpec> ALL = all();

    private TtdKernels() {}

    private static Maps maps(String type, int forwardRegisters, int textsShared) {
        return new Maps(
                new KernelSpec("cosine_maps", "cosine_maps_forward_" + type, MAP_THREADS, forwardRegisters, 45056),
                backward("pixels_" + type, 104, 36864),
                backward("texts_" + type, 104, textsShared),
                new KernelSpec("cosine_maps", "cosine_maps_forward_plain_" + type, MAP_THREADS, 48),
                backward("pixels_plain_" + type, 48, 0),
                backward("texts_plain_" + type, 48, 0));
    }

    private static KernelSpec backward(String name, int registers, int shared) {
        return new KernelSpec("cosine_maps_backward", "cosine_maps_backward_" + name, MAP_THREADS, registers, shared);
    }

    private static List<KernelSpec> all() {
        List<KernelSpec> all = new ArrayList<>();
        all.addAll(MAPS_F32.kernels());
        all.addAll(MAPS_BF16.kernels());
        all.addAll(List.of(EXTREMES, EXTREMES_PLAIN, SELECT, SELECT_PLAIN, LOSS, LOSS_FINISH, LOSS_PLAIN));
        return List.copyOf(all);
    }
}
