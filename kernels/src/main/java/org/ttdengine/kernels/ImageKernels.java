package org.ttdengine.kernels;

import java.util.List;

/** Pictures and maps resized: image.cu. */
public final class ImageKernels {
    private static final int THREADS = 256;

    public static final KernelSpec BILINEAR_UPSAMPLE_F32 =
            new KernelSpec("image", "bilinear_upsample_f32", THREADS, 48);

    public static final KernelSpec RESAMPLE_TAPS = new KernelSpec("image", "resample_taps", THREADS, 64);

    public static final KernelSpec RESIZE_HORIZONTAL = new KernelSpec("image", "resize_horizontal", THREADS, 64);

    public static final KernelSpec RESIZE_VERTICAL = new KernelSpec("image", "resize_vertical", THREADS, 64);

    /** All of them. */
    public static final List<KernelSpec> ALL =
            List.of(BILINEAR_UPSAMPLE_F32, RESAMPLE_TAPS, RESIZE_HORIZONTAL, RESIZE_VERTICAL);

    private ImageKernels() {}
}
