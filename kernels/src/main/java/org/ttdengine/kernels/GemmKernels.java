package org.ttdengine.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Kernels of the matrix product. All take the same arguments, in the order of {@code gemm_block.cuh}, on a grid of
 * columns x rows x batches of {@link Block}s.
 */
public final class GemmKernels {
    /** What a block of threads computes: a rectangle of C. */
    public enum Block {
        /** For products that fill a device with blocks of this size. */
        LARGE(128, 128, 256),
        /** For narrow or few ones. */
        SMALL(64, 64, 128),
        /** One thread an element: the readable kernels. */
        PLAIN(1, 128, 128);

        private final int rows;
        private final int columns;
        private final int threads;

        Block(int rows, int columns, int threads) {
            this.rows = rows;
            this.columns = columns;
            this.threads = threads;
        }

        /** Rows of C. */
        public int rows() {
            return rows;
        }

        /** Columns of C. */
        public int columns() {
            return columns;
        }

        /** Threads that compute them. */
        public int threads() {
            return threads;
        }
    }

    /** Which operands lie transposed in memory, A first: T for those that do. */
    public enum Layout {
        NN,
        NT,
        TN,
        TT;

        /** The layout of a product's operands. */
        public static Layout of(boolean transposeA, boolean transposeB) {
            return transposeA ? (transposeB ? TT : TN) : (transposeB ? NT : NN);
        }
    }

    /**
     * The kernels of one arithmetic.
     *
     * @param module their module; the plain ones are in a module of their own
     * @param suffix of their names: type of the operands, and of C if it differs
     * @param depth elements of k in one step: parts of long sums are multiples of it
     * @param hasPlain whether there are plain kernels
     */
    public record Variant(String module, String suffix, int depth, boolean hasPlain) {
        /**
         * One of the kernels.
         *
         * @throws IllegalArgumentException if there is none: two transposed operands take {@link Block#SMALL} ones
         */
        public KernelSpec kernel(Block block, Layout layout) {
            if ((block == Block.LARGE && layout == Layout.TT) || (block == Block.PLAIN && !hasPlain)) {
                throw new IllegalArgumentException("there is no " + block + " kernel " + layout + " " + suffix);
            }
            String name = "gemm_" + lower(block) + "_" + lower(layout) + "_" + suffix;
            if (block == Block.PLAIN) {
                return new KernelSpec("gemm_plain", name, block.threads(), 40);
            }
            return new KernelSpec(
                    module, name, block.threads(), 128, STAGES * STEP_BYTES * (block.rows + block.columns));
        }

        private static String lower(Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        }

        private List<KernelSpec> kernels() {
            List<KernelSpec> kernels = new ArrayList<>();
            for (Layout layout : Layout.values()) {
                if (layout != Layout.TT) {
                    kernels.add(kernel(Block.LARGE, layout));
                }
                kernels.add(kernel(Block.SMALL, layout));
                if (hasPlain) {
                    kernels.add(kernel(Block.PLAIN, layout));
                }
            }
            return kernels;
        }
    }

    private static final int STAGES = 3;
    private static final int STEP_BYTES = 64;

    /** fp32, exact. */
    public static final Variant F32 = new Variant("gemm_f32", "f32", STEP_BYTES / 4, true);

    /** fp32 rounded to tf32 on tensor cores. */
    public static final Variant TF32 = new Variant("gemm_tf32", "tf32", STEP_BYTES / 4, false);

    /** bf16 on tensor cores. */
    public static final Variant BF16 = new Variant("gemm_bf16", "bf16", STEP_BYTES / 2, true);

    /** bf16 on tensor cores, C in fp32. */
    public static final Variant BF16_F32 = new Variant("gemm_bf16", "bf16_f32", STEP_BYTES / 2, true);

    /** Largest rank of a term that {@link #lowRank} kernels add. */
    public static final int LARGEST_RANK = 16;

    /** Adds the parts of a product's sums, C in fp32. */
    public static final KernelSpec PARTS_F32 = new KernelSpec("gemm_parts", "gemm_parts_f32", 128, 40);

    /** Adds the parts of a product's sums, C in bf16. */
    public static final KernelSpec PARTS_BF16 = new KernelSpec("gemm_parts", "gemm_parts_bf16", 128, 40);

    /** All kernels of the family. */
    public static final List<KernelSpec> ALL = all();

    private GemmKernels() {}

    /** Whether there is a kernel for a product with low-rank terms of the right operand. */
    public static boolean hasLowRank(Variant variant, Block block, Layout layout) {
        boolean shaped = block != Block.PLAIN && (layout == Layout.NN || layout == Layout.NT);
        boolean tooLarge = variant.equals(F32) && block == Block.LARGE && layout == Layout.NT;
        return shaped && !tooLarge && (variant.equals(F32) || variant.equals(BF16));
    }

    /**
     * A product with low-rank terms of the right operand.
     *
     * @throws IllegalArgumentException unless {@link #hasLowRank}
     */
    public static KernelSpec lowRank(Variant variant, Block block, Layout layout) {
        if (!hasLowRank(variant, block, layout)) {
            throw new IllegalArgumentException(
                    "there is no " + block + " kernel " + layout + " " + variant.suffix + " with low-rank terms");
        }
        String name = "gemm_" + Variant.lower(block) + "_" + Variant.lower(layout) + "_low_rank_" + variant.suffix;
        int projection = variant.equals(F32) ? STEP_BYTES * block.rows : 0;
        int shared = STAGES * STEP_BYTES * (block.rows + block.columns + LARGEST_RANK) + projection;
        return new KernelSpec("gemm_low_rank_" + variant.suffix, name, block.threads(), 128, shared);
    }

    private static List<KernelSpec> all() {
        List<KernelSpec> all = new ArrayList<>(List.of(PARTS_F32, PARTS_BF16));
        for (Variant variant : List.of(F32, BF16)) {
            for (Block block : List.of(Block.LARGE, Block.SMALL)) {
                for (Layout layout : List.of(Layout.NN, Layout.NT)) {
                    if (hasLowRank(variant, block, layout)) {
                        all.add(lowRank(variant, block, layout));
                    }
                }
            }
        }
        for (Variant variant : Arrays.asList(F32, TF32, BF16, BF16_F32)) {
            all.addAll(variant.kernels());
        }
        return List.copyOf(all);
    }
}
