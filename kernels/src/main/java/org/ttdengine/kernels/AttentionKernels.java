package org.ttdengine.kernels;

import java.util.List;

/**
 * Kernels of multi-head attention: on tensor cores in bf16 and exact in f32 for head sizes 32 and 64, plain ones for every
 * head size up to {@link #LARGEST_PLAIN_HEAD}. The gradient takes three launches: delta, then dq and dkdv.
 */
public final class AttentionKernels {
    /** Most rows, queries or keys, of an entry of the fast kernels' tile table. */
    public static final int TILE_ROWS = 64;
    /** Threads of a block of every kernel of the family. */
    public static final int THREADS = 128;
    /** Largest head size of the plain kernels. */
    public static final int LARGEST_PLAIN_HEAD = 128;

    /**
     * The four kernels of one element type and head size.
     *
     * @param forward out and the sums of exponentials
     * @param delta products of the rows of out with their gradients
     * @param queries gradient of the queries
     * @param keys gradients of keys and values
     */
    public record Variant(KernelSpec forward, KernelSpec delta, KernelSpec queries, KernelSpec keys) {
        List<KernelSpec> kernels() {
            return List.of(forward, delta, queries, keys);
        }
    }

    /** Exact single precision, head size 32. Its shared memory, like that of the next, is dynamic. */
    public static final Variant F32_HEAD_32 = new Variant(
            f32("forward", 32, 168, 4 * (2 * 64 * 32 + 64 * 64)),
            f32("delta", 32, 32, 0),
            f32("dq", 32, 168, 4 * (3 * 64 * 32 + 32 * 32)),
            f32("dkdv", 32, 200, 4 * (3 * 64 * 32 + 64 * 32)));

    /** Exact single precision, head size 64. */
    public static final Variant F32_HEAD_64 = new Variant(
            f32("forward", 64, 168, 4 * 3 * 64 * 64),
            f32("delta", 64, 32, 0),
            f32("dq", 64, 168, 4 * 3 * 64 * 64),
            f32("dkdv", 64, 224, 4 * (3 * 64 * 64 + 64 * 32)));

    /** Tensor cores, head size 32; static shared memory, two stages of two tiles. */
    public static final Variant BF16_HEAD_32 = new Variant(
            bf16("forward", 32, 128, 4 * 64 * 32 * 2),
            bf16("delta", 32, 32, 0),
            bf16("dq", 32, 128, 4 * 64 * 32 * 2),
            bf16("dkdv", 32, 168, 4 * 64 * 32 * 2 + 1024));

    /** Tensor cores, head size 64. */
    public static final Variant BF16_HEAD_64 = new Variant(
            bf16("forward", 64, 168, 4 * 64 * 64 * 2),
            bf16("delta", 64, 32, 0),
            bf16("dq", 64, 168, 4 * 64 * 64 * 2),
            bf16("dkdv", 64, 168, 4 * 64 * 64 * 2 + 1024));

    /** Single precision, any head size. */
    public static final Variant F32_PLAIN = plain("f32");

    /** bf16 in memory, any head size. */
    public static final Variant BF16_PLAIN = plain("bf16");

    /** All kernels of the family. */
    public static final List<KernelSpec> ALL =
            List.of(F32_HEAD_32, F32_HEAD_64, BF16_HEAD_32, BF16_HEAD_64, F32_PLAIN, BF16_PLAIN).stream()
                    .flatMap(variant -> variant.kernels().stream())
                    .toList();

    private AttentionKernels() {}

    private static KernelSpec f32(String verb, int headSize, int registers, int shared) {
        return new KernelSpec("attention_f32", "attention_" + verb + "_f32_" + headSize, THREADS, registers, shared);
    }

    private static KernelSpec bf16(String verb, int headSize, int registers, int shared) {
        return new KernelSpec("attention_bf16", "attention_" + verb + "_bf16_" + headSize, THREADS, registers, shared);
    }

    /** Each of the four warps of a block keeps one row, or two in the backward pass, in shared memory. */
    private static Variant plain(String type) {
        int row = 4 * 4 * LARGEST_PLAIN_HEAD;
        return new Variant(
                plain("forward", type, row),
                plain("delta", type, 0),
                plain("dq", type, 2 * row),
                plain("dkdv", type, 2 * row));
    }

    private static KernelSpec plain(String verb, String type, int shared) {
        return new KernelSpec("attention_plain", "attention_" + verb + "_" + type + "_plain", THREADS, 64, shared);
    }
}
