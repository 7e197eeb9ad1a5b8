package org.ttdengine.engine.backend.cuda;

import static org.ttdengine.engine.backend.cuda.TensorChecks.requireF32;
import static org.ttdengine.engine.backend.cuda.TensorChecks.requireSize;
import static org.ttdengine.engine.backend.cuda.TensorChecks.requireType;

import org.ttdengine.engine.Tensor;
import org.ttdengine.kernels.NormKernels;

/** Layer normalisation, also of a sum with a residual, and L2 normalisation on a GPU; see layer_norm.cu, l2_normalize.cu. */
final class CudaNorms {
    private static final int THREADS = 256;
    private static final int WARP = 32;
    /** Rows that a block works on where a warp takes a row. */
    private static final int ROWS_PER_BLOCK = THREADS / WARP;
    /** Widest row of the fast kernels, and of those where a warp takes a row. */
    private static final int WIDEST = 2048;

    private static final int WIDEST_OF_WARP = 1024;
    private static final int WIDEST_OF_WARP_UNALIGNED = 256;
    /** Rows of a block among which gamma and beta, read once, are lost in the traffic: 6% of it in bfloat16. */
    private static final int ROWS_THAT_SHARE = 32;
    /**
     * Partial sums of the weights' gradients, at most and if there are rows enough: whole numbers of waves of blocks, or
     * nearly, on 108 and on 132 SMs. They follow from the shape alone, so that sums are the same on every GPU.
     */
    private static final int MOST_PARTIALS = 528;

    private static final int FEW_PARTIALS = 132;

    private static final TypedKernels FORWARD =
            TypedKernels.of(NormKernels.LAYER_NORM_FORWARD_F32, NormKernels.LAYER_NORM_FORWARD_BF16);
    private static final TypedKernels FORWARD_PLAIN =
            TypedKernels.of(NormKernels.LAYER_NORM_FORWARD_PLAIN_F32, NormKernels.LAYER_NORM_FORWARD_PLAIN_BF16);
    private static final TypedKernels BACKWARD =
            TypedKernels.of(NormKernels.LAYER_NORM_BACKWARD_F32, NormKernels.LAYER_NORM_BACKWARD_BF16);
    private static final TypedKernels BACKWARD_PLAIN =
            TypedKernels.of(NormKernels.LAYER_NORM_BACKWARD_PLAIN_F32, NormKernels.LAYER_NORM_BACKWARD_PLAIN_BF16);
    private static final TypedKernels BACKWARD_WEIGHTS =
            TypedKernels.of(NormKernels.LAYER_NORM_BACKWARD_WEIGHTS_F32, NormKernels.LAYER_NORM_BACKWARD_WEIGHTS_BF16);
    private static final TypedKernels WEIGHTS_PLAIN =
            TypedKernels.of(NormKernels.LAYER_NORM_WEIGHTS_PLAIN_F32, NormKernels.LAYER_NORM_WEIGHTS_PLAIN_BF16);
    private static final TypedKernels L2_FORWARD = new TypedKernels(
            NormKernels.L2_NORMALIZE_FORWARD_F32_F32,
            null,
            NormKernels.L2_NORMALIZE_FORWARD_BF16_F32,
            NormKernels.L2_NORMALIZE_FORWARD_BF16_BF16);
    private static final TypedKernels L2_FORWARD_PLAIN = new TypedKernels(
            NormKernels.L2_NORMALIZE_FORWARD_PLAIN_F32_F32,
            null,
            NormKernels.L2_NORMALIZE_FORWARD_PLAIN_BF16_F32,
            NormKernels.L2_NORMALIZE_FORWARD_PLAIN_BF16_BF16);
    private static final TypedKernels L2_BACKWARD = new TypedKernels(
            NormKernels.L2_NORMALIZE_BACKWARD_F32_F32,
            null,
            NormKernels.L2_NORMALIZE_BACKWARD_BF16_F32,
            NormKernels.L2_NORMALIZE_BACKWARD_BF16_BF16);
    private static final TypedKernels L2_BACKWARD_PLAIN = new TypedKernels(
            NormKernels.L2_NORMALIZE_BACKWARD_PLAIN_F32_F32,
            null,
            NormKernels.L2_NORMALIZE_BACKWARD_PLAIN_BF16_F32,
            NormKernels.L2_NORMALIZE_BACKWARD_PLAIN_BF16_BF16);

    private final CudaContext context;
    private final boolean plain;
    private final int multiprocessors;

