package org.ttdengine.engine.backend.cuda;

import static org.ttdengine.engine.backend.cuda.TensorChecks.requireF32;
import static org.ttdengine.engine.backend.cuda.TensorChecks.requireSize;
import static org.ttdengine.engine.backend.cuda.TensorChecks.requireType;

import org.ttdengine.engine.DType;
import org.ttdengine.engine.DeviceStorage;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.MapPlan;
import org.ttdengine.kernels.KernelSpec;
import org.ttdengine.kernels.TtdKernels;

/** Similarity maps, their extremes and their gradients on a GPU; see cosine_maps.cu and cosine_maps_backward.cu. */
final class CudaMaps {
    private static final int EXTREMES = 3;
    private static final int ALIGNMENT = 16;

    private final CudaContext context;
    private final boolean plain;

    CudaMaps(CudaContext context) {
        this(context, false);
    }

    private CudaMaps(CudaContext context, boolean plain) {
        this.context = context;
        this.plain = plain;
    }

    /** The same with the plain kernels alone. */
    static CudaMaps plain(CudaContext context) {
        return new CudaMaps(context, true);
    }

    /**
     * See {@code Backend.cosineMaps}: pixels and texts F32 or both BF16, maps and extremes F32.
     *
     * @throws IllegalArgumentException if a tensor's type or size does not fit
     */
    void cosineMaps(MapPlan plan, Tensor pixels, Tensor texts, Tensor maps, Tensor extremes) {
        if (plan.maps() == 0) {
            return;
        }
        int channels = channels(plan, pixels, texts);
        requireF32(maps, extremes);
        requireSize(Math.multiplyExact(plan.maps(), plan.cells()), maps);
        requireSize(EXTREMES * plan.maps(), extremes);
        TtdKernels.Maps kernels = kernels(pixels);
        MapTables tables = MapTables.upload(context, plan);
        if (isPlain(channels, pixels, texts)) {
            context.kernel(kernels.forwardPlain())
                    .launch(
                            elements(maps.size()),
                            tables.offsets(),
                            pixels,
                            texts,
                            maps,
                            plan.samples(),
                            plan.cells(),
                            channels);
            context.kernel(TtdKernels.EXTREMES_PLAIN)
                    .launch(
                            elements(plan.maps()),
                            tables.offsets(),
                            tables.valid(),
                            maps,
                            extremes,
                            plan.samples(),
                            plan.cells());
            return;
        }
        int tiles = tiles(plan.cells(), TtdKernels.CELLS);
        LaunchShape shape = shape(tiles, plan, tiles(MapTables.mostMaps(plan), TtdKernels.MAPS));
        if (tiles == 1) {
            forward(kernels.forward(), shape, tables, plan, channels, pixels, texts, maps, extremes);
            return;
        }
        try (ScratchMemory.Block partial = context.scratch((long) Float.BYTES * EXTREMES * plan.maps() * tiles)) {
            forward(kernels.forward(), shape, tables, plan, channels, pixels, texts, maps, partial);
            context.kernel(TtdKernels.EXTREMES).launch(elements(plan.maps()), partial, extremes, plan.maps(), tiles);
        }
    }

    /** @param partial extremes of each block's cells */
    private void forward(
            KernelSpec kernel,
            LaunchShape shape,
            MapTables tables,
            MapPlan plan,
            int channels,
            Tensor pixels,
            Tensor texts,
            Tensor maps,
            Object partial) {
        context.kernel(kernel)
                .launch(shape, tables.offsets(), tables.valid(), pixels, texts, maps, partial, plan.cells(), channels);
    }

