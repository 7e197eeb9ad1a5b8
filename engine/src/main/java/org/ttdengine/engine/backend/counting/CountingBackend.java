package org.ttdengine.engine.backend.counting;

import java.util.ArrayList;
import java.util.List;
import org.ttdengine.engine.MemorySource;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.AdamWSlot;
import org.ttdengine.engine.backend.AdamWStep;
import org.ttdengine.engine.backend.AttentionPlan;
import org.ttdengine.engine.backend.Backend;
import org.ttdengine.engine.backend.GradientNorm;
import org.ttdengine.engine.backend.LowRankAddend;
import org.ttdengine.engine.backend.MapPlan;
import org.ttdengine.engine.backend.MatMul;
import org.ttdengine.engine.backend.MatrixView;
import org.ttdengine.engine.backend.PackedMatrix;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.engine.backend.RowMix;
import org.ttdengine.engine.backend.TtdLossOptions;

/** Notes the least work of every primitive and does none of it. */
public final class CountingBackend implements Backend {
    private final List<Work> done = new ArrayList<>();

    /** Work since it was last cleared, in order. */
    public List<Work> work() {
        return List.copyOf(done);
    }

    /** Forgets the work so far. */
    public void clearWork() {
        done.clear();
    }

    /** Memory that is counted and not there. */
    public MemorySource memory() {
        return new CountedMemory();
    }

    private void note(String operation, long flops, long bytes) {
        done.add(Work.of(operation, flops, bytes));
    }

    private void noteProduct(String operation, long flops, long bytes) {
        done.add(new Work(operation, flops, bytes, true));
    }

    /** Bytes of some tensors, absent ones counting nothing. */
    private static long bytes(Tensor... tensors) {
        long sum = 0;
        for (Tensor tensor : tensors) {
            sum += tensor == null ? 0 : tensor.bytes();
        }
        return sum;
    }

    private static long bytes(MatrixView view) {
        return view == null
                ? 0
                : (long) view.rows() * view.columns() * view.tensor().dtype().bytes();
    }

    /** Bytes of a result that is written, and read before if it is added to. */
    private static long result(Tensor tensor, boolean accumulate) {
        return bytes(tensor) * (accumulate ? 2 : 1);
    }

    @Override
    public void fill(Tensor tensor, double value) {
        note("fill", 0, bytes(tensor));
    }

    @Override
    public void copy(Tensor from, Tensor to) {
        note("copy", 0, bytes(from, to));
    }

    @Override
    public void axpy(double alpha, Tensor x, Tensor y) {
        note("axpy", 2L * x.size(), bytes(x, y, y));
    }

    @Override
    public void axpy(Tensor alpha, Tensor x, Tensor y) {
        axpy(1, x, y);
    }

    @Override
    public void matmul(MatMul product) {
        long c = bytes(product.c()) * (product.accumulate() ? 2 : 1);
        long bias = product.bias() == null ? 0 : 4L * product.n();
        long bytes = bytes(product.a()) + bytes(product.b()) + c + bias;
        long fused = bytes(product.preActivation()) + bytes(product.residual()) + bytes(product.gate());
        for (LowRankAddend addend : product.addends()) {
            fused += bytes(addend.a()) + bytes(addend.b()) + bytes(addend.projection());
        }
        noteProduct("matmul", product.flops(), bytes + fused);
    }

    @Override
    public PackedMatrix pack(MatrixView b, boolean transposeB) {
        return null;
    }

    @Override
    public void activation(Activation activation, Tensor x, Tensor y) {
        note("activation", 4L * x.size(), bytes(x, y));
    }

