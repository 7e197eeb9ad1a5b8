package org.ttdengine.engine.backend.cuda;

import org.ttdengine.engine.DType;
import org.ttdengine.engine.DeviceStorage;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.AttentionPlan;
import org.ttdengine.kernels.AttentionKernels;
import org.ttdengine.kernels.AttentionKernels.Variant;
import org.ttdengine.kernels.KernelSpec;

/**
 * Launches the attention kernels: on tensor cores for bf16 and exact for f32 at head sizes 32 and 64, plain ones for other
 * head sizes up to {@value AttentionKernels#LARGEST_PLAIN_HEAD}.
 */
final class CudaAttention {
    private static final int ALIGNMENT = 16;

    private final CudaContext context;

    CudaAttention(CudaContext context) {
        this.context = context;
    }

    /**
     * See {@code Backend.attention}.
     *
     * @throws IllegalArgumentException if a tensor's shape, type or alignment does not fit the plan or the kernels
     */
    void attention(AttentionPlan plan, Tensor qkv, Tensor out, Tensor logSumExp) {
        Sizes sizes = Sizes.of(plan, qkv);
        sizes.requireActivations("out", out, sizes.width());
        sizes.requirePerHead(logSumExp);
        if (plan.tokens() == 0) {
            return;
        }
        if (sizes.hasFastKernels()) {
            AttentionTiles tiles = AttentionTiles.ofQueries(plan);
            KernelSpec kernel = sizes.variant().forward();
            context.kernel(kernel)
                    .launch(
                            sizes.tiled(tiles, kernel),
                            qkv,
                            out,
                            logSumExp,
                            context.upload(tiles.entries()),
                            plan.tokens(),
                            plan.heads(),
                            sizes.scale(),
                            sizes.causal());
        } else {
            context.kernel(sizes.variant().forward())
                    .launch(
                            sizes.perToken(),
                            qkv,
                            out,
                            logSumExp,
                            context.upload(plan.offsets()),
                            plan.sequences(),
                            plan.tokens(),
                            plan.heads(),
                            sizes.headSize(),
                            sizes.scale(),
                            sizes.causal());
        }
    }

    /**
     * See {@code Backend.attentionBackward}.
     *
     * @throws IllegalArgumentException if a tensor's shape, type or alignment does not fit the plan or the kernels, or dqkv
     *     is one of the tensors that are read
     */
    void attentionBackward(AttentionPlan plan, Tensor qkv, Tensor out, Tensor logSumExp, Tensor dout, Tensor dqkv) {
        Sizes sizes = Sizes.of(plan, qkv);
        sizes.requireActivations("out", out, sizes.width());
        sizes.requireActivations("dout", dout, sizes.width());
        sizes.requireActivations("dqkv", dqkv, 3 * sizes.width());
        sizes.requirePerHead(logSumExp);
        if (dqkv == qkv || dqkv == out || dqkv == dout) {
            throw new IllegalArgumentException("attention: dqkv " + dqkv + " is also read");
        }
        if (plan.tokens() == 0) {
            return;
        }
        try (ScratchMemory.Block delta = context.scratch((long) Float.BYTES * plan.heads() * plan.tokens())) {
            if (sizes.hasFastKernels()) {
                fastBackward(sizes, qkv, out, logSumExp, dout, delta, dqkv);
            } else {
                plainBackward(sizes, qkv, out, logSumExp, dout, delta, dqkv);
            }
        }
    }

    private void fastBackward(
            Sizes sizes,
            Tensor qkv,
            Tensor out,
            Tensor logSumExp,
            Tensor dout,
            ScratchMemory.Block delta,
            Tensor dqkv) {
        AttentionPlan plan = sizes.plan();
        context.kernel(sizes.variant().delta())
                .launch(sizes.tokenGroups(), dout, out, delta, plan.tokens(), plan.heads());
        launchTiles(
                sizes, sizes.variant().queries(), AttentionTiles.ofQueries(plan), qkv, logSumExp, delta, dout, dqkv);
        launchTiles(sizes, sizes.variant().keys(), AttentionTiles.ofKeys(plan), qkv, logSumExp, delta, dout, dqkv);
    }

    private void launchTiles(
            Sizes sizes,
            KernelSpec kernel,
            AttentionTiles tiles,
            Tensor qkv,
            Tensor logSumExp,
            ScratchMemory.Block delta,
            Tensor dout,
            Tensor dqkv) {
        context.kernel(kernel)
                .launch(
                        sizes.tiled(tiles, kernel),
                        qkv,
                        logSumExp,
                        delta,
                        dout,
                        dqkv,
                        context.upload(tiles.entries()),
                        sizes.plan().tokens(),
                        sizes.plan().heads(),
                        sizes.scale(),
                        sizes.causal());
    }

