package org.ttdengine.engine.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.AdamWSlot;
import org.ttdengine.engine.backend.AdamWStep;
import org.ttdengine.engine.backend.AttentionPlan;
import org.ttdengine.engine.backend.LowRankAddend;
import org.ttdengine.engine.backend.MapPlan;
import org.ttdengine.engine.backend.MatMul;
import org.ttdengine.engine.backend.MatrixView;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.engine.backend.RowMix;
import org.ttdengine.engine.backend.TtdLossOptions;
import org.ttdengine.engine.backend.counting.CountingBackend;
import org.ttdengine.engine.backend.counting.Work;

/**
 * A primitive operation as a training step calls it: what kernels are timed and their counters taken on.
 *
 * @param name the operation
 * @param shape its sizes, for people
 * @param preparation makes its operands
 */
public record Workload(String name, String shape, Preparation preparation) {
    /** Makes the operands of a call. */
    @FunctionalInterface
    public interface Preparation {
        /** The call on a device, its operands in a scope. */
        Runnable on(Device device, Scope scope);
    }

    /**
     * Sizes of a training step.
     *
     * @param images of a batch
     * @param cells of an image, without the class token
     * @param width of the image tower
     * @param heads of the image tower
     * @param channels of the embeddings
     * @param tags of an image
     * @param rank of the adapters
     */
    public record Sizes(int images, int cells, int width, int heads, int channels, int tags, int rank) {
        /** ViT-B/16 at 448 pixels. */
        public static Sizes vitB16(int images) {
            return new Sizes(images, 784, 768, 12, 512, 6, 10);
        }

        /** Small enough for the emulated GPU, and of whole tiles. */
        public static Sizes small() {
            return new Sizes(2, 127, 128, 2, 64, 6, 16);
        }

        /** Whole tiles, and enough of them for the blocks that large products run in. */
        public static Sizes tiles() {
            return new Sizes(4, 703, 256, 4, 64, 6, 16);
        }

        private int tokens() {
            return images * (cells + 1);
        }

        private int maps() {
            return images * (tags + 1);
        }

        private MapPlan plan() {
            int[] offsets =
                    IntStream.rangeClosed(0, images).map(i -> i * (tags + 1)).toArray();
            return new MapPlan(cells, offsets, null);
        }
    }

    /** The least work of the call, on a device that stores weights and activations in {@code activationType}. */
    public Work work(DType activationType) {
        try (Device device = Device.counting(activationType);
                Scope scope = device.scope(name)) {
            Runnable call = preparation.on(device, scope);
            CountingBackend backend = (CountingBackend) device.backend();
            backend.clearWork();
            call.run();
            List<Work> work = backend.work();
            return new Work(
                    name,
                    work.stream().mapToLong(Work::flops).sum(),
                    work.stream().mapToLong(Work::bytes).sum(),
                    work.stream().anyMatch(Work::tensorCores));
        }
    }

    /** One of every primitive, at the sizes of a step. */
    public static List<Workload> all(Sizes s) {
        List<Workload> all = new ArrayList<>(products(s));
        all.addAll(attention(s));
        all.addAll(memoryBound(s));
        return List.copyOf(all);
    }

    /** Every primitive but products and attention: what takes as long as its operands travel. */
    public static List<Workload> memoryBound(Sizes s) {
        List<Workload> all = new ArrayList<>(norms(s));
        all.addAll(rows(s));
        all.addAll(elements(s));
        all.addAll(maps(s));
        all.addAll(optimizer(s));
        return List.copyOf(all);
    }

