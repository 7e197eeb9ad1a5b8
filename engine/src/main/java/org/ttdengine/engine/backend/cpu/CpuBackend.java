package org.ttdengine.engine.backend.cpu;

import java.util.List;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.AdamWSlot;
import org.ttdengine.engine.backend.AdamWStep;
import org.ttdengine.engine.backend.AttentionPlan;
import org.ttdengine.engine.backend.Backend;
import org.ttdengine.engine.backend.GradientNorm;
import org.ttdengine.engine.backend.MapPlan;
import org.ttdengine.engine.backend.MatMul;
import org.ttdengine.engine.backend.MatrixView;
import org.ttdengine.engine.backend.PackedMatrix;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.engine.backend.RowMix;
import org.ttdengine.engine.backend.TtdLossOptions;

/**
 * The processor in single precision: Vector API kernels over a fixed team of workers. It needs the module
 * {@code jdk.incubator.vector}. Working memory is kept between calls, so that one call runs at a time: a backend is used by
 * the thread that drives a step.
 */
public final class CpuBackend implements Backend {
    private final WorkerPool pool;
    private final Gemm gemm;
    private final CpuElements elements;
    private final CpuNorms norms;
    private final CpuAttention attention;
    private final CpuRows rows;
    private final CosineMapKernels maps;
    private final TtdLossKernel loss;
    private final CrossEntropyKernel crossEntropy;
    private final SoftmaxPoolKernel softmaxPool;
    private final CpuOptimizer optimizer;

    /**
     * Starts the workers.
     *
     * @param threads number of threads that compute, the caller's included; at least 1
     */
    public CpuBackend(int threads) {
        pool = new WorkerPool(threads);
        Scratch scratch = new Scratch(threads);
        gemm = new Gemm(pool);
        elements = new CpuElements(pool);
        norms = new CpuNorms(pool, scratch);
        attention = new CpuAttention(pool, scratch);
        rows = new CpuRows(pool);
        maps = new CosineMapKernels(pool, gemm);
        loss = new TtdLossKernel(pool, scratch);
        crossEntropy = new CrossEntropyKernel(pool, scratch);
        softmaxPool = new SoftmaxPoolKernel(pool, scratch);
        optimizer = new CpuOptimizer(pool);
    }

    @Override
    public void fill(Tensor tensor, double value) {
        elements.fill(FloatMemory.of(tensor), (float) value, tensor.size());
    }

    @Override
    public void copy(Tensor from, Tensor to) {
        elements.copy(FloatMemory.of(from), FloatMemory.of(to), from.size());
    }

    @Override
    public void axpy(double alpha, Tensor x, Tensor y) {
        elements.axpy((float) alpha, FloatMemory.of(x), FloatMemory.of(y), x.size());
    }

    @Override
    public void axpy(Tensor alpha, Tensor x, Tensor y) {
        axpy(alpha.item(), x, y);
    }

    @Override
    public void matmul(MatMul p) {
        if (!p.addends().isEmpty()) {
            matmulInSteps(p);
            return;
        }
        FloatView a = view(p.a(), p.transposeA());
        RightOperand b = p.packedB() == null ? view(p.b(), p.transposeB()) : packedPanels(p.packedB());
        FloatView c = view(p.c(), false);
        if (p.accumulate()) {
            gemm.multiplyAdd(p.m(), p.n(), p.k(), (float) p.alpha(), a, b, c);
        } else {
            FloatView preActivation = p.preActivation() == null ? null : view(p.preActivation(), false);
            FloatView residual = p.residual() == null ? null : view(p.residual(), false);
            FloatView gate = p.gate() == null ? null : view(p.gate(), false);
            Epilogue epilogue = new Epilogue(
                    FloatMemory.ofNullable(p.bias()), p.biasOffset(), p.activation(), preActivation, residual, gate);
            gemm.multiply(p.m(), p.n(), p.k(), (float) p.alpha(), a, b, c, epilogue);
        }
    }

    private static FloatView view(MatrixView view, boolean transposed) {
        return new FloatView(FloatMemory.of(view.tensor()), view.offset(), view.stride(), transposed);
    }

    private static PackedPanels packedPanels(PackedMatrix packed) {
        if (packed instanceof PackedPanels panels) {
            return panels;
        }
        throw new IllegalArgumentException("the right operand was packed by another backend");
    }

    @Override
    public PackedMatrix pack(MatrixView b, boolean transposeB) {
        int k = transposeB ? b.columns() : b.rows();
        int n = transposeB ? b.rows() : b.columns();
        return PackedPanels.pack(view(b, transposeB), k, n);
    }

    @Override
    public void activation(Activation activation, Tensor x, Tensor y) {
        elements.activation(activation, FloatMemory.of(x), FloatMemory.of(y), x.size());
    }