    private void plainBackward(
            Sizes sizes,
            Tensor qkv,
            Tensor out,
            Tensor logSumExp,
            Tensor dout,
            ScratchMemory.Block delta,
            Tensor dqkv) {
        AttentionPlan plan = sizes.plan();
        context.kernel(sizes.variant().delta())
                .launch(sizes.perToken(), dout, out, delta, plan.tokens(), plan.heads(), sizes.headSize());
        long offsets = context.upload(plan.offsets());
        for (KernelSpec kernel :
                new KernelSpec[] {sizes.variant().queries(), sizes.variant().keys()}) {
            context.kernel(kernel)
                    .launch(
                            sizes.perToken(),
                            qkv,
                            logSumExp,
                            delta,
                            dout,
                            dqkv,
                            offsets,
                            plan.sequences(),
                            plan.tokens(),
                            plan.heads(),
                            sizes.headSize(),
                            sizes.scale(),
                            sizes.causal());
        }
    }

    /** One call's sizes, the kernels for them, and the shapes of their launches. */
    private record Sizes(AttentionPlan plan, DType dtype, int width, int headSize) {
        static Sizes of(AttentionPlan plan, Tensor qkv) {
            int width = qkv.shape().size(-1) / 3;
            DType dtype = qkv.dtype();
            if (dtype != DType.F32 && dtype != DType.BF16) {
                throw new IllegalArgumentException("attention: qkv " + qkv + " is " + dtype + ", not F32 or BF16");
            }
            if (width % plan.heads() != 0 || width / plan.heads() > AttentionKernels.LARGEST_PLAIN_HEAD || width == 0) {
                throw new IllegalArgumentException("attention: qkv " + qkv + " in " + plan.heads()
                        + " heads; a head has 1 to " + AttentionKernels.LARGEST_PLAIN_HEAD + " channels");
            }
            Sizes sizes = new Sizes(plan, dtype, width, width / plan.heads());
            sizes.requireActivations("qkv", qkv, 3 * width);
            return sizes;
        }

        void requireActivations(String name, Tensor tensor, int columns) {
            if (tensor.dtype() != dtype
                    || tensor.shape().rows() != plan.tokens()
                    || tensor.shape().size(-1) != columns) {
                throw new IllegalArgumentException("attention: " + name + " is " + tensor.dtype() + " " + tensor
                        + ", not " + dtype + " [" + plan.tokens() + ", " + columns + "]");
            }
            if (tensor.storage() instanceof DeviceStorage storage && storage.address() % ALIGNMENT != 0) {
                throw new IllegalArgumentException("attention: " + name + " " + tensor
                        + " does not start at a multiple of " + ALIGNMENT + " bytes");
            }
        }

        void requirePerHead(Tensor logSumExp) {
            if (logSumExp.dtype() != DType.F32 || logSumExp.size() != plan.heads() * plan.tokens()) {
                throw new IllegalArgumentException("attention: logSumExp is " + logSumExp.dtype() + " " + logSumExp
                        + ", not F32 [" + plan.heads() + ", " + plan.tokens() + "]");
            }
        }

        boolean hasFastKernels() {
            return headSize == 32 || headSize == 64;
        }

        Variant variant() {
            boolean single = dtype == DType.F32;
            return switch (headSize) {
                case 32 -> single ? AttentionKernels.F32_HEAD_32 : AttentionKernels.BF16_HEAD_32;
                case 64 -> single ? AttentionKernels.F32_HEAD_64 : AttentionKernels.BF16_HEAD_64;
                default -> single ? AttentionKernels.F32_PLAIN : AttentionKernels.BF16_PLAIN;
            };
        }

        float scale() {
            return (float) (1 / Math.sqrt(headSize));
        }

        int causal() {
            return plan.causal() ? 1 : 0;
        }

        /** A block for each tile and head; the shared memory of the single-precision kernels is dynamic. */
        LaunchShape tiled(AttentionTiles tiles, KernelSpec kernel) {
            return LaunchShape.of((long) tiles.count() * plan.heads())
                    .threads(AttentionKernels.THREADS)
                    .shared(dtype == DType.F32 ? kernel.sharedBudget() : 0);
        }

        /** The fast delta kernels: 8 lanes for a token in single precision, one for each 16 bytes in bf16. */
        LaunchShape tokenGroups() {
            int lanes = dtype == DType.F32 ? 8 : headSize / 8;
            int tokens = AttentionKernels.THREADS / lanes;
            return LaunchShape.of((plan.tokens() + tokens - 1) / tokens, plan.heads(), 1)
                    .threads(AttentionKernels.THREADS);
        }

        /** The plain kernels: a warp for each token and head. */
        LaunchShape perToken() {
            return LaunchShape.covering(32L * plan.tokens() * plan.heads(), AttentionKernels.THREADS);
        }
    }
}