    @Override
    public void activationBackward(Activation activation, Tensor dy, Tensor x, Tensor dx) {
        note("activationBackward", 6L * x.size(), bytes(dy, x, dx));
    }

    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor rstd) {
        note("layerNorm", 8L * x.size(), bytes(x, gamma, beta, y, mean, rstd));
    }

    @Override
    public void layerNormBackward(
            Tensor dy,
            Tensor x,
            Tensor gamma,
            Tensor mean,
            Tensor rstd,
            Tensor dx,
            boolean accumulate,
            Tensor dgamma,
            Tensor dbeta) {
        long results = result(dx, accumulate) + result(dgamma, true) + result(dbeta, true);
        note("layerNormBackward", 12L * x.size(), bytes(dy, x, gamma, mean, rstd) + results);
    }

    @Override
    public void attention(AttentionPlan plan, Tensor qkv, Tensor out, Tensor logSumExp) {
        noteProduct("attention", 4 * plan.pairs() * out.shape().size(-1), bytes(qkv, out, logSumExp));
    }

    @Override
    public void attentionBackward(
            AttentionPlan plan, Tensor qkv, Tensor out, Tensor logSumExp, Tensor dout, Tensor dqkv) {
        long flops = 10 * plan.pairs() * out.shape().size(-1);
        noteProduct("attentionBackward", flops, bytes(qkv, out, logSumExp, dout, dqkv));
    }

    @Override
    public void columnSums(MatrixView x, Tensor sums, int offset) {
        note("columnSums", (long) x.rows() * x.columns(), bytes(x) + 8L * x.columns());
    }

    @Override
    public void mixRows(RowMix mix, Tensor in, Tensor out, boolean accumulate) {
        note("mixRows", 2L * mix.taps() * out.size(), mixed(mix, in) + result(out, accumulate));
    }

    @Override
    public void mixRowsSum(RowMix mixA, Tensor a, RowMix mixB, Tensor b, Tensor out) {
        long flops = 2L * (mixA.taps() + mixB.taps()) * out.size();
        note("mixRowsSum", flops, mixed(mixA, a) + mixed(mixB, b) + bytes(out));
    }

    /** Bytes of a mix's table and of the rows it reads. */
    private static long mixed(RowMix mix, Tensor in) {
        long read = bytes(in)
                * Math.min(mix.rows() * (long) mix.taps(), in.shape().rows())
                / Math.max(1, in.shape().rows());
        return read + 4L * mix.index().length;
    }

    @Override
    public void mixRowsBackward(RowMix mix, Tensor dout, Tensor din) {
        note("mixRowsBackward", 2L * mix.taps() * dout.size(), bytes(dout, din, din) + 4L * mix.index().length);
    }

    @Override
    public void patches(Tensor pixels, int patch, Tensor patches) {
        note("patches", 0, bytes(pixels, patches));
    }

    @Override
    public void l2Normalize(Tensor x, double epsilon, Tensor y, Tensor norms) {
        note("l2Normalize", 3L * x.size(), bytes(x, y, norms));
    }

    @Override
    public void l2NormalizeBackward(Tensor dy, Tensor y, Tensor norms, double epsilon, Tensor dx, boolean accumulate) {
        note("l2NormalizeBackward", 5L * y.size(), bytes(dy, y, norms) + result(dx, accumulate));
    }

    @Override
    public void cosineMaps(MapPlan plan, Tensor pixels, Tensor texts, Tensor maps, Tensor extremes) {
        note("cosineMaps", mapFlops(plan, texts), bytes(pixels, texts, maps, extremes));
    }

    @Override
    public void cosineMapsBackward(
            MapPlan plan,
            Tensor dmaps,
            Tensor pixels,
            Tensor texts,
            Tensor dpixels,
            boolean accumulatePixels,
            Tensor dtexts,
            boolean accumulateTexts) {
        long flops = mapFlops(plan, texts) * ((dpixels == null ? 0 : 1) + (dtexts == null ? 0 : 1));
        long results = result(dpixels, accumulatePixels) + result(dtexts, accumulateTexts);
        note("cosineMapsBackward", flops, bytes(dmaps, pixels, texts) + results);
    }

    private static long mapFlops(MapPlan plan, Tensor texts) {
        return 2L * plan.maps() * plan.cells() * texts.shape().size(-1);
    }

    @Override
    public void selectTags(MapPlan plan, Phi phi, Tensor extremes, boolean[] barred, Tensor selected) {
        note("selectTags", 0, bytes(extremes, selected));
    }

    @Override
    public void ttdLoss(
            MapPlan plan,
            TtdLossOptions options,
            Tensor maps,
            Tensor teacherMaps,
            Tensor teacherExtremes,
            Tensor selected,
            Tensor losses,
            Tensor total,
            Tensor dmaps) {
        Tensor teacher = teacherMaps == maps ? null : teacherMaps;
        note("ttdLoss", 20L * maps.size(), bytes(maps, teacher, teacherExtremes, selected, losses, total, dmaps));
    }

    @Override
    public void softmaxCrossEntropy(
            Tensor x, Tensor logScale, int[] targets, double weight, Tensor losses, Tensor dx, Tensor dlogScale) {
        long results = bytes(losses, dx, dlogScale) + 4L * targets.length;
        note("softmaxCrossEntropy", 8L * x.size(), bytes(x, logScale) + results);
    }

    @Override
    public void softmaxPool(Tensor x, int cells, double sharpness, Tensor y) {
        note("softmaxPool", 5L * x.size(), bytes(x, y));
    }

    @Override
    public void softmaxPoolBackward(
            Tensor dy, Tensor x, Tensor y, int cells, double sharpness, Tensor dx, boolean accumulate) {
        note("softmaxPoolBackward", 7L * x.size(), bytes(dy, x, y) + result(dx, accumulate));
    }

    @Override
    public void dropout(Tensor in, double p, long seed, Tensor out, boolean accumulate) {
        note("dropout", 2L * in.size(), bytes(in) + result(out, accumulate));
    }

    @Override
    public void clear(List<Tensor> tensors) {
        note("clear", 0, bytes(tensors.toArray(Tensor[]::new)));
    }

    @Override
    public GradientNorm gradientNorm(List<Tensor> gradients) {
        Tensor[] all = gradients.toArray(Tensor[]::new);
        long elements = gradients.stream().mapToLong(Tensor::size).sum();
        note("gradientNorm", 2 * elements, bytes(all));
        return () -> 0;
    }

    @Override
    public void adamW(AdamWStep step, List<AdamWSlot> slots, GradientNorm norm) {
        long elements =
                slots.stream().mapToLong(slot -> slot.parameter().size()).sum();
        note("adamW", 12 * elements, 7 * 4 * elements);
    }

    @Override
    public void close() {
        // holds nothing
    }
}