    CudaNorms(CudaContext context) {
        this(context, false);
    }

    /** With {@code plain}, the reference kernels run instead of the fast ones. */
    CudaNorms(CudaContext context, boolean plain) {
        this.context = context;
        this.plain = plain;
        this.multiprocessors = context.gpu().multiprocessors();
    }

    /** {@link org.ttdengine.engine.backend.Backend#layerNorm}. */
    void layerNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor rstd) {
        layerNormOfSum(x, null, null, gamma, beta, epsilon, y, mean, rstd);
    }

    /**
     * Layer normalisation after a residual connection: writes {@code sum = x + residual} and normalises it.
     *
     * @param residual of x's shape and type; null to normalise x itself
     * @param sum of x's shape and type, may be x or the residual; null if the residual is
     */
    void layerNormOfSum(
            Tensor x,
            Tensor residual,
            Tensor sum,
            Tensor gamma,
            Tensor beta,
            double epsilon,
            Tensor y,
            Tensor mean,
            Tensor rstd) {
        int rows = x.shape().rows();
        int width = x.shape().size(-1);
        if ((residual == null) != (sum == null)) {
            throw new IllegalArgumentException("the sum of " + x + " and a residual needs both the residual and a sum");
        }
        requireType(x.dtype(), residual, sum, y);
        requireSize(x.size(), residual, sum, y);
        checkStatistics(rows, width, gamma, beta, mean, rstd);
        if (x.size() == 0) {
            return;
        }
        boolean fast = isFast(width);
        context.kernel((fast ? FORWARD : FORWARD_PLAIN).of(x))
                .launch(
                        fast ? resident(rows, width, x) : threadPer(rows),
                        x,
                        residual,
                        sum,
                        gamma,
                        beta,
                        (float) epsilon,
                        y,
                        mean,
                        rstd,
                        rows,
                        width);
    }

    /** {@link org.ttdengine.engine.backend.Backend#layerNormBackward}. */
    void layerNormBackward(
            Tensor dy,
            Tensor x,
            Tensor gamma,
            Tensor mean,
            Tensor rstd,
            Tensor dx,
            boolean accumulate,
            Tensor dgamma,
            Tensor dbeta) {
        layerNormBackward(dy, x, gamma, mean, rstd, accumulate ? dx : null, dx, dgamma, dbeta);
    }

    /**
     * The same, with {@code dx = added + } the gradient.
     *
     * @param added what is added, for example the gradient that passes by the block along the residual connection; may be
     *     dx; null for nothing
     * @param dx null if not wanted
     */
    void layerNormBackward(
            Tensor dy,
            Tensor x,
            Tensor gamma,
            Tensor mean,
            Tensor rstd,
            Tensor added,
            Tensor dx,
            Tensor dgamma,
            Tensor dbeta) {
        int rows = x.shape().rows();
        int width = x.shape().size(-1);
        requireType(x.dtype(), dy, added, dx);
        requireSize(x.size(), dy, added, dx);
        checkStatistics(rows, width, gamma, null, mean, rstd);
        requireF32(dgamma, dbeta);
        requireSize(width, dgamma, dbeta);
        if (x.size() == 0) {
            return;
        }
        boolean weights = dgamma != null || dbeta != null;
        if (!isFast(width)) {
            backwardPlain(dy, x, gamma, mean, rstd, added, dx, dgamma, dbeta);
        } else if (weights) {
            backwardWithWeights(dy, x, gamma, mean, rstd, added, dx, dgamma, dbeta);
        } else if (dx != null) {
            context.kernel(BACKWARD.of(x))
                    .launch(resident(rows, width, x), dy, x, gamma, mean, rstd, added, dx, rows, width);
        }
    }

    private void backwardWithWeights(
            Tensor dy,
            Tensor x,
            Tensor gamma,
            Tensor mean,
            Tensor rstd,
            Tensor added,
            Tensor dx,
            Tensor dgamma,
            Tensor dbeta) {
        int rows = x.shape().rows();
        int width = x.shape().size(-1);
        int partials = sharing(rows, width, x, FEW_PARTIALS, MOST_PARTIALS);
        try (ScratchMemory.Block partial = context.scratch(2L * Float.BYTES * partials * width)) {
            context.kernel(BACKWARD_WEIGHTS.of(x))
                    .launch(
                            LaunchShape.of(partials).threads(THREADS),
                            dy,
                            x,
                            gamma,
                            mean,
                            rstd,
                            added,
                            dx,
                            partial,
                            rows,
                            width);
            context.kernel(NormKernels.LAYER_NORM_WEIGHT_SUMS)
                    .launch(
                            LaunchShape.covering(2L * width, WARP).threads(THREADS),
                            partial,
                            partials,
                            width,
                            dgamma,
                            dbeta);
        }
    }

    private void backwardPlain(
            Tensor dy,
            Tensor x,
            Tensor gamma,
            Tensor mean,
            Tensor rstd,
            Tensor added,
            Tensor dx,
            Tensor dgamma,
            Tensor dbeta) {
        int rows = x.shape().rows();
        int width = x.shape().size(-1);
        if (dgamma != null || dbeta != null) {
            context.kernel(WEIGHTS_PLAIN.of(x)).launch(threadPer(width), dy, x, mean, rstd, rows, width, dgamma, dbeta);
        }
        if (dx != null) {
            context.kernel(BACKWARD_PLAIN.of(x))
                    .launch(threadPer(rows), dy, x, gamma, mean, rstd, added, dx, rows, width);
        }
    }

    /** {@link org.ttdengine.engine.backend.Backend#l2Normalize}; y is of x's type, or in single precision. */
    void l2Normalize(Tensor x, double epsilon, Tensor y, Tensor norms) {
        int rows = x.shape().rows();
        int width = x.shape().size(-1);
        requireSize(x.size(), y);
        checkNorms(rows, norms);
        if (x.size() == 0) {
            return;
        }
        boolean fast = isFast(width);
        context.kernel((fast ? L2_FORWARD : L2_FORWARD_PLAIN).of(x, y))
                .launch(fast ? resident(rows, width, x) : threadPer(rows), x, (float) epsilon, y, norms, rows, width);
    }

    /** {@link org.ttdengine.engine.backend.Backend#l2NormalizeBackward}; types as in {@link #l2Normalize}. */
    void l2NormalizeBackward(Tensor dy, Tensor y, Tensor norms, double epsilon, Tensor dx, boolean accumulate) {
        int rows = y.shape().rows();
        int width = y.shape().size(-1);
        requireType(y.dtype(), dy);
        requireSize(y.size(), dy, dx);
        checkNorms(rows, norms);
        if (y.size() == 0) {
            return;
        }
        boolean fast = isFast(width);
        context.kernel((fast ? L2_BACKWARD : L2_BACKWARD_PLAIN).of(dx, y))
                .launch(
                        fast ? resident(rows, width, dx) : threadPer(rows),
                        dy,
                        y,
                        norms,
                        (float) epsilon,
                        dx,
                        accumulate ? 1 : 0,
                        rows,
                        width);
    }

    private static void checkStatistics(int rows, int width, Tensor gamma, Tensor beta, Tensor mean, Tensor rstd) {
        requireF32(gamma, beta, mean, rstd);
        requireSize(width, gamma, beta);
        requireSize(rows, mean, rstd);
    }

    private static void checkNorms(int rows, Tensor norms) {
        requireF32(norms);
        requireSize(rows, norms);
    }

    private boolean isFast(int width) {
        return !plain && width <= WIDEST;
    }

    private static LaunchShape threadPer(int items) {
        return LaunchShape.covering(items, THREADS);
    }

    /** Blocks that give every row its own warp or block. */
    private static int blocks(int rows, int width, Tensor x) {
        int lane = 16 / x.dtype().bytes();
        int widestOfWarp = width % lane == 0 ? WIDEST_OF_WARP : WIDEST_OF_WARP_UNALIGNED;
        return width <= widestOfWarp ? (rows + ROWS_PER_BLOCK - 1) / ROWS_PER_BLOCK : rows;
    }

    /**
     * Blocks by which a few rows occupy every multiprocessor, and many share what a block reads of gamma and beta: no more
     * blocks than the GPU holds at a time, and no block of a few rows where there are rows enough.
     */
    private LaunchShape resident(int rows, int width, Tensor x) {
        return LaunchShape.of(sharing(rows, width, x, multiprocessors, 2 * multiprocessors))
                .threads(THREADS);
    }

    /** Blocks of many rows each, if they are at least {@code few}, and at most {@code most}. */
    private static int sharing(int rows, int width, Tensor x, int few, int most) {
        int wanted = Math.max(few, Math.min(rows / ROWS_THAT_SHARE, most));
        return Math.min(blocks(rows, width, x), wanted);
    }
}