    /** Matrix products of every layout and epilogue. */
    public static List<Workload> products(Sizes s) {
        int m = s.tokens();
        int w = s.width;
        return List.of(
                product("qkv projection", m, w, 3 * w, false, true, End.BIAS),
                product("mlp in, QuickGELU", m, w, 4 * w, false, true, End.QUICK_GELU),
                product("mlp out, residual", m, 4 * w, w, false, true, End.RESIDUAL),
                product("input gradient", m, 4 * w, w, false, false, End.NONE),
                product("adapter down", m, w, s.rank, false, true, End.NONE),
                product("adapter up", m, s.rank, w, false, true, End.ADD),
                product("adapter gradient", s.rank, m, w, true, false, End.ADD),
                adapted("qkv projection with adapters", s, false),
                adapted("qkv input gradient with adapters", s, true));
    }

    /** The fused projection with low-rank terms on queries and values, or its way back. */
    private static Workload adapted(String name, Sizes s, boolean backward) {
        int m = s.tokens();
        int w = s.width;
        String shape =
                m + "x" + (backward ? 3 * w + "x" + w + " NN" : w + "x" + 3 * w + " NT") + ", 2 of rank " + s.rank;
        return new Workload("matmul, " + name, shape, (device, scope) -> {
            MatrixView left = MatrixView.of(stored(scope, m, backward ? 3 * w : w));
            MatrixView weight = MatrixView.of(stored(scope, 3 * w, w));
            MatrixView c = MatrixView.of(stored(scope, m, backward ? w : 3 * w));
            MatMul plain = MatMul.of(left, false, weight, !backward, c);
            MatMul biased = backward ? plain : plain.then(exact(scope, 3 * w), 0, Activation.NONE, null, null);
            List<LowRankAddend> terms = IntStream.of(0, 2 * w)
                    .mapToObj(first -> new LowRankAddend(
                            MatrixView.of(stored(scope, s.rank, w)),
                            MatrixView.of(stored(scope, w, s.rank)),
                            1,
                            first,
                            MatrixView.of(stored(scope, m, s.rank))))
                    .toList();
            return () -> device.backend().matmul(biased.plus(terms));
        });
    }

    private enum End {
        NONE,
        BIAS,
        QUICK_GELU,
        RESIDUAL,
        ADD
    }

    private static Workload product(String name, int m, int k, int n, boolean transposeA, boolean transposeB, End end) {
        String shape = m + "x" + k + "x" + n + " " + (transposeA ? "T" : "N") + (transposeB ? "T" : "N");
        return new Workload("matmul, " + name, shape, (device, scope) -> {
            MatrixView a = MatrixView.of(transposeA ? stored(scope, k, m) : stored(scope, m, k));
            MatrixView b = MatrixView.of(transposeB ? stored(scope, n, k) : stored(scope, k, n));
            MatrixView c = MatrixView.of(end == End.ADD && transposeA ? exact(scope, m, n) : stored(scope, m, n));
            MatMul plain = MatMul.of(a, transposeA, b, transposeB, c);
            MatMul product =
                    switch (end) {
                        case NONE -> plain;
                        case ADD -> plain.accumulating(true);
                        case BIAS -> plain.then(exact(scope, n), 0, Activation.NONE, null, null);
                        case QUICK_GELU ->
                            plain.then(
                                    exact(scope, n),
                                    0,
                                    Activation.QUICK_GELU,
                                    MatrixView.of(stored(scope, m, n)),
                                    null);
                        case RESIDUAL ->
                            plain.then(exact(scope, n), 0, Activation.NONE, null, MatrixView.of(stored(scope, m, n)));
                    };
            return () -> device.backend().matmul(product);
        });
    }

    /** Attention of images, and of short causal texts. */
    public static List<Workload> attention(Sizes s) {
        AttentionPlan full = AttentionPlan.regular(s.images, s.cells + 1, s.heads, false);
        AttentionPlan texts = AttentionPlan.regular(s.maps(), 8, s.heads, true);
        return List.of(
                attention("images", full, s, false),
                attention("images", full, s, true),
                attention("texts, causal", texts, s, false),
                attention("texts, causal", texts, s, true));
    }