    @Override
    public void activationBackward(Activation activation, Tensor dy, Tensor x, Tensor dx) {
        elements.activationBackward(activation, FloatMemory.of(dy), FloatMemory.of(x), FloatMemory.of(dx), x.size());
    }

    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor rstd) {
        norms.layerNorm(
                x.shape().rows(),
                x.shape().size(-1),
                FloatMemory.of(x),
                FloatMemory.of(gamma),
                FloatMemory.of(beta),
                epsilon,
                FloatMemory.of(y),
                FloatMemory.of(mean),
                FloatMemory.of(rstd));
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
        norms.layerNormBackward(
                x.shape().rows(),
                x.shape().size(-1),
                FloatMemory.of(dy),
                FloatMemory.of(x),
                FloatMemory.of(gamma),
                FloatMemory.of(mean),
                FloatMemory.of(rstd),
                FloatMemory.ofNullable(dx),
                accumulate,
                FloatMemory.ofNullable(dgamma),
                FloatMemory.ofNullable(dbeta));
    }

    @Override
    public void attention(AttentionPlan plan, Tensor qkv, Tensor out, Tensor logSumExp) {
        int width = qkv.shape().size(-1) / 3;
        attention.forward(plan, width, FloatMemory.of(qkv), FloatMemory.of(out), FloatMemory.of(logSumExp));
    }

    @Override
    public void attentionBackward(
            AttentionPlan plan, Tensor qkv, Tensor out, Tensor logSumExp, Tensor dout, Tensor dqkv) {
        attention.backward(
                plan,
                qkv.shape().size(-1) / 3,
                FloatMemory.of(qkv),
                FloatMemory.of(out),
                FloatMemory.of(logSumExp),
                FloatMemory.of(dout),
                FloatMemory.of(dqkv));
    }

    @Override
    public void columnSums(MatrixView x, Tensor sums, int offset) {
        rows.columnSums(view(x, false), x.rows(), x.columns(), FloatMemory.of(sums), offset);
    }

    @Override
    public void mixRows(RowMix mix, Tensor in, Tensor out, boolean accumulate) {
        rows.mix(mix, in.shape().size(-1), FloatMemory.of(in), FloatMemory.of(out), accumulate);
    }

    @Override
    public void mixRowsBackward(RowMix mix, Tensor dout, Tensor din) {
        rows.mixBackward(mix, din.shape().size(-1), FloatMemory.of(dout), FloatMemory.of(din));
    }

    @Override
    public void patches(Tensor pixels, int patch, Tensor patches) {
        rows.patches(pixels.shape().toArray(), FloatMemory.of(pixels), patch, FloatMemory.of(patches));
    }

    @Override
    public void l2Normalize(Tensor x, double epsilon, Tensor y, Tensor norm) {
        norms.l2Normalize(
                x.shape().rows(),
                x.shape().size(-1),
                FloatMemory.of(x),
                (float) epsilon,
                FloatMemory.of(y),
                FloatMemory.of(norm));
    }

    @Override
    public void l2NormalizeBackward(Tensor dy, Tensor y, Tensor norm, double epsilon, Tensor dx, boolean accumulate) {
        norms.l2NormalizeBackward(
                y.shape().rows(),
                y.shape().size(-1),
                FloatMemory.of(dy),
                FloatMemory.of(y),
                FloatMemory.of(norm),
                (float) epsilon,
                FloatMemory.of(dx),
                accumulate);
    }

    @Override
    public void cosineMaps(MapPlan plan, Tensor pixels, Tensor texts, Tensor maps, Tensor extremes) {
        this.maps.forward(
                plan,
                pixels.shape().size(-1),
                FloatMemory.of(pixels),
                FloatMemory.of(texts),
                FloatMemory.of(maps),
                FloatMemory.of(extremes));
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
        int channels = pixels.shape().size(-1);
        float[] gradient = FloatMemory.of(dmaps);
        if (dpixels != null) {
            maps.pixelGradient(
                    plan, channels, gradient, FloatMemory.of(texts), FloatMemory.of(dpixels), accumulatePixels);
        }
        if (dtexts != null) {
            maps.textGradient(
                    plan, channels, gradient, FloatMemory.of(pixels), FloatMemory.of(dtexts), accumulateTexts);
        }
    }

    @Override
    public void selectTags(MapPlan plan, Phi phi, Tensor extremes, boolean[] barred, Tensor selected) {
        CosineMapKernels.selectTags(plan, phi, FloatMemory.of(extremes), barred, FloatMemory.of(selected));
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
        loss.run(
                plan,
                options,
                FloatMemory.of(maps),
                FloatMemory.of(teacherMaps),
                FloatMemory.of(teacherExtremes),
                FloatMemory.of(selected),
                FloatMemory.of(losses),
                FloatMemory.of(total),
                FloatMemory.ofNullable(dmaps));
    }

    @Override
    public void softmaxCrossEntropy(
            Tensor x, Tensor logScale, int[] targets, double weight, Tensor losses, Tensor dx, Tensor dlogScale) {
        crossEntropy.run(
                x.shape().size(-1),
                FloatMemory.of(x),
                (float) logScale.item(),
                targets,
                weight,
                FloatMemory.of(losses),
                FloatMemory.ofNullable(dx),
                FloatMemory.ofNullable(dlogScale));
    }

    @Override
    public void softmaxPool(Tensor x, int cells, double sharpness, Tensor y) {
        softmaxPool.forward(FloatMemory.of(x), cells, (float) sharpness, FloatMemory.of(y), y.size());
    }

    @Override
    public void softmaxPoolBackward(
            Tensor dy, Tensor x, Tensor y, int cells, double sharpness, Tensor dx, boolean accumulate) {
        softmaxPool.backward(
                FloatMemory.of(dy),
                FloatMemory.of(x),
                FloatMemory.of(y),
                cells,
                (float) sharpness,
                FloatMemory.of(dx),
                accumulate,
                y.size());
    }

    @Override
    public void dropout(Tensor in, double p, long seed, Tensor out, boolean accumulate) {
        elements.dropout(FloatMemory.of(in), p, seed, FloatMemory.of(out), accumulate, in.size());
    }

    @Override
    public void clear(List<Tensor> tensors) {
        tensors.forEach(tensor -> fill(tensor, 0));
    }

    @Override
    public GradientNorm gradientNorm(List<Tensor> gradients) {
        double norm = optimizer.norm(gradients);
        return () -> norm;
    }

    @Override
    public void adamW(AdamWStep step, List<AdamWSlot> slots, GradientNorm norm) {
        if (Double.isFinite(norm.value())) {
            slots.forEach(slot -> optimizer.adamW(step, slot, step.gradientScale(norm.value())));
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