    /**
     * See {@code Backend.cosineMapsBackward}: dmaps F32, the gradients of the type of pixels and texts.
     *
     * @throws IllegalArgumentException if a tensor's type or size does not fit
     */
    void cosineMapsBackward(
            MapPlan plan,
            Tensor dmaps,
            Tensor pixels,
            Tensor texts,
            Tensor dpixels,
            boolean accumulatePixels,
            Tensor dtexts,
            boolean accumulateTexts) {
        if (plan.maps() == 0) {
            return;
        }
        int channels = channels(plan, pixels, texts);
        requireF32(dmaps);
        requireSize(Math.multiplyExact(plan.maps(), plan.cells()), dmaps);
        requireType(pixels.dtype(), dpixels, dtexts);
        requireSize(pixels.size(), dpixels);
        requireSize(texts.size(), dtexts);
        long offsets = context.upload(plan.offsets());
        if (dpixels != null) {
            pixelGradient(plan, offsets, channels, dmaps, texts, dpixels, accumulatePixels ? 1 : 0);
        }
        if (dtexts != null) {
            textGradient(plan, offsets, channels, dmaps, pixels, dtexts, accumulateTexts ? 1 : 0);
        }
    }

    private void pixelGradient(
            MapPlan plan, long offsets, int channels, Tensor dmaps, Tensor texts, Tensor dpixels, int accumulate) {
        if (isPlain(channels, texts, dpixels)) {
            context.kernel(kernels(texts).backwardPixelsPlain())
                    .launch(
                            elements(dpixels.size()),
                            offsets,
                            dmaps,
                            texts,
                            dpixels,
                            accumulate,
                            plan.samples(),
                            plan.cells(),
                            channels);
        } else {
            context.kernel(kernels(texts).backwardPixels())
                    .launch(
                            shape(tiles(plan.cells(), TtdKernels.CELLS), plan, 1),
                            offsets,
                            dmaps,
                            texts,
                            dpixels,
                            accumulate,
                            plan.cells(),
                            channels);
        }
    }

    private void textGradient(
            MapPlan plan, long offsets, int channels, Tensor dmaps, Tensor pixels, Tensor dtexts, int accumulate) {
        if (isPlain(channels, pixels, dtexts)) {
            context.kernel(kernels(pixels).backwardTextsPlain())
                    .launch(
                            elements(dtexts.size()),
                            offsets,
                            dmaps,
                            pixels,
                            dtexts,
                            accumulate,
                            plan.samples(),
                            plan.cells(),
                            channels);
        } else {
            int groups = tiles(MapTables.mostMaps(plan), TtdKernels.MAPS);
            context.kernel(kernels(pixels).backwardTexts())
                    .launch(
                            shape(tiles(channels, TtdKernels.TEXT_CHANNELS), plan, groups),
                            offsets,
                            dmaps,
                            pixels,
                            dtexts,
                            accumulate,
                            plan.cells(),
                            channels);
        }
    }

    /** Channels of pixels and texts, once both are checked. */
    private static int channels(MapPlan plan, Tensor pixels, Tensor texts) {
        int channels = pixels.shape().size(-1);
        if (pixels.dtype() != DType.F32) {
            requireType(DType.BF16, pixels);
        }
        requireType(pixels.dtype(), texts);
        requireSize(Math.multiplyExact(Math.multiplyExact(plan.samples(), plan.cells()), channels), pixels);
        requireSize(Math.multiplyExact(plan.maps(), channels), texts);
        return channels;
    }

    private static TtdKernels.Maps kernels(Tensor tensor) {
        return tensor.dtype() == DType.F32 ? TtdKernels.MAPS_F32 : TtdKernels.MAPS_BF16;
    }

    private boolean isPlain(int channels, Tensor... rows) {
        boolean aligned = channels % TtdKernels.CHANNEL_MULTIPLE == 0;
        for (Tensor tensor : rows) {
            aligned &= tensor.storage() instanceof DeviceStorage storage && storage.address() % ALIGNMENT == 0;
        }
        return plain || !aligned;
    }

    private static LaunchShape shape(int tiles, MapPlan plan, int groups) {
        return LaunchShape.of(tiles, plan.samples(), groups).threads(TtdKernels.MAP_THREADS);
    }

    private static LaunchShape elements(int count) {
        return LaunchShape.covering(count, TtdKernels.MAP_THREADS);
    }

    private static int tiles(int size, int tile) {
        return (size + tile - 1) / tile;
    }
}