    private static Workload attention(String name, AttentionPlan plan, Sizes s, boolean backward) {
        String shape =
                plan.sequences() + " of " + plan.length(0) + " tokens, " + s.heads + " heads of " + s.width / s.heads;
        return new Workload("attention" + (backward ? " backward" : "") + ", " + name, shape, (device, scope) -> {
            Tensor qkv = stored(scope, plan.tokens(), 3 * s.width);
            Tensor out = stored(scope, plan.tokens(), s.width);
            Tensor sums = exact(scope, s.heads, plan.tokens());
            if (!backward) {
                return () -> device.backend().attention(plan, qkv, out, sums);
            }
            device.backend().attention(plan, qkv, out, sums);
            Tensor dout = stored(scope, plan.tokens(), s.width);
            Tensor dqkv = stored(scope, plan.tokens(), 3 * s.width);
            return () -> device.backend().attentionBackward(plan, qkv, out, sums, dout, dqkv);
        });
    }

    private static List<Workload> norms(Sizes s) {
        String tokens = s.tokens() + "x" + s.width;
        String cells = s.images * s.cells + "x" + s.channels;
        return List.of(
                new Workload("layer norm", tokens, (device, scope) -> {
                    Norm n = new Norm(scope, s.tokens(), s.width);
                    return () -> device.backend().layerNorm(n.x, n.gamma, n.beta, 1e-5, n.y, n.mean, n.rstd);
                }),
                new Workload("layer norm backward", tokens, (device, scope) -> {
                    Norm n = new Norm(scope, s.tokens(), s.width);
                    device.backend().layerNorm(n.x, n.gamma, n.beta, 1e-5, n.y, n.mean, n.rstd);
                    Tensor dx = stored(scope, s.tokens(), s.width);
                    return () ->
                            device.backend().layerNormBackward(n.y, n.x, n.gamma, n.mean, n.rstd, dx, true, null, null);
                }),
                new Workload("layer norm backward, its weights too", tokens, (device, scope) -> {
                    Norm n = new Norm(scope, s.tokens(), s.width);
                    device.backend().layerNorm(n.x, n.gamma, n.beta, 1e-5, n.y, n.mean, n.rstd);
                    Tensor dx = stored(scope, s.tokens(), s.width);
                    Tensor dgamma = exact(scope, s.width);
                    Tensor dbeta = exact(scope, s.width);
                    return () -> device.backend()
                            .layerNormBackward(n.y, n.x, n.gamma, n.mean, n.rstd, dx, true, dgamma, dbeta);
                }),
                new Workload("l2 normalize", cells, (device, scope) -> {
                    Unit u = new Unit(scope, s.images * s.cells, s.channels);
                    return () -> device.backend().l2Normalize(u.x, L2Normalize.EPSILON, u.y, u.norms);
                }),
                new Workload("l2 normalize backward", cells, (device, scope) -> {
                    Unit u = new Unit(scope, s.images * s.cells, s.channels);
                    device.backend().l2Normalize(u.x, L2Normalize.EPSILON, u.y, u.norms);
                    Tensor dy = exact(scope, s.images * s.cells, s.channels);
                    return () ->
                            device.backend().l2NormalizeBackward(dy, u.y, u.norms, L2Normalize.EPSILON, u.x, false);
                }));
    }

    private static List<Workload> rows(Sizes s) {
        String tokens = s.tokens() + "x" + s.width;
        int side = (int) Math.sqrt(s.cells);
        RowMix cellsOnly = RowMix.select(IntStream.range(0, s.images * s.cells)
                .map(i -> i / s.cells * (s.cells + 1) + i % s.cells + 1)
                .toArray());
        RowMix positionOf = RowMix.select(
                IntStream.range(0, s.tokens()).map(i -> i % (s.cells + 1)).toArray());
        return List.of(
                new Workload("positions added", tokens, (device, scope) -> {
                    Tensor positions = stored(scope, s.cells + 1, s.width);
                    Tensor out = stored(scope, s.tokens(), s.width);
                    return () -> device.backend().mixRows(positionOf, positions, out, true);
                }),
                new Workload("rows selected", tokens, (device, scope) -> {
                    Tensor in = stored(scope, s.tokens(), s.width);
                    Tensor out = stored(scope, s.images * s.cells, s.width);
                    return () -> device.backend().mixRows(cellsOnly, in, out, false);
                }),
                new Workload("rows selected backward", tokens, (device, scope) -> {
                    Tensor dout = stored(scope, s.images * s.cells, s.width);
                    Tensor din = stored(scope, s.tokens(), s.width);
                    return () -> device.backend().mixRowsBackward(cellsOnly, dout, din);
                }),
                new Workload("patches", s.images + " of " + 16 * side + "x" + 16 * side, (device, scope) -> {
                    Tensor pixels = exact(scope, s.images, 3, 16 * side, 16 * side);
                    Tensor patches = stored(scope, s.images * side * side, 3 * 256);
                    return () -> device.backend().patches(pixels, 16, patches);
                }),
                new Workload("column sums", tokens, (device, scope) -> {
                    MatrixView x = MatrixView.of(stored(scope, s.tokens(), s.width));
                    Tensor sums = exact(scope, s.width);
                    return () -> device.backend().columnSums(x, sums, 0);
                }));
    }

    private record Norm(Tensor x, Tensor gamma, Tensor beta, Tensor y, Tensor mean, Tensor rstd) {
        Norm(Scope scope, int rows, int width) {
            this(
                    stored(scope, rows, width),
                    exact(scope, width),
                    exact(scope, width),
                    stored(scope, rows, width),
                    exact(scope, rows),
                    exact(scope, rows));
        }
    }

    private record Unit(Tensor x, Tensor y, Tensor norms) {
        Unit(Scope scope, int rows, int width) {
            this(stored(scope, rows, width), exact(scope, rows, width), exact(scope, rows));
        }
    }

    private static List<Workload> elements(Sizes s) {
        String shape = s.tokens() + "x" + 4 * s.width;
        return List.of(
                new Workload("QuickGELU", shape, (device, scope) -> {
                    Tensor x = stored(scope, s.tokens(), 4 * s.width);
                    Tensor y = stored(scope, s.tokens(), 4 * s.width);
                    return () -> device.backend().activation(Activation.QUICK_GELU, x, y);
                }),
                new Workload("QuickGELU backward", shape, (device, scope) -> {
                    Tensor x = stored(scope, s.tokens(), 4 * s.width);
                    Tensor dy = stored(scope, s.tokens(), 4 * s.width);
                    return () -> device.backend().activationBackward(Activation.QUICK_GELU, dy, x, dy);
                }),
                new Workload("axpy", shape, (device, scope) -> {
                    Tensor x = stored(scope, s.tokens(), 4 * s.width);
                    Tensor y = stored(scope, s.tokens(), 4 * s.width);
                    return () -> device.backend().axpy(0.5, x, y);
                }),
                new Workload("dropout", shape, (device, scope) -> {
                    Tensor x = stored(scope, s.tokens(), 4 * s.width);
                    Tensor y = stored(scope, s.tokens(), 4 * s.width);
                    return () -> device.backend().dropout(x, 0.1, 7, y, false);
                }));
    }

    private static List<Workload> maps(Sizes s) {
        String shape = s.maps() + " maps of " + s.cells + " cells, " + s.channels + " channels";
        return List.of(
                new Workload("cosine maps", shape, (device, scope) -> {
                    Maps m = new Maps(scope, s);
                    return () -> device.backend().cosineMaps(s.plan(), m.pixels, m.texts, m.maps, m.extremes);
                }),
                new Workload("cosine maps backward", shape, (device, scope) -> {
                    Maps m = new Maps(scope, s);
                    Tensor dpixels = exact(scope, s.images * s.cells, s.channels);
                    Tensor dtexts = exact(scope, s.maps(), s.channels);
                    return () -> device.backend()
                            .cosineMapsBackward(s.plan(), m.maps, m.pixels, m.texts, dpixels, false, dtexts, false);
                }),
                new Workload("tag selection", s.maps() + " maps", (device, scope) -> {
                    Maps m = new Maps(scope, s);
                    device.backend().cosineMaps(s.plan(), m.pixels, m.texts, m.maps, m.extremes);
                    return () -> device.backend().selectTags(s.plan(), Phi.CLIP, m.extremes, null, m.selected);
                }),
                new Workload("TTD loss", s.maps() + " maps of " + s.cells + " cells", (device, scope) -> {
                    Maps m = new Maps(scope, s);
                    device.backend().cosineMaps(s.plan(), m.pixels, m.texts, m.maps, m.extremes);
                    device.backend().selectTags(s.plan(), Phi.CLIP, m.extremes, null, m.selected);
                    Tensor parts = exact(scope, s.images, 2);
                    Tensor total = exact(scope);
                    Tensor dmaps = exact(scope, s.maps(), s.cells);
                    TtdLossOptions options = TtdLossOptions.of(Phi.CLIP, s.images);
                    return () -> device.backend()
                            .ttdLoss(s.plan(), options, m.maps, m.maps, m.extremes, m.selected, parts, total, dmaps);
                }));
    }

    private record Maps(Tensor pixels, Tensor texts, Tensor maps, Tensor extremes, Tensor selected) {
        Maps(Scope scope, Sizes s) {
            this(
                    exact(scope, s.images * s.cells, s.channels),
                    exact(scope, s.maps(), s.channels),
                    exact(scope, s.maps(), s.cells),
                    exact(scope, s.maps(), 3),
                    exact(scope, s.maps()));
        }
    }

    private static List<Workload> optimizer(Sizes s) {
        String shape = "96 tensors of " + s.width * s.rank;
        return List.of(
                new Workload("gradients cleared", shape, (device, scope) -> {
                    List<Tensor> gradients = adapters(scope, s);
                    return () -> device.backend().clear(gradients);
                }),
                new Workload("gradient norm", shape, (device, scope) -> {
                    List<Tensor> gradients = adapters(scope, s);
                    return () -> device.backend().gradientNorm(gradients);
                }),
                new Workload("AdamW", shape, (device, scope) -> {
                    List<Tensor> gradients = adapters(scope, s);
                    List<AdamWSlot> slots = gradients.stream()
                            .map(g -> new AdamWSlot(
                                    exact(scope, g.size()), g, exact(scope, g.size()), zeros(scope, g.size())))
                            .toList();
                    AdamWStep step = new AdamWStep(1, 1e-4, 0.9, 0.999, 1e-8, 5e-5, 0);
                    return () ->
                            device.backend().adamW(step, slots, device.backend().gradientNorm(gradients));
                }));
    }

    private static List<Tensor> adapters(Scope scope, Sizes s) {
        return IntStream.range(0, 96)
                .mapToObj(i -> exact(scope, s.width, s.rank))
                .toList();
    }

    /** A weight or activation, filled with small numbers. */
    private static Tensor stored(Scope scope, int... shape) {
        return filled(scope, scope.device().activationType(), shape);
    }

    /** What is kept in single precision, filled with small numbers. */
    private static Tensor exact(Scope scope, int... shape) {
        return filled(scope, scope.device().dtype(), shape);
    }

    private static Tensor zeros(Scope scope, int... shape) {
        return scope.zeros("operand", Shape.of(shape));
    }

    private static Tensor filled(Scope scope, DType dtype, int... shape) {
        Tensor tensor = scope.empty("operand" + Arrays.toString(shape), Shape.of(shape), dtype);
        SplittableRandom random = new SplittableRandom(tensor.size());
        float[] values = new float[tensor.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() / 4 - 0.125f;
        }
        return tensor.set(values);
    }
}
